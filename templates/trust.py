"""Whether the data can be trusted, in one line."""

from __future__ import annotations

from datetime import date, datetime

from templates.layout import number
from templates.tab import Facts, Row, Status
from templates.words import Words

HALF = 0.5
FRESH, STALE = 2, 7
"""Days since the last good sync: up to FRESH all is well, after STALE data come first."""


def floor_status(row: Row) -> Status:
    """Colour a share by its floor."""
    value, floor = number(row, "value"), number(row, "floor")
    if value is None or floor is None:
        return Status.UNKNOWN
    return Status.GOOD if value >= floor else Status.BAD


def trust(facts: Facts, words: Words) -> tuple[str, Status]:
    """Say in one line whether the data can be trusted."""
    floors = [row for row in facts.tables.get("quality_floors", ()) if row.get("value") is not None]
    broken = [row for row in floors if floor_status(row) is Status.BAD]
    age = _age(facts)
    named = ", ".join(words(f"quality.broken_{row['id']}") for row in broken)
    if age is not None and age > FRESH:
        stale = words("quality.stale", age=age)
        named = f"{named}, {stale}" if named else stale
    if not floors and age is None:
        return words("quality.nothing"), Status.UNKNOWN
    if (age or 0) > STALE or (broken and len(broken) >= HALF * len(floors)):
        return words("quality.data_first", broken=named), Status.BAD
    if named:
        return words("quality.with_care", broken=named), Status.WARN
    return words("quality.trusted"), Status.GOOD


def _age(facts: Facts) -> int | None:
    """Return how many days ago the source that was last heard of longest ago was read well."""
    days = [
        moment.date() if isinstance(moment, datetime) else moment
        for row in facts.tables.get("sources", ())
        if isinstance(moment := row.get("last_good"), date)
    ]
    return (facts.synced_at.date() - min(days)).days if days else None
