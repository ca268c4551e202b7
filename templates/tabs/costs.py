"""Costs: what marketing costs beside the advertising that cabinets report, by the month."""

from __future__ import annotations

from collections.abc import Iterator

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

KINDS = ("media", "agency", "tools", "salary")

SAME = "*".join(f"({{costs.{name}}}={{{name}}})" for name in ("month", "kind", "channel"))
"""Rows that may be the same money typed twice."""


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with a cost."""
    amount = row.get("amount")
    if isinstance(amount, float) and amount < 0:
        yield "amount", "below_zero"
    currency = row.get("currency")
    if isinstance(currency, str) and not (len(currency) == len("RUB") and currency.isalpha()):
        yield "currency", "not_a_currency"


def rows(facts: Facts, words: Words) -> list[Row]:  # noqa: ARG001
    """Return the machine's cells of the costs that people typed."""
    return [
        {"cost_id": row["cost_id"], "first_seen": row["first_seen"]}
        for row in facts.tables.get("typed.costs", ())
    ]


TAB = Table(
    name="costs",
    rows=rows,
    check=check,
    group=Group.SETUP,
    key="cost_id",
    origin=Origin.MINTED,
    prefix="C",
    is_all_or_nothing=True,
    blank_rows=24,
    is_hidden=True,
    columns=(
        machine("cost_id", width=10),
        human("month", Kind.MONTH, width=16),
        human("kind", choices=KINDS, width=16),
        human("channel", width=22),
        human("amount", Kind.MONEY, width=16),
        human("currency", width=10),
        human("note", Kind.LONG_TEXT, width=40),
        machine("first_seen", Kind.DATE, width=14),
        problem(),
    ),
    row_rules=(
        ("amount", f'AND({{amount}}<>"",SUMPRODUCT({SAME})>1)', Status.WARN),
        IS_PROBLEM,
    ),
)
