"""People: how reports call them, whether they are compared, and until when they work here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from templates.settings import is_hours
from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Table,
    Wrong,
    human,
    machine,
    problem,
)
from templates.tabs.leads import spoken
from templates.words import Words

DEPTS = ("sales", "marketing", "other")
YES_NO = ("yes", "no")


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with what people say of a person."""
    begins, ends = row.get("works_from"), row.get("works_to")
    if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
        yield "works_to", "ends_before_it_begins"
    schedule = row.get("schedule")
    if schedule is not None and not is_hours(str(schedule)):
        yield "schedule", "not_hours"


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the people of the CRM, and those that were added here."""
    return [spoken(row, words, "active_in_crm") for row in facts.tables.get("people", ())]


TAB = Table(
    name="people",
    rows=rows,
    check=check,
    group=Group.SETUP,
    key="person",
    origin=Origin.FED,
    prefix="U",
    blank_rows=10,
    is_hidden=True,
    columns=(
        machine("person", width=26),
        machine("initials", width=14),
        machine("active_in_crm", width=17),
        machine("deals_90d", Kind.INTEGER, width=14),
        human("name", width=26),
        human("dept", width=14, choices=DEPTS),
        human("role", width=26),
        human("works_from", Kind.DATE, width=14),
        human("works_to", Kind.DATE, width=14),
        human("schedule", width=16),
        human("counts_in_ranking", width=14, choices=YES_NO),
        problem(),
    ),
    row_rules=(IS_PROBLEM,),
)
