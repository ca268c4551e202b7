"""Calendar: which days people work, by the country's calendar and as the company has it."""

from __future__ import annotations

from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    first_given,
    human,
    machine,
    problem,
    says,
)
from templates.tabs.leads import spoken
from templates.words import Words

DAYS = ("workday", "day_off")


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the days of this year and the next."""
    return [spoken(row, words, "weekday", "official") for row in facts.tables.get("days", ())]


TAB = Table(
    name="calendar",
    rows=rows,
    group=Group.SETUP,
    key="date",
    origin=Origin.FIXED,
    is_hidden=True,
    columns=(
        machine("day", Kind.DATE, width=14),
        machine("date", width=4, is_hidden=True),
        machine("weekday", width=16),
        machine("official", width=16),
        human("is_working", width=18, choices=DAYS),
        human("note", Kind.LONG_TEXT, width=40),
        first_given("used", "is_working", "official", 16, DAYS),
        problem(),
    ),
    row_rules=(
        ("used", says("used", "day_off"), Status.UNKNOWN),
        ("is_working", 'AND({is_working}<>"",{is_working}<>{official})', Status.WARN),
        IS_PROBLEM,
    ),
)
