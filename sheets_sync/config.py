"""`smarketing.toml`: what a workspace reads and where it writes; no secrets."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from sheets_sync import cron, questionnaires
from sheets_sync.errors import FixConfig
from sheets_sync.sources.mapping import FileMapping, TableMapping
from sheets_sync.sources.rest import CONNECTORS
from sheets_sync.sources.rest.secret import PATTERN
from sheets_sync.warehouse.settings import Engine, EngineTable
from templates.brand import UNBRANDED, Brand
from templates.meeting.plaintext import plain
from templates.words import LANGUAGES, Words

CONFIG = "smarketing.toml"
BRAND = "smarketing-brand.toml"
"""What all workspaces below its folder share: `[brand]`."""

MOST_SHOWN = 80
GOOGLE_SHEETS = "https://docs.google.com/spreadsheets/d/"
SPREADSHEET = (
    r"^((https://docs\.google\.com|http://127\.0\.0\.1:\d+)/spreadsheets/d/[\w-]+([/?#].*)?"
    r"|[\w-]{20,})$"
)
"""The address of a Google Sheet, or its id; besides Google's, only a server on this machine."""

GUID = r"(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

HIDDEN = ".smarketing"

OF_KEY = "[key]"  # follows the key of a table that is wrong itself
KINDS = {
    "dict_type": "table",
    "mapping_type": "table",
    "model_type": "table",
    "model_attributes_type": "table",
    "tuple_type": "tables",
    "int_parsing": "int_type",
    "int_from_float": "int_type",
    "bool_parsing": "bool_type",
}
"""Mistakes that are said with the same text."""

Stage = Literal["lead", "contacted", "qualified", "proposal", "invoice", "won", "lost"]
"""What a stage of the CRM may mean."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("timezone", "no such zone")
    return name


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Company(_Strict):
    """Whose numbers these are, and how that company counts time and money."""

    name: str = ""
    language: Annotated[str, StringConstraints(pattern="^(ru|en)$")] = "ru"
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] = "RUB"
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] = "RU"


class Workbook(_Strict):
    """Where the workbook lies, relative to the workspace."""

    path: Annotated[str, StringConstraints(pattern=r"(?i)\.xlsx$")] = "smarketing.xlsx"


class Sheets(_Strict):
    """The Google Sheet that is the workbook, instead of a file."""

    spreadsheet: Annotated[str, StringConstraints(pattern=SPREADSHEET)]
    key: str = ""  # a file with credentials; without one, those of the surroundings
    impersonate: str = ""  # the address of a service account

    @property
    def address(self) -> str:
        """Where people open it."""
        whole = "//" in self.spreadsheet
        return self.spreadsheet if whole else f"{GOOGLE_SHEETS}{self.spreadsheet}/edit"


def _cron(text: str) -> str:
    try:
        cron.parse(text)
    except cron.WrongCron as wrong:
        raise PydanticCustomError(f"cron_{wrong.field}", "no such times") from None
    return text


class Schedule(_Strict):
    """When the workspace is synced by itself: as in cron, in the company's time zone."""

    sync: Annotated[str, AfterValidator(_cron)] = "0 7 * * *"


class Scorecard(_Strict):
    """Which questions the assessment asks: those of a file, relative to the workspace."""

    file: str | None = None


def _connector(kind: str) -> str:
    if kind not in CONNECTORS:
        raise PydanticCustomError(
            "literal_error", "{expected}", {"expected": ", ".join(CONNECTORS)}
        )
    return kind


def _named(given: object) -> object:
    """Let a field be named alone, and an id be a number."""
    is_name = isinstance(given, str | int) and not isinstance(given, bool)
    return {"field": str(given)} if is_name else given


Name = Annotated[str, StringConstraints(pattern=r"\S"), Field(coerce_numbers_to_str=True)]


class VerdictField(_Strict):
    """A field of the CRM that takes verdicts, and what its list calls each of them."""

    field: Name
    values: dict[Literal["qualified", "unqualified", "spam"], Name] = Field(default_factory=dict)


