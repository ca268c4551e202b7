"""Cells that people fill in, read as formulas read them: a text is no number and no day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeGuard

from templates.tab import Value


def is_number(value: Value) -> TypeGuard[int | float]:
    """Tell whether a cell holds a number, as ISNUMBER does of one that is no date.

    >>> is_number(3), is_number("3"), is_number(None)
    (True, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool)


def day(value: Value) -> date | None:
    """Return the day that a cell holds; None for a text or nothing.

    >>> day(datetime(2026, 11, 23, 18)), day("soon")
    (datetime.date(2026, 11, 23), None)
    """
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def days_between(first: Value, last: Value) -> int | None:
    """Count the days from one cell to another.

    >>> days_between(date(2026, 11, 20), date(2026, 11, 23)), days_between(None, "soon")
    (3, None)
    """
    start, end = day(first), day(last)
    return None if start is None or end is None else (end - start).days
