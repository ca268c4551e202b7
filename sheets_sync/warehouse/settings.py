"""`[engine]` in smarketing.toml: where the company's warehouse is, and which tables are what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sheets_sync.model import OBJECTS
from sheets_sync.sources.mapping import MODEL, holds_password
from sheets_sync.sources.rest.secret import PATTERN
from sheets_sync.warehouse.mapped import Mapped

SCHEMES: Mapping[str, str] = {
    "postgresql": "postgres",
    "clickhouse": "clickhouse",
    "bigquery": "bigquery",
    "spark": "spark",
}
"""The dialect that is spoken at an address."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "lead": ("lead_id", "created_at"),
    "deal": ("deal_id", "created_at"),
    "ad_spend": ("day", "cost"),
    "stage_event": ("entity", "entity_id", "at", "to_stage"),
}
"""The fields without which the rows of an object say nothing."""


def _address(url: str) -> str:
    if urlsplit(url).scheme not in SCHEMES:
        raise PydanticCustomError("engine", "no warehouse", {"known": ", ".join(SCHEMES)})
    if holds_password(url):
        raise PydanticCustomError("password_in_url", "a password")
    return url


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("timezone", "no such zone")
    return name


class EngineTable(BaseModel):
    """A table of the warehouse: which of its columns is which field, and what its words mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: Annotated[str, StringConstraints(min_length=1)]
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = {}
    defaults: Mapping[str, str] = {}
    timezone: Annotated[str, AfterValidator(_zone)] | None = None  # of times without an offset


class Engine(BaseModel):
    """The warehouse that counts, and its tables by what they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, AfterValidator(_address)]
    secret: Annotated[str, StringConstraints(pattern=f"^$|{PATTERN}")] = ""
    tables: dict[Literal["leads", "deals", "spend", "history"], EngineTable] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        for kind, table in self.tables.items():
            fields = OBJECTS[MODEL[kind]].fields
            unknown = sorted({*table.columns, *table.values, *table.defaults} - {*fields})
            if unknown:
                said = {"names": ", ".join(unknown), "known": ", ".join(fields)}
                raise PydanticCustomError("unknown_field", "unknown fields: {names}", said)
            given = {*table.columns, *table.defaults}
            missing = [field for field in NEEDED[MODEL[kind]] if field not in given]
            if missing:
                said = {"table": f"engine.tables.{kind}", "names": ", ".join(missing)}
                raise PydanticCustomError("engine_needs", "missing: {names}", said)
        return self

    @property
    def place(self) -> str:
        """Where it is, as it is told to people: without who asks.

        >>> table = {"table": "crm.deals", "columns": {"deal_id": "id", "created_at": "made"}}
        >>> Engine(url="postgresql://me@db/crm", tables={"deals": table}).place
        'postgresql://db/crm'
        """
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()

    @property
    def mapped(self) -> dict[str, Mapped]:
        """The tables, by object of the model."""
        return {
            MODEL[kind]: Mapped(
                MODEL[kind],
                table.table,
                f"{self.place} {table.table}",
                table.columns,
                table.values,
                table.defaults,
                table.timezone or "",
            )
            for kind, table in self.tables.items()
        }
