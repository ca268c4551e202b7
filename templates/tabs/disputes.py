"""Disputes: leads whose verdict one department does not accept, and how that was settled."""

from __future__ import annotations

from collections.abc import Iterator

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
    Value,
    Wrong,
    human,
    live,
    machine,
    problem,
)
from templates.tabs import leads
from templates.words import Words

SIDES = ("marketing", "sales")
OUTCOMES = ("qualified", "unqualified")


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with a dispute: it is of a lead, and settled by somebody on a day."""
    if row and not row.get("lead_id"):
        yield "lead_id", "blank"
    if row.get("outcome") == "unqualified" and not row.get("outcome_reason"):
        yield "outcome_reason", "blank"
    if row.get("outcome") and not row.get("decided_on"):
        yield "decided_on", "blank"


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return when each dispute was opened, if in time, and what is known of its lead."""
    return [
        {
            **row,
            "in_time": None
            if row["in_time"] is None
            else words("choice.yes" if row["in_time"] else "choice.no"),
            **_known(leads.known(facts, words, str(row["lead_id"])), words),
        }
        for row in facts.tables.get("disputes", ())
    ]


def _known(lead: Row, words: Words) -> Row:
    """Say what the tab of leads shows of a lead."""
    said = {"known_channel": lead.get("channel")}
    for id_ in ("verdict", "reason"):
        value = lead.get(id_)
        said[f"known_{id_}"] = words(f"choice.{value}") if value in leads.SHOWN else value
    return said


def looked_up(column: str, width: float) -> Column:
    """Name a column that shows what stands of the disputed lead on the tab of leads."""
    found = f'INDEX({{leads.{column}}},MATCH({{lead_id}}&"",{{leads.lead_id}},0))'

    def value(row: Row) -> Value:
        return row.get(f"known_{column}") or ""

    cell = f'IF({{lead_id}}="","",IFERROR({found}&"",""))'
    return live(f"lead_{column}", cell, value, width=width)


def _open(row: Row) -> Value:
    return "" if not row.get("lead_id") else "no" if row.get("outcome") else "yes"


TAB = Table(
    name="disputes",
    rows=rows,
    check=check,
    group=Group.WORK,
    key="dispute_id",
    origin=Origin.MINTED,
    prefix="D",
    blank_rows=20,
    is_hidden=True,
    columns=(
        machine("dispute_id", width=10),
        human("lead_id", width=22),
        looked_up("channel", 20),
        looked_up("verdict", 18),
        looked_up("reason", 28),
        human("opened_by", choices=SIDES, width=14),
        human("argument", Kind.LONG_TEXT, width=40),
        machine("first_seen", Kind.DATE, width=13),
        machine("in_time", width=11),
        human("outcome", choices=OUTCOMES, width=14),
        human("outcome_reason", choices_from="reasons.offered", width=24),
        human("decided_by", width=20),
        human("decided_on", Kind.DATE, width=13),
        live(
            "open",
            'IF({lead_id}="","",IF({outcome}="",{=choice.yes},{=choice.no}))',
            _open,
            choices=("yes", "no"),
            width=11,
        ),
        problem(),
    ),
    row_rules=(
        ("open", "{open}={=choice.yes}", Status.WARN),
        ("in_time", "{in_time}={=choice.no}", Status.WARN),
        IS_PROBLEM,
    ),
)