class ReasonField(_Strict):
    """A field of the CRM that takes reject reasons, and what its list calls each of them."""

    field: Name
    values: dict[str, Name] = Field(default_factory=dict)


class Write(_Strict):
    """What people type in the workbook that the CRM takes; nothing, unless it is here."""

    verdict: Annotated[VerdictField, BeforeValidator(_named)] | None = None
    reason: Annotated[ReasonField, BeforeValidator(_named)] | None = None
    tasks: bool = False


class Crm(_Strict):
    """A CRM that is read over its API; the secret itself is never here."""

    kind: Annotated[str, AfterValidator(_connector)]
    address: str = ""
    secret: Annotated[str, StringConstraints(pattern=PATTERN)]
    write: Write | None = None


class Ads(_Strict):
    """An advertising account that is read over its API; the token itself is never here."""

    kind: Literal["yandex_direct"]
    secret: Annotated[str, StringConstraints(pattern=PATTERN)]
    login: str = ""  # of the client, for an agency
    vat: bool = True
    address: str = ""


class Recipient(_Strict):
    """Somebody who gets messages; the address, which holds a secret, is never here."""

    name: Annotated[str, StringConstraints(pattern=r"^[^,;]{1,40}$", strip_whitespace=True)]
    to: Annotated[str, StringConstraints(pattern=PATTERN)]


