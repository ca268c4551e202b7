"""Periods: a day, an ISO week, a month, a range, or everything; `[start, end)`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sheets_sync.calendars import DAY, month_start, next_month, week_name, week_start
from sheets_sync.errors import FixConfig


@dataclass(frozen=True, slots=True)
class Period:
    """The days of `[start, end)`; None is an open end."""

    name: str
    start: date | None = None
    end: date | None = None

    def until(self, as_of: date) -> Period:
        """Return what of the period has passed by the end of `as_of`."""
        end = as_of + DAY
        return self if self.end is not None and self.end <= end else replace(self, end=end)

    def is_started(self, as_of: date) -> bool:
        """Tell whether any day of it has come."""
        return self.start is None or self.start <= as_of


ALL = Period("all")


def month(day: date) -> Period:
    """Return the month of a day.

    >>> month(date(2026, 11, 23))
    Period(name='2026-11', start=datetime.date(2026, 11, 1), end=datetime.date(2026, 12, 1))
    """
    return Period(f"{day:%Y-%m}", month_start(day), next_month(day))


def week(day: date) -> Period:
    """Return the ISO week of a day.

    >>> week(date(2026, 11, 22)).name
    '2026-W47'
    """
    start = week_start(day)
    return Period(week_name(day), start, start + timedelta(days=7))


def span(first: date, last: date) -> Period:
    """Return the period from the first to the last day, both counted.

    >>> span(date(2026, 11, 1), date(2026, 11, 23)).name
    '2026-11-01..2026-11-23'
    """
    name = f"{first}" if first == last else f"{first}..{last}"
    return Period(name, first, last + DAY)


def trailing(last: date, days: int) -> Period:
    """Return the period of so many days that ends with `last`."""
    return span(last - timedelta(days=days - 1), last)


def parse_period(text: str) -> Period:
    """Read a period: `2026-11`, `2026-W47`, `2026-11-05`, `2026-11-01..2026-11-23` or `all`.

    >>> parse_period("2026-W47").start
    datetime.date(2026, 11, 16)

    Raises:
        FixConfig: it is none of these.
    """
    try:
        if text == "all":
            return ALL
        if found := re.fullmatch(r"(\d{4})-W(\d{2})", text):
            return week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return month(date.fromisoformat(f"{text}-01"))
        first, _, last = text.partition("..")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise FixConfig("period_wrong", period=text) from None
    if end < start:
        raise FixConfig("period_wrong", period=text)
    return span(start, end)
