"""Deals: where each one stands, what it may bring, and the next step that people wrote down."""

from __future__ import annotations

from templates.tab import (
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
from templates.tabs.leads import spoken
from templates.words import Words


def _weighted(row: Row) -> Value:
    amount, chance = row.get("amount"), row.get("p")
    if amount in {None, ""} or chance in {None, ""}:
        return ""
    return float(amount) * float(chance)  # type: ignore[arg-type]


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the deals with their states in words."""
    return [spoken(row, words, "stuck_why", "row_state") for row in facts.tables.get("deals", ())]


TAB = Table(
    name="deals",
    rows=rows,
    group=Group.WORK,
    is_hidden=True,
    key="deal_id",
    origin=Origin.FED,
    columns=(
        machine("deal_id", width=22),
        machine("title", width=28),
        machine("owner", width=20),
        machine("stage", width=18),
        machine("amount", Kind.MONEY, width=14),
        machine("created_at", Kind.DATETIME, width=16),
        machine("expected_close", Kind.DATE, width=12),
        machine("days_in_stage", Kind.DAYS, width=10),
        machine("stuck_why", width=18),
        human("next_step", width=30),
        human("next_step_on", Kind.DATE, width=12),
        human("comment", width=28),
        machine("p", Kind.SHARE, width=11),
        live("weighted", 'IF(COUNT({amount},{p})<2,"",{amount}*{p})', _weighted, Kind.MONEY),
        machine("won_at", Kind.DATETIME, width=16),
        machine("lost_at", Kind.DATETIME, width=16),
        machine("loss_reason", width=20),
        machine("channel", width=20),
        machine("lead_id", width=22),
        machine("link", Kind.LINK, width=12),
        machine("row_state", width=12),
    ),
    row_rules=(
        ("stuck_why", '{stuck_why}<>""', Status.WARN),
        ("next_step_on", "AND(ISNUMBER({next_step_on}),{next_step_on}<TODAY())", Status.BAD),
    ),
)
