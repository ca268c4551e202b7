"""Plan: what was promised for a month, by the firm, a department, a manager or a channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

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
    machine,
    problem,
)
from templates.words import Words

METRICS = ("revenue", "qualified", "won", "customers", "leads", "spend")
SCOPES = ("company", "both", "sales", "marketing", "manager", "channel")

SAME = "*".join(f"({{plan.{name}}}={{{name}}})" for name in ("period", "metric", "scope", "owner"))
"""Rows of the plan that speak of the same thing."""


OWNED = {"manager", "channel"}
"""Scopes of which somebody or something has to be named."""


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with a line of the plan."""
    value = row.get("value")
    if not any(row.get(id_) is not None for id_ in ("period", "metric", "value")):
        return
    if row.get("period") is None:
        yield "period", "not_a_month"
    if not isinstance(value, float) or value < 0:
        yield "value", "not_a_plan"
    if row.get("scope") in OWNED and not row.get("owner"):
        yield "owner", "no_owner"


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the machine's cells of the plans that people began."""
    return [
        {
            "plan_id": row["plan_id"],
            "first_seen": row["first_seen"],
            "first_value": row.get("first.value"),
            "changed_after_start": words("choice.yes") if _is_changed_late(row) else None,
        }
        for row in facts.tables.get("typed.plan", ())
    ]


def _is_changed_late(row: Row) -> bool:
    """Tell whether a plan is no longer what it was when its month began."""
    month, since = row.get("period"), row.get("since.value")
    is_late = isinstance(month, date) and isinstance(since, date) and since >= month
    return is_late and row.get("value") != row.get("first.value")


TAB = Table(
    name="plan",
    rows=rows,
    check=check,
    is_all_or_nothing=True,
    group=Group.SETUP,
    key="plan_id",
    origin=Origin.MINTED,
    prefix="L",
    blank_rows=24,
    columns=(
        machine("plan_id", width=10),
        human("period", Kind.MONTH, width=16),
        human("metric", choices=METRICS, width=20),
        human("scope", choices=SCOPES, width=18),
        human("owner", width=24),
        human("value", Kind.INTEGER, width=16, is_tracked=True),
        human("pay_share_sales", Kind.SHARE, width=18),
        human("pay_share_marketing", Kind.SHARE, width=16),
        machine("first_seen", Kind.DATE, width=14),
        machine("first_value", Kind.INTEGER, width=17),
        machine("changed_after_start", width=18),
        problem(),
    ),
    row_rules=(
        ("value", f'AND({{value}}<>"",SUMPRODUCT({SAME})>1)', Status.BAD),
        ("changed_after_start", '{changed_after_start}<>""', Status.WARN),
        IS_PROBLEM,
    ),
)
