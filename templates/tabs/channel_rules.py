"""Channel rules: from which marks of a lead, a deal or a spend row its channel follows."""

from __future__ import annotations

from collections.abc import Iterator

from formulas.operators import Op
from formulas.pattern import RefusedPattern, compiled
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

FIELDS = (
    "channel", "campaign", "utm_source", "utm_medium", "utm_content", "utm_term", "cabinet",
)  # fmt: skip
"""What a rule may look at."""

OPERATORS = tuple(
    str(op)
    for op in (
        Op.EQUALS, Op.DIFFERS, Op.IN, Op.NOT_IN, Op.CONTAINS, Op.REGEX, Op.IS_SET, Op.IS_EMPTY
    )
)  # fmt: skip
"""What may be asked of a text."""

WITHOUT_VALUE = {str(Op.IS_SET), str(Op.IS_EMPTY)}
YES_NO = ("yes", "no")


def check(row: Row) -> Iterator[Wrong]:
    """Yield what a rule lacks to be followed."""
    needed = ["field", "op", "channel"]
    if row.get("op") not in WITHOUT_VALUE:
        needed.insert(2, "value")
    if any(row.get(id_) is not None for id_ in (*needed, "order", "on")):
        yield from ((id_, "blank") for id_ in needed if row.get(id_) is None)
    if row.get("op") == Op.REGEX and row.get("value") is not None:
        try:
            compiled(str(row["value"]))
        except RefusedPattern:
            yield "value", "not_a_pattern"


def rows(facts: Facts, words: Words) -> list[Row]:  # noqa: ARG001
    """Return the rules with what each has brought."""
    return list(facts.tables.get("channel_rules", ()))


TAB = Table(
    name="channel_rules",
    rows=rows,
    check=check,
    group=Group.SETUP,
    key="rule_id",
    origin=Origin.MINTED,
    prefix="R",
    blank_rows=24,
    is_all_or_nothing=True,
    is_hidden=True,
    columns=(
        machine("rule_id", width=10),
        human("order", Kind.INTEGER, width=11),
        human("field", width=18, choices=FIELDS),
        human("op", width=17, choices=OPERATORS),
        human("value", width=30),
        human("channel", width=24),
        human("on", width=12, choices=YES_NO),
        machine("hits_28d", Kind.INTEGER, width=14),
        machine("example", width=26),
        machine("shadowed_by", width=17),
        problem(),
    ),
    row_rules=(
        ("shadowed_by", '{shadowed_by}<>""', Status.WARN),
        IS_PROBLEM,
    ),
)
