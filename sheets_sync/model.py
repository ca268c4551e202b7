"""The canonical model: the objects that every source delivers and the store keeps.

Ids are text. Times are UTC. Money is a decimal beside its currency. Unknown is NULL: a lead
without a verdict has `is_target` NULL, not false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class FieldKind(StrEnum):
    """The type of a field."""

    TEXT = "text"
    MONEY = "money"
    REAL = "real"
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"
    TIME = "time"


SQL_TYPES: Mapping[FieldKind, str] = {
    FieldKind.TEXT: "varchar",
    FieldKind.MONEY: "decimal(18, 2)",
    FieldKind.REAL: "double",
    FieldKind.INTEGER: "bigint",
    FieldKind.FLAG: "boolean",
    FieldKind.DATE: "date",
    FieldKind.TIME: "timestamptz",
}


@dataclass(frozen=True, slots=True)
class Object:
    """An object of the model: its name, its id field and the kinds of its fields."""

    name: str
    id: str
    fields: Mapping[str, FieldKind]


T, M, R, N, F, D, S = (
    FieldKind.TEXT,
    FieldKind.MONEY,
    FieldKind.REAL,
    FieldKind.INTEGER,
    FieldKind.FLAG,
    FieldKind.DATE,
    FieldKind.TIME,
)

ORIGIN = {
    "channel": T,
    "campaign": T,
    "utm_source": T,
    "utm_medium": T,
    "utm_content": T,
    "utm_term": T,
}

OBJECTS: Mapping[str, Object] = {
    o.name: o
    for o in (
        Object(
            "lead",
            "lead_id",
            {
                "lead_id": T,
                "created_at": S,
                "updated_at": S,
                "contact_key": T,
                "manager": T,
                **ORIGIN,
                "stage": T,
                "quality": T,
                "region": T,
                "budget": T,  # as it is written: a rule reads the number
                "is_target": F,
                "is_spam": F,
                "is_test": F,
                "target_reason": T,
                "verdict_at": S,
                "first_touch_at": S,
                "deal_id": T,
                "link": T,
            },
        ),
        Object(
            "deal",
            "deal_id",
            {
                "deal_id": T,
                "lead_id": T,
                "title": T,
                "created_at": S,
                "updated_at": S,
                "closed_at": S,
                "pipeline": T,
                "stage": T,
                "status": T,  # open, won, lost
                "lost_reason": T,
                "amount": M,
                "currency": T,
                "probability": R,
                "expected_close": D,
                "manager": T,
                **ORIGIN,
                "product": T,
                "link": T,
            },
        ),
        Object(
            "stage_event",
            "event_id",
            {
                "event_id": T,
                "entity": T,  # lead, deal
                "entity_id": T,
                "at": S,
                "from_stage": T,
                "to_stage": T,
            },
        ),
        Object(
            "touch",  # we turned to somebody: called, wrote, met
            "touch_id",
            {
                "touch_id": T,
                "entity": T,  # lead, deal, contact (by its key)
                "entity_id": T,
                "at": S,
                "manager": T,
            },
        ),
        Object(
            "ad_spend",
            "row_id",  # hash of the row, and which of its equals it is
            {
                "row_id": T,
                "day": D,
                "cabinet": T,
                "level": T,
                "channel": T,
                "campaign_id": T,
                "campaign": T,
                "impressions": N,
                "clicks": N,
                "cost": M,
                "currency": T,
                "vat_included": F,
            },
        ),
    )
}


@cache
def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of an object's fields."""
    import pyarrow as pa

    types: dict[FieldKind, pa.DataType] = {
        FieldKind.TEXT: pa.string(),
        FieldKind.MONEY: pa.decimal128(18, 2),
        FieldKind.REAL: pa.float64(),
        FieldKind.INTEGER: pa.int64(),
        FieldKind.FLAG: pa.bool_(),
        FieldKind.DATE: pa.date32(),
        FieldKind.TIME: pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([pa.field(field, types[kind]) for field, kind in OBJECTS[name].fields.items()])


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not loaded, or a value that was left out of it, and why."""

    object: str
    file: str
    line: int
    column: str
    value: str
    reason: str  # the id of a text: `reject.<reason>`
    is_row_lost: bool = True  # False: the row was loaded without this value


def record_place(source: str, id_: str) -> str:
    """Name the place of a record that has no line and no link: `Rejection.file`.

    >>> record_place("postgresql://db/crm deal", "17")
    'postgresql://db/crm deal: 17'
    """
    return f"{source}: {id_}"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one object, typed, with what was rejected on the way.

    `rows` has the columns of `arrow_schema(object)`. `cursor` is stored with the rows and handed
    to the next `read`. A page that `is_complete` closes a full export: ids of its object and
    source that no page of this read has brought are marked as gone. `ids` are such as exist,
    without their rows: a page that has them says of no row how it is now. `unchanged` are those of
    rows that are as this source last brought them. Both have one column, `id`. Of a page
    that `stays`, the rows were counted alone: they are where they were.
    """

    object: str
    rows: pa.Table
    rejected: tuple[Rejection, ...] = ()
    cursor: str = ""
    is_complete: bool = False
    rows_read: int = 0
    totals_dropped: int = 0
    ids: pa.Table | None = None
    unchanged: pa.Table | None = None
    stays: bool = False


class Source(Protocol):
    """Somewhere records come from."""

    @property
    def name(self) -> str:
        """The name by which the store knows it."""
        ...

    def read(self, since: str | None, /) -> Iterator[Page]:
        """Yield what is new since the cursor `since`; nothing, when nothing changed."""
        ...
