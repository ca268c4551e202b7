"""Agenda: what the weekly meeting goes through, in which order, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

from templates.layout import number
from templates.meeting.agenda import (
    CONDITIONS,
    MEETING_MINUTES,
    PREFIX,
    minutes_until,
    starter,
)
from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    Value,
    Wrong,
    human,
    live,
    machine,
    problem,
)
from templates.words import LANGUAGES, Words, load


def rows(facts: Facts, words: Words) -> list[Row]:  # noqa: ARG001
    """Return when each item ends."""
    typed = list(facts.tables.get("typed.agenda", ()))
    return [
        {"agenda_id": row["agenda_id"], "minutes_until": minutes_until(row, typed)} for row in typed
    ]


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with an item."""
    minutes = number(row, "minutes")
    if minutes is not None and minutes < 0:
        yield "minutes", "not_minutes"


def _until(row: Row) -> Value:
    until = row.get("minutes_until")
    return "" if until is None else until


ON = "*".join(f'({{agenda.on}}<>"{load(language)("choice.no")}")' for language in LANGUAGES)
PLACED = '({agenda.order}<>"")*({agenda.order}<={order})'
UNTIL = f"SUMPRODUCT({PLACED}*{ON}*({{agenda.minutes}}>0),{{agenda.minutes}})"

TAB = Table(
    name="agenda",
    rows=rows,
    starter=starter,
    check=check,
    group=Group.SETUP,
    key="agenda_id",
    origin=Origin.MINTED,
    prefix=PREFIX,
    blank_rows=6,
    is_hidden=True,
    columns=(
        machine("agenda_id", width=10),
        human("order", Kind.FIGURE, width=10),
        human("minutes", Kind.INTEGER, width=10),
        human("item", Kind.LONG_TEXT, width=44),
        human("led_by", width=28),
        human("leaves", Kind.LONG_TEXT, width=38),
        human("condition", choices=tuple(CONDITIONS), width=26),
        human("on", choices=("yes", "no"), width=13),
        live(
            "total_minutes",
            f'IF(ISNUMBER({{order}}),{UNTIL},"")',
            _until,
            Kind.INTEGER,
            width=17,
        ),
        machine("minutes_until", Kind.NUMBER, is_hidden=True),
        problem(),
    ),
    row_rules=(
        (
            "total_minutes",
            f"AND(ISNUMBER({{total_minutes}}),{{total_minutes}}>{MEETING_MINUTES})",
            Status.BAD,
        ),
        IS_PROBLEM,
    ),
)
