"""Events: where people were met, and whether sales got the list while it was warm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from templates.cells import is_number
from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    Wrong,
    human,
    live,
    machine,
    problem,
)
from templates.tabs.promos import ends_too_soon, in_time, in_time_cell
from templates.words import Words


def check(row: Row) -> Iterator[Wrong]:
    """Yield what of an event cannot be used."""
    yield from ends_too_soon(row)
    guests, called = row.get("guests"), row.get("called")
    if is_number(guests) and is_number(called) and called > guests:
        yield "called", "more_than_all"


def rows(facts: Facts, words: Words) -> Sequence[Row]:  # noqa: ARG001
    """Return the machine's cells of the events."""
    return facts.tables.get("events", ())


TAB = Table(
    name="events",
    rows=rows,
    check=check,
    group=Group.WORK,
    key="event_id",
    origin=Origin.MINTED,
    prefix="V",
    blank_rows=10,
    is_hidden=True,
    columns=(
        machine("event_id", width=9),
        human("name", Kind.LONG_TEXT, width=34),
        human("starts_on", Kind.DATE, width=13),
        human("ends_on", Kind.DATE, width=13),
        human("place", Kind.LONG_TEXT, width=26),
        human("owner", width=20),
        machine("list_due", Kind.DATE, width=15),
        human("list_uploaded_on", Kind.DATE, width=14),
        human("list_link", Kind.LINK, width=20),
        live(
            "handed_over_ok",
            in_time_cell("list_due", "list_uploaded_on"),
            lambda row: in_time(row.get("list_due"), row.get("list_uploaded_on"), row.get("today")),
            choices=("yes", "no"),
            width=13,
        ),
        human("guests", Kind.INTEGER, width=11),
        human("called", Kind.INTEGER, width=13),
        machine("leads_from_event", Kind.INTEGER, width=14),
        machine("first_seen", Kind.DATE, width=13),
        machine("today", Kind.DATE, is_hidden=True),
        problem(),
    ),
    row_rules=(
        ("handed_over_ok", "{handed_over_ok}={=choice.yes}", Status.GOOD),
        ("handed_over_ok", "{handed_over_ok}={=choice.no}", Status.BAD),
        (
            "list_uploaded_on",
            'AND(ISNUMBER({list_due}),{list_uploaded_on}="",{today}>={list_due})',
            Status.BAD,
        ),
        IS_PROBLEM,
    ),
)
