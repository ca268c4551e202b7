"""How the columns of a file or of a table become fields: as smarketing.toml says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sheets_sync.errors import LookAtSource
from sheets_sync.model import OBJECTS
from sheets_sync.sources.moment import Order
from sheets_sync.sources.rest.secret import PATTERN
from sheets_sync.sources.vocabulary import words_of

MODEL = {"leads": "lead", "deals": "deal", "spend": "ad_spend", "history": "stage_event"}
EXTRA = {  # columns that are read for what follows from them, and not kept
    "lead": ("phone", "email"),
    "deal": (),
    "ad_spend": ("adgroup", "ad"),
    "stage_event": (),
}
MADE = {  # fields that are never columns
    "lead": (),
    "deal": (),
    "ad_spend": ("row_id", "level", "vat_included"),
    "stage_event": (),
}
KEY = {"lead": "lead_id", "deal": "deal_id", "ad_spend": "day", "stage_event": "entity_id"}
"""The field without which a row says nothing."""
BORN = {"lead": "created_at", "deal": "created_at"}
"""The field without which a row that has no id says nothing."""
ANY = "*"  # in `values`: any other word
EMPTY = ""  # in `values`: an empty cell
DATABASES = ("postgresql", "mysql", "mariadb", "mssql", "sqlite")
SHEET = r"(https://docs\.google\.com|http://127\.0\.0\.1:\d+)/spreadsheets/d/[\w-]+"
LOGIN = "//[^/@]*@"  # who asks, in an address


def is_database(url: str) -> bool:
    """Tell whether an address is one of a database that can be read.

    >>> is_database("postgresql://reader@db/crm"), is_database("https://company.com")
    (True, False)
    """
    kind = re.match(r"([a-z0-9]+)(?:\+[a-z0-9]+)?://", url)
    return kind is not None and kind[1] in DATABASES


def is_sheet(url: str) -> bool:
    """Tell whether an address is one of a Google Sheet.

    >>> is_sheet("https://docs.google.com/spreadsheets/d/abc/edit#gid=0"), is_sheet("deals.csv")
    (True, False)
    """
    return re.match(SHEET, url) is not None


def login_of(url: str) -> str:
    """Return who asks, as an address has it.

    >>> login_of("postgresql://reader@db/crm")
    'reader'
    """
    found = re.search(LOGIN, url)
    return found[0].strip("/@") if found else ""


def holds_password(url: str) -> bool:
    """Tell whether an address has a password in it, before the host or behind it.

    >>> (
    ...     holds_password("postgresql://me:word@db/crm"),
    ...     holds_password("mysql://db/crm?password=word"),
    ... )
    (True, True)
    """
    return ":" in login_of(url) or re.search(r"(?i)[?&]pass", url) is not None


def _address(url: str) -> str:
    if not is_database(url) and not is_sheet(url):
        raise PydanticCustomError("database", "no database", {"known": ", ".join(DATABASES)})
    if holds_password(url):
        raise PydanticCustomError("password_in_url", "a password")
    return url


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberFormat(_Part):
    """How a column writes its numbers."""

    decimal: Literal[".", ",", "ambiguous"] = "."
    thousands: Literal["", ".", ","] = ""
    is_percent: bool = False  # 40 is 0.4
    is_micros: bool = False  # 1,000,000 is 1


class Columns(_Part):
    """Which of the columns of a table is which field, and how each is written."""

    object: Literal["leads", "deals", "spend", "history"]
    columns: Mapping[str, str]
    dates: Mapping[str, Order] = {}
    numbers: Mapping[str, NumberFormat] = {}
    values: Mapping[str, Mapping[str, str]] = {}
    null_words: tuple[str, ...] = words_of("null")
    nulls: Mapping[str, tuple[str, ...]] = {}
    defaults: Mapping[str, str] = {}
    complete: bool = False  # all records are here: what is gone from here is gone
    cabinet: str | None = None
    level: Literal["account", "campaign", "group", "ad"] = "campaign"
    vat: bool | None = None

    @property
    def place(self) -> str:
        """Return where the table is, as it is told to people."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        known = {*OBJECTS[self.model].fields, *EXTRA[self.model]} - {*MADE[self.model]}
        named = (self.columns, self.dates, self.numbers, self.values, self.nulls, self.defaults)
        unknown = sorted({field for part in named for field in part} - known)
        if unknown:
            known_list = ", ".join(sorted(known))
            names = {"names": ", ".join(unknown), "known": known_list}
            raise PydanticCustomError("unknown_field", "unknown fields: {names}", names)
        return self

    @property
    def model(self) -> str:
        """Return the name of the object in the model."""
        return MODEL[self.object]

    @property
    def digest(self) -> str:
        """Return a digest of everything that is stated here."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]


class FileMapping(Columns):
    """A file, and which of its columns is which field: a `[[files]]` table."""

    path: str
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    header_row: int = Field(default=1, ge=1)

    @property
    def place(self) -> str:
        """Return where the table is, as it is told to people."""
        return self.path


class TableMapping(Columns):
    """A table of a database, a query, or a tab of a Google Sheet: a `[[tables]]` table."""

    url: Annotated[str, AfterValidator(_address)]
    secret: Annotated[str, StringConstraints(pattern=f"^$|{PATTERN}")] = ""
    table: str = ""
    query: str = ""
    changed: str = ""  # the column with the time of a row's last change
    timezone: str = ""  # of times without an offset; the company's, if empty
    header_row: int = Field(default=1, ge=1)  # of a tab
    complete: bool = True

    @model_validator(mode="after")
    def _check_rows(self) -> Self:
        if bool(self.table) == bool(self.query) or (self.query and self.is_sheet):
            raise PydanticCustomError("table_or_query", "one of table, query")
        if self.changed and OBJECTS[self.model].id not in self.columns:
            raise PydanticCustomError("changed_without_id", "no id")
        return self

    @property
    def is_sheet(self) -> bool:
        """Tell whether it is a tab of a Google Sheet."""
        return is_sheet(self.url)

    @property
    def place(self) -> str:
        """Return where the table is, as it is told to people: without who asks.

        >>> columns = {"deal_id": "id"}
        >>> TableMapping(
        ...     object="deals", url="postgresql://me@db/crm", table="deal", columns=columns
        ... ).place
        'postgresql://db/crm deal'
        """
        return f"{re.sub(LOGIN, '//', self.url)} {self.table or self.object}"


def key_of(mapping: Columns) -> str:
    """Return the field that each row has to have."""
    key = KEY[mapping.model]
    return key if key in mapping.columns else BORN.get(mapping.model, key)


def find_columns(mapping: Columns, headers: Sequence[str]) -> dict[str, str]:
    """Return the column of the table `raw` of each mapped field.

    Raises:
        LookAtSource: there is none.
    """
    place = {header: f"c{index}" for index, header in enumerate(headers)}
    for field, header in mapping.columns.items():
        if header not in place:
            found = ", ".join(headers[:40])
            raise LookAtSource(
                "column_vanished", file=mapping.place, column=header, field=field, found=found
            )
    return {field: place[header] for field, header in mapping.columns.items()}
