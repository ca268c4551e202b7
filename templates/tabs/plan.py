"""Plan: what was promised for a month, by the firm, a department, a manager or a channel."""

from __future__ import annotations

from templates.tab import Facts, Group, Kind, Origin, Row, Status, Table, human, machine
from templates.words import Words

METRICS = ("revenue", "qualified", "won", "customers", "leads", "spend")
SCOPES = ("company", "both", "sales", "marketing", "manager", "channel")

SAME = "*".join(f"({{plan.{name}}}={{{name}}})" for name in ("period", "metric", "scope", "owner"))
"""Rows of the plan that speak of the same thing."""


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the machine's cells of the plans that people began."""
    wrong = {
        str(row["key"]): words(f"problem.{row['id']}")
        for row in facts.tables.get("problems", ())
        if row.get("tab") == "plan"
    }
    return [
        {key: value for key, value in row.items() if key in MACHINE}
        | {
            "changed_after_start": words("choice.yes") if row.get("changed_after_start") else None,
            "problem": wrong.get(str(row["plan_id"])),
        }
        for row in facts.tables.get("plan_rows", ())
    ]


MACHINE = ("plan_id", "first_seen", "first_value")

TAB = Table(
    name="plan",
    rows=rows,
    group=Group.SETUP,
    key="plan_id",
    origin=Origin.MINTED,
    prefix="L",
    blank_rows=24,
    columns=(
        machine("plan_id", width=10),
        human("period", Kind.MONTH, width=14),
        human("metric", choices=METRICS, width=20),
        human("scope", choices=SCOPES, width=18),
        human("owner", width=24),
        human("value", Kind.INTEGER, width=16),
        human("pay_share_sales", Kind.SHARE, width=16),
        human("pay_share_marketing", Kind.SHARE, width=16),
        machine("first_seen", Kind.DATE, width=14),
        machine("first_value", Kind.INTEGER, width=16),
        machine("changed_after_start", width=18),
        machine("problem", Kind.LONG_TEXT, width=44),
    ),
    row_rules=(
        ("value", f'AND({{value}}<>"",SUMPRODUCT({SAME})>1)', Status.BAD),
        ("changed_after_start", '{changed_after_start}<>""', Status.WARN),
        ("problem", '{problem}<>""', Status.BAD),
    ),
)
