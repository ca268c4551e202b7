"""What lies beside an item: remarks and listings, the same for the workbook, a page and a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from templates.layout import Field, computed
from templates.meeting.plaintext import plain
from templates.tab import Kind, Row, Status, Value
from templates.words import UNKNOWN, Words


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence, coloured where that means something."""

    text: str
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows under a title; the first field names the row."""

    title: str
    fields: tuple[Field, ...]
    rows: Sequence[Row]


Block = Remark | Listing


@dataclass(frozen=True, slots=True)
class Written:
    """A cell of a listing in words."""

    text: str
    status: Status | None
    is_number: bool


TEXTS = {Kind.TEXT, Kind.LONG_TEXT, Kind.LINK, Kind.ANY}


def written(listing: Listing, words: Words, currency: str) -> list[list[Written]]:
    """Return the cells of a listing as texts, row by row."""
    found = []
    for row in listing.rows:
        known = computed(listing.fields, row)
        found.append(
            [
                Written(
                    spell(known.get(item.id), item.kind, words, currency),
                    item.status(known) if item.status else None,
                    item.kind not in TEXTS,
                )
                for item in listing.fields
            ]
        )
    return found


def spell(value: Value, kind: Kind, words: Words, currency: str) -> str:
    """Write a value as its kind is shown.

    >>> from templates.words import load
    >>> spell(0.6923, Kind.SHARE, load("en"), "RUB"), spell(None, Kind.MONEY, load("en"), "RUB")
    ('69.2%', '—')
    """
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, date):
        return words.moment(value) if isinstance(value, datetime) else words.day(value)
    if isinstance(value, str | bool):
        return plain(str(value))
    if kind in {Kind.SHARE, Kind.FINE_SHARE}:
        return words.share(float(value))
    if kind is Kind.MONEY:
        return words.money(value, currency)
    digits = {Kind.RATIO: 2, Kind.NUMBER: 0 if float(value).is_integer() else 1}.get(kind, 0)
    return words.number(value, digits)
