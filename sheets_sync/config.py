"""`smarketing.toml`: what a workspace reads and where it writes; no secrets."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from sheets_sync.errors import FixConfig
from sheets_sync.sources.mapping import FileMapping
from templates.words import LANGUAGES, Words

CONFIG = "smarketing.toml"
HIDDEN = ".smarketing"


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("timezone")
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

    path: str = "smarketing.xlsx"


class Config(_Strict):
    """The whole of `smarketing.toml`."""

    company: Company = Company()
    workbook: Workbook = Workbook()
    stages: dict[str, str] = Field(default_factory=dict)
    files: tuple[FileMapping, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.company.timezone)


def load(folder: Path, words: Words) -> Config:
    """Read and check the config of a workspace.

    Raises:
        FixConfig: there is none, it is no TOML, or something in it is wrong; the message names
            the file, the key, what is wrong, and what would be right.
    """
    path = folder / CONFIG
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise FixConfig("no_workspace", folder=folder) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise FixConfig("config_not_toml", path=path, wrong=wrong) from None
    try:
        return Config.model_validate(tree)
    except ValidationError as wrong:
        problems = "\n".join(f"  {_problem(error, words)}" for error in wrong.errors())
        raise FixConfig("config_wrong", path=path, problems=problems) from None


def language(folder: Path) -> str | None:
    """Return the language of a workspace, if its config can be read."""
    try:
        tree = tomllib.loads((folder / CONFIG).read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    company = tree.get("company")
    spoken = company.get("language") if isinstance(company, dict) else None
    return spoken if spoken in LANGUAGES else None


def _problem(error: object, words: Words) -> str:
    place, kind, parts = _parts(error)
    text = f"config.{kind}"
    return words(text if words.has(text) else "config.other", place=place, **parts)


def _parts(error: object) -> tuple[str, str, dict[str, object]]:
    assert isinstance(error, dict)  # noqa: S101  (pydantic's ErrorDetails is a dict)
    keys = error["loc"]
    place = ".".join(f"[{key + 1}]" if isinstance(key, int) else str(key) for key in keys)
    context = error.get("ctx", {})
    parts: dict[str, object] = {
        "value": error.get("input"),
        "expected": context.get("expected", context.get("pattern", "")),
        "message": error["msg"],
        "near": "",
    }
    if error["type"] == "extra_forbidden":
        known = [*Config.model_fields, *Company.model_fields, *FileMapping.model_fields]
        parts["near"] = ", ".join(difflib.get_close_matches(str(keys[-1]), known, 1))
    return place.replace(".[", "["), str(error["type"]), parts
