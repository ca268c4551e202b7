"""Clients: a row each, with the five numbers, how fresh they are, and what people note of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from templates.clients import COLOURS, FIVE, Trouble, assessed, look_first
from templates.tab import (
    IS_PROBLEM,
    Column,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    human,
    live,
    machine,
    problem,
)
from templates.words import Words, load

NUMBERS = {**FIVE, "customer_cost": Kind.INTEGER}
"""How they are shown: money is of each client's own currency, which stands beside it."""
WIDTHS = {"run_rate": 12}
"""Of those whose header is long."""

NAMED = {
    trouble: {load(language)(f"clients.trouble.{trouble}") for language in ("ru", "en")}
    for trouble in Trouble
}


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the clients, the most troubled first."""
    return [_row(row, words) for row in facts.tables.get("clients", ())]


def _row(row: Row, words: Words) -> Row:
    good_at = row.get("good_at")
    return {
        **row,
        "trouble": words(f"clients.trouble.{row['trouble']}"),
        "look_first": look_first(row, words),
        "assessment": assessed(row, words),
        "good_at": _local(good_at) if isinstance(good_at, datetime) else None,
    }


def _local(moment: datetime) -> datetime:
    """Return a moment on this computer's clock, to the minute, as a cell holds it."""
    return moment.astimezone().replace(tzinfo=None, second=0, microsecond=0)


def _statuses() -> Iterator[Column]:
    for id_ in NUMBERS:
        yield machine(f"{id_}_status", width=4, is_hidden=True)


def _colours() -> Iterator[tuple[str, str, Status]]:
    for id_ in NUMBERS:
        for status in (Status.BAD, Status.WARN, Status.GOOD, Status.TOO_GOOD):
            yield id_, f'{{{id_}_status}}="{status}"', status
    for trouble, names in NAMED.items():
        same = ",".join(f'{{trouble}}="{name}"' for name in sorted(names))
        yield "trouble", f"OR({same})", COLOURS[trouble]
    yield "failed", "N({failed})>0", Status.BAD
    yield "missed", "N({missed})>0", Status.WARN


TAB = Table(
    name="clients",
    rows=rows,
    group=Group.WORK,
    key="client",
    origin=Origin.FED,
    columns=(
        machine("company", Kind.LONG_TEXT, width=20),
        machine("client", width=13),
        live(
            "open",
            'IF({place}="","",HYPERLINK({place},{=choice.open_workbook}))',
            lambda row: "open_workbook" if row.get("place") else "",
            choices=("open_workbook",),
            width=11,
        ),
        machine("trouble", width=15),
        machine("look_first", Kind.LONG_TEXT, width=31),
        human("owner", width=16.5),
        human("note", Kind.LONG_TEXT, width=18),
        machine("assessment", width=17),
        *(machine(id_, kind, width=WIDTHS.get(id_, 11)) for id_, kind in NUMBERS.items()),
        machine("currency", width=10),
        machine("good_at", Kind.DATETIME, width=17, is_hidden=True),
        machine("as_of", Kind.DATE, width=11),
        machine("failed", Kind.INTEGER, width=9, is_hidden=True),
        machine("missed", Kind.INTEGER, width=11.5),
        machine("weeks", Kind.INTEGER, width=12, is_hidden=True),
        machine("place", width=4, is_hidden=True),
        *_statuses(),
        replace(problem(), is_hidden=True),
    ),
    row_rules=(*_colours(), IS_PROBLEM),
)
