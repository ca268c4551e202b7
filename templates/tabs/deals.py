"""Deals: where each one stands, what it may bring, and the next step that people wrote down."""

from __future__ import annotations

from datetime import date, datetime

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
    human,
    live,
    machine,
    problem,
)
from templates.tabs.leads import spoken
from templates.words import Words


def _weighted(row: Row) -> Value:
    amount, chance = row.get("amount"), row.get("p")
    if amount in {None, ""} or chance in {None, ""}:
        return ""
    return float(amount) * float(chance)  # type: ignore[arg-type]


_STEP_OVERDUE = """IF(COUNT({next_step_on},{checked_on})<2,"",\
IF(INT({next_step_on})<={checked_on},{=choice.yes},""))"""
"""The step was due by the last day that is counted."""


def _overdue(row: Row) -> Value:
    step, day = row.get("next_step_on"), row.get("checked_on")
    if not isinstance(step, date) or not isinstance(day, date):
        return ""
    return "yes" if _day(step) <= _day(day) else ""


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the deals with their states in words."""
    return [_spoken(row, words) for row in facts.tables.get("deals", ())]


def _spoken(row: Row, words: Words) -> Row:
    stage, origin = row.get("canonical_stage"), row.get("p_origin")
    return {
        **spoken(row, words, "stuck_why", "row_state"),
        "canonical_stage": words(f"stage.{stage}") if stage else None,
        "p_origin": words(f"page.p_{origin}") if origin else None,
    }


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
        machine("canonical_stage", width=16),
        machine("amount", Kind.MONEY, width=14),
        machine("created_at", Kind.DATETIME, width=16),
        machine("expected_close", Kind.DATE, width=12),
        machine("days_in_stage", Kind.DAYS, width=10),
        machine("stuck_why", width=20),
        human("next_step", width=30),
        human("next_step_on", Kind.DATE, width=12),
        live("step_overdue", _STEP_OVERDUE, _overdue, width=12, choices=("yes",)),
        human("comment", Kind.LONG_TEXT, width=28),
        machine("p", Kind.SHARE, width=13),
        machine("p_origin", width=17),
        live("weighted", 'IF(COUNT({amount},{p})<2,"",{amount}*{p})', _weighted, Kind.MONEY),
        machine("won_at", Kind.DATETIME, width=16),
        machine("lost_at", Kind.DATETIME, width=16),
        machine("loss_reason", width=22),
        machine("channel", width=20),
        machine("lead_id", width=22),
        machine("link", Kind.LINK, width=12),
        machine("row_state", width=12),
        machine("checked_on", Kind.DATE, width=12, is_hidden=True),
        problem(),
    ),
    row_rules=(
        IS_PROBLEM,
        ("stuck_why", '{stuck_why}<>""', Status.WARN),
        ("step_overdue", '{step_overdue}<>""', Status.BAD),
        ("next_step_on", "AND(ISNUMBER({next_step_on}),{next_step_on}<TODAY())", Status.BAD),
    ),
)
