"""The period that a cell names."""

from __future__ import annotations

import re
from datetime import date, timedelta

EPOCH = date(1899, 12, 30)
"""Day 0 of the dates in a spreadsheet."""
SERIALS = range(36_526, 73_051)
"""The days of this century: a smaller number is a year that somebody typed, or no date at all."""

WEEK = re.compile(r"(\d{4})-W(\d{1,2})", re.ASCII | re.IGNORECASE)
MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
POINTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


def period_of(cell: object) -> str | None:
    """Return the name of the period that a cell means, or None.

    >>> period_of(" 2026-w47 "), period_of("23.11.2026"), period_of("2026-11-01..23.11.2026")
    ('2026-W47', '2026-11-23', '2026-11-01..2026-11-23')
    >>> period_of(46_327), period_of("2026-13"), period_of(2026)
    ('2026-11', None, None)
    """
    if isinstance(cell, int | float):
        return _month_of(cell)
    text = "" if cell is None else str(cell).strip()
    try:
        return _named(text) if text.isascii() else None
    except ValueError:
        return None


def _month_of(serial: float) -> str | None:
    """Return the month of a date as a spreadsheet keeps it."""
    if not SERIALS.start <= serial < SERIALS.stop:
        return None
    return f"{EPOCH + timedelta(days=int(serial)):%Y-%m}"


def _named(text: str) -> str:
    """Read the name of a period; a ValueError says that it is none."""
    if text.lower() == "all":
        return "all"
    if found := WEEK.fullmatch(text):
        date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return f"{found[1]}-W{int(found[2]):02}"
    if found := MONTH.fullmatch(text):
        return f"{date(int(found[1]), int(found[2]), 1):%Y-%m}"
    first, is_span, last = text.partition("..")
    return _span(_day(first), _day(last)) if is_span else _day(first).isoformat()


def _span(first: date, last: date) -> str:
    if last < first:
        raise ValueError(last)
    return f"{first}..{last}"


def _day(text: str) -> date:
    """Read a day: `2026-11-23` or `23.11.2026`."""
    if found := DAY.fullmatch(text.strip()):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := POINTED.fullmatch(text.strip()):
        return date(int(found[3]), int(found[2]), int(found[1]))
    raise ValueError(text)
