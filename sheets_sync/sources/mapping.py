"""How the columns of a file become fields: a `[[files]]` table of smarketing.toml."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sheets_sync.model import OBJECTS
from sheets_sync.sources.moment import Order
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


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberFormat(_Part):
    """How a column writes its numbers."""

    decimal: Literal[".", ",", "ambiguous"] = "."
    thousands: Literal["", ".", ","] = ""
    is_percent: bool = False  # 40 is 0.4
    is_micros: bool = False  # 1,000,000 is 1


class FileMapping(_Part):
    """A file, and which of its columns is which field."""

    object: Literal["leads", "deals", "spend", "history"]
    path: str
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    header_row: int = Field(default=1, ge=1)
    columns: Mapping[str, str]
    dates: Mapping[str, Order] = {}
    numbers: Mapping[str, NumberFormat] = {}
    values: Mapping[str, Mapping[str, str]] = {}
    null_words: tuple[str, ...] = words_of("null")
    nulls: Mapping[str, tuple[str, ...]] = {}
    defaults: Mapping[str, str] = {}
    complete: bool = False  # the file holds all records: what is gone from it is gone
    cabinet: str | None = None
    level: Literal["account", "campaign", "group", "ad"] = "campaign"
    vat: bool | None = None

    @model_validator(mode="after")
    def _check_fields(self) -> FileMapping:
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


def key_of(mapping: FileMapping) -> str:
    """Return the field that each row of a file has to have."""
    key = KEY[mapping.model]
    return key if key in mapping.columns else BORN.get(mapping.model, key)
