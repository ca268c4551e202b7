"""Minutes: a row a week, with who was there, what was decided, and the numbers of that week."""

from __future__ import annotations

from templates.meeting.presence import HELD, is_held
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
from templates.words import Words

MARKS = ("1", "2", "3", "4", "5")


def rows(facts: Facts, words: Words) -> list[Row]:  # noqa: ARG001
    """Return the weeks with the numbers that were frozen."""
    return list(facts.tables.get("minutes", ()))


def _held(row: Row) -> Value:
    return "yes" if is_held(row) else "no"


TAB = Table(
    name="minutes",
    rows=rows,
    group=Group.WORK,
    key="week",
    origin=Origin.FED,
    columns=(
        machine("week", width=11),
        machine("scheduled_at", Kind.DATETIME, width=17),
        human("held_on", Kind.DATE, width=13),
        human("facilitator", width=18),
        human("sales_present", width=32),
        human("marketing_present", width=30),
        live(
            "held",
            f"IF({HELD},{{=choice.yes}},{{=choice.no}})",
            _held,
            choices=("yes", "no"),
            width=13,
        ),
        human("absent", width=20),
        human("decisions", Kind.LONG_TEXT, width=52),
        human("doubts", Kind.LONG_TEXT, width=34),
        human("pulse_useful", choices=MARKS, width=11),
        human("pulse_solution", choices=MARKS, width=14),
        machine("run_rate", Kind.SHARE, width=10),
        machine("coverage", Kind.RATIO, width=11),
        machine("conversion_max", Kind.SHARE, width=11),
        machine("conversion_min", Kind.SHARE, width=11),
        machine("qualified_share", Kind.SHARE, width=11),
        machine("customer_cost", Kind.MONEY, width=14),
        machine("tasks_created", Kind.INTEGER, width=12),
        machine("tasks_closed", Kind.INTEGER, width=15),
        machine("disputes_settled", Kind.INTEGER, width=12),
        machine("digest_sent_at", Kind.DATETIME, width=17),
        machine("numbers_hash", width=16),
        problem(),
    ),
    row_rules=(
        ("held", f"NOT({HELD})", Status.WARN),
        IS_PROBLEM,
    ),
)