def _apart(recipients: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
    names = [each.name.casefold() for each in recipients]
    if len(set(names)) < len(names):
        raise PydanticCustomError("recipient_twice", "two of one name")
    return recipients


Address = Annotated[
    str, StringConstraints(pattern=r'^((https?://|mailto:)[^\s\p{C}"<>\\^`{|}]+)?$')
]
"""Where a link leads, without what no address has; nowhere if it is empty."""


class WhiteLabel(_Strict):
    """Under whose name and in whose colours people see the workbook and its pages."""

    name: Annotated[str, StringConstraints(max_length=60), AfterValidator(plain)] = ""
    accent: Annotated[str, StringConstraints(pattern="^#[0-9A-Fa-f]{6}$")] = UNBRANDED.accent
    site: Address = ""
    contact: Address = ""
    help: Address = ""

    @property
    def brand(self) -> Brand:
        """The same as pages take it."""
        return Brand(**self.model_dump())


class Shared(_Strict):
    """The whole of `smarketing-brand.toml`."""

    brand: WhiteLabel


class Entra(_Strict):
    """Who signs in with Microsoft: the directory, and the add-in as it is registered there."""

    tenant: Annotated[str, StringConstraints(pattern=GUID, to_lower=True)]
    application: Annotated[str, StringConstraints(pattern=GUID, to_lower=True)]


class Config(_Strict):
    """The whole of `smarketing.toml`."""

    company: Company = Company()
    workbook: Workbook = Workbook()
    scorecard: Scorecard = Scorecard()
    schedule: Schedule | None = None
    sheets: Sheets | None = None
    stages: dict[str, Stage] = Field(default_factory=dict)
    files: tuple[FileMapping, ...] = ()
    tables: tuple[TableMapping, ...] = ()
    crm: tuple[Crm, ...] = ()
    ads: tuple[Ads, ...] = ()
    messages: Annotated[tuple[Recipient, ...], AfterValidator(_apart)] = ()
    brand: WhiteLabel = WhiteLabel()
    entra: Entra | None = None
    engine: Engine | None = None

    @property
    def place(self) -> str:
        """Where people open the workbook: its address, or its path within the workspace."""
        return self.sheets.address if self.sheets else self.workbook.path


KEYS = (
    *Config.model_fields,
    *Company.model_fields,
    *Schedule.model_fields,
    *Sheets.model_fields,
    *FileMapping.model_fields,
    *Crm.model_fields,
    *Write.model_fields,
    *ReasonField.model_fields,
    *Ads.model_fields,
    *Recipient.model_fields,
    *WhiteLabel.model_fields,
    *Entra.model_fields,
    *Engine.model_fields,
    *EngineTable.model_fields,
)


def load(folder: Path, words: Words) -> Config:
    """Read and check the config of a workspace, and the brand that it shares with others.

    Raises:
        FixConfig: there is none, it is no TOML, or something in it is wrong; the message names
            the file, the key, what is wrong, and what would be right.
    """
    try:
        config = _read(Config, folder / CONFIG, words)
    except (FileNotFoundError, NotADirectoryError):
        raise FixConfig("no_workspace", folder=folder) from None
    if config.scorecard.file:
        questionnaires.check(folder / config.scorecard.file, words)
    if "brand" in config.model_fields_set:
        return config
    return config.model_copy(update={"brand": shared_brand(folder, words)})


def shared_brand(folder: Path, words: Words) -> WhiteLabel:
    """Read the brand of a folder, else of the nearest above it that has one.

    Raises:
        FixConfig: something in its file is wrong.
    """
    places = (folder.absolute(), *folder.absolute().parents)
    path = next((file for place in places if (file := place / BRAND).is_file()), None)
    return _read(Shared, path, words).brand if path else WhiteLabel()


Model = TypeVar("Model", bound=BaseModel)


def _read(model: type[Model], path: Path, words: Words) -> Model:
    """Read and check a file of settings."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return model.model_validate(tomllib.loads(text))
    except UnicodeDecodeError:
        raise FixConfig("config_not_utf8", path=path) from None
    except tomllib.TOMLDecodeError as wrong:
        line, shown = _wrong_line(text, str(wrong))
        raise FixConfig("config_not_toml", path=path, line=line, text=shown) from None
    except ValidationError as wrong:
        problems = "\n".join(f"  {_problem(error, model, words)}" for error in wrong.errors())
        raise FixConfig("config_wrong", path=path, problems=problems) from None


def _wrong_line(text: str, message: str) -> tuple[int, str]:
    """Return the number of the line that is no TOML, and the line."""
    lines = text.splitlines() or [""]
    found = re.search(r"line (\d+)", message)
    line = min(int(found[1]), len(lines)) if found else len(lines)
    return line, lines[line - 1].strip()[:MOST_SHOWN]


def language(folder: Path) -> str | None:
    """Return the language of a workspace, if its config can be read."""
    try:
        tree = tomllib.loads((folder / CONFIG).read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    company = tree.get("company")
    spoken = company.get("language") if isinstance(company, dict) else None
    return spoken if spoken in LANGUAGES else None


def _problem(error: ErrorDetails, model: type[BaseModel], words: Words) -> str:
    """Say what is wrong with a key, and what would be right."""
    keys = error["loc"]
    kind = KINDS.get(error["type"], error["type"])
    parts: dict[str, object] = {
        "place": ".".join(str(key) for key in _numbered(keys)).replace(".[", "["),
        "key": keys[-1],
        "value": repr(error["input"])[:MOST_SHOWN],
        **error.get("ctx", {}),
    }
    if kind == "extra_forbidden":
        siblings = _siblings(keys, model)
        elsewhere = KEYS if model is Config else ()
        near = difflib.get_close_matches(str(keys[-1]), (*siblings, *elsewhere), 1)
        parts["near"] = near[0] if near else ", ".join(siblings)
    elif kind == "literal_error":
        parts["expected"] = str(parts["expected"]).replace(" or ", ", ")
    elif kind == "string_pattern_mismatch":
        kind = f"pattern.{keys[-1]}"
    text = f"config.{kind}"
    return words(text if words.has(text) else "config.other", **parts)


def _numbered(keys: tuple[int | str, ...]) -> Iterator[str]:
    """Number tables as people count them: the first is [1]."""
    for key in keys:
        if key != OF_KEY:
            yield f"[{key + 1}]" if isinstance(key, int) else key


def _siblings(keys: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """Return the keys that may stand where an unknown one stands."""
    for key in keys[:-1]:
        if key in model.model_fields:
            model = next(_models(model.model_fields[str(key)].annotation), model)
    return list(model.model_fields)


def _models(kind: object) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation names."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _models(part)
