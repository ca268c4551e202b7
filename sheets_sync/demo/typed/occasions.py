"""Promotions and events: told in time, told too late, and what sales still wait for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync.calendars import DAY

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words


@dataclass(frozen=True, slots=True)
class Promo:
    """A promotion: days from today to its start, how long it lasts, days before it sales knew."""

    starts_in: int
    lasts: int
    told_before: int | None
    has_coupon: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """An event: days from today to its start, how long it lasts, days after it the list came."""

    starts_in: int
    lasts: int
    list_after: int | None
    guests: int | None = None
    called: int | None = None


PROMOS = (Promo(-70, 42, 3), Promo(-24, 14, -2, has_coupon=False), Promo(2, 28, None),
          Promo(11, 10, 12))  # fmt: skip
EVENTS = (Event(-38, 3, 1, 64, 51), Event(-5, 1, None, 28), Event(9, 1, None))


def diary(last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield each promotion and event two weeks before it begins."""
    today = last_day + DAY
    for number, each in enumerate(PROMOS, start=1):
        start = today + timedelta(days=each.starts_in)
        row: dict[str, Value] = {
            "name": words(f"demo.promo.{number}"),
            "terms": words(f"demo.terms.{number}"),
            "coupon": words(f"demo.coupon.{number}") if each.has_coupon else None,
            "starts_on": start,
            "ends_on": start + timedelta(days=each.lasts - 1),
            "owner": words("demo.marketer.1"),
        }
        if each.told_before is not None:
            row["sales_notified_on"] = start - timedelta(days=each.told_before)
            row["notified_by"] = words("demo.marketer.1")
        yield min(start - timedelta(days=14), today), {"promos": {f"P-{number:04d}": row}}
    for number, held in enumerate(EVENTS, start=1):
        start = today + timedelta(days=held.starts_in)
        end = start + timedelta(days=held.lasts - 1)
        row = {
            "name": words(f"demo.event.{number}"),
            "starts_on": start,
            "ends_on": end,
            "place": words(f"demo.place.{number}"),
            "owner": words("demo.marketer.2"),
            "guests": held.guests,
            "called": held.called,
        }
        if held.list_after is not None:
            row["list_uploaded_on"] = end + timedelta(days=held.list_after)
        yield min(start - timedelta(days=14), today), {"events": {f"V-{number:04d}": row}}
