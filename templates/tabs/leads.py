"""Leads: what came, what the CRM says of it, and what people here decide."""

from __future__ import annotations

from templates.tab import (
    Column,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    Value,
    human,
    live,
    machine,
)
from templates.words import Words

VERDICTS = ("qualified", "unqualified", "spam")
"""What people may decide of a lead; an empty cell leaves it to the CRM."""

REASONS = (
    "out_of_area",
    "below_minimum",
    "wrong_product",
    "error_or_spam",
    "duplicate",
    "unreachable",
    "no_timing",
    "bought_elsewhere",
    "competitor",
)


def spoken(row: Row, words: Words, *ids: str) -> Row:
    """Put what is kept as an id into words; what has none stays as it is."""
    found = dict(row)
    for id_ in ids:
        text = f"choice.{row.get(id_)}"
        if words.has(text):
            found[id_] = words(text)
    return found


def first_given(
    id: str,  # noqa: A002
    ours: str,
    theirs: str,
    width: float,
    choices: tuple[str, ...],
) -> Column:
    """Name a column with what people here say, one of the choices, else what the CRM says."""

    def value(row: Row) -> Value:
        return row.get(ours) or row.get(theirs) or ""

    return live(
        id, f'IF({{{ours}}}<>"",{{{ours}}},{{{theirs}}}&"")', value, width=width, choices=choices
    )


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the leads with their verdicts and states in words."""
    return [spoken(row, words, "crm_verdict", "row_state") for row in facts.tables.get("leads", ())]


TAB = Table(
    name="leads",
    rows=rows,
    group=Group.WORK,
    key="lead_id",
    origin=Origin.FED,
    columns=(
        machine("lead_id", width=22),
        machine("created_at", Kind.DATETIME, width=16),
        machine("channel", width=20),
        machine("campaign", width=22),
        machine("owner", width=20),
        machine("stage", width=18),
        machine("first_response", Kind.DATETIME, width=16),
        machine("crm_verdict", width=15),
        machine("crm_reason", width=24),
        human("our_verdict", choices=VERDICTS, width=15, is_tracked=True),
        human("our_reason", choices=REASONS, width=24),
        human("our_comment", width=28),
        first_given("verdict", "our_verdict", "crm_verdict", width=15, choices=VERDICTS),
        first_given("reason", "our_reason", "crm_reason", width=24, choices=REASONS),
        machine("deal_sum", Kind.MONEY, width=14),
        machine("link", Kind.LINK, width=12),
        machine("row_state", width=12),
    ),
    row_rules=(
        (
            "our_verdict",
            'AND({our_verdict}<>"",{crm_verdict}<>"",{our_verdict}<>{crm_verdict})',
            Status.WARN,
        ),
    ),
)
