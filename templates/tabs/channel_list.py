"""Channel list: what to call each channel, what it may cost, and what was decided about it."""

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
    says,
)
from templates.words import Words

KINDS = ("channel_paid", "channel_organic", "channel_referral", "channel_unknown")
DECISIONS = ("keep", "fix", "stop")


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with what people say of a channel."""
    limit, margin = row.get("cost_limit"), row.get("margin")
    if isinstance(limit, float) and limit <= 0:
        yield "cost_limit", "not_positive"
    if isinstance(margin, float) and not 0 < margin <= 1:
        yield "margin", "not_a_share"
    if row.get("decision_on") and not row.get("decision"):
        yield "decision", "no_decision"


def rows(facts: Facts, words: Words) -> list[Row]:  # noqa: ARG001
    """Return the channels that the data know, and those that were added here."""
    return list(facts.tables.get("channel_list", ()))


TAB = Table(
    name="channel_list",
    rows=rows,
    check=check,
    group=Group.SETUP,
    key="channel_id",
    origin=Origin.FED,
    prefix="K",
    blank_rows=8,
    is_hidden=True,
    columns=(
        machine("channel", width=26),
        machine("channel_id", width=4, is_hidden=True),
        machine("leads_90d", Kind.INTEGER, width=13),
        machine("spend_90d", Kind.MONEY, width=15),
        human("name", width=26),
        human("channel_group", width=17, choices=KINDS),
        human("owner", width=22),
        human("cost_limit", Kind.MONEY, width=16),
        human("margin", Kind.SHARE, width=12),
        human("decision", width=16, choices=DECISIONS),
        human("decision_on", Kind.DATE, width=14),
        human("note", Kind.LONG_TEXT, width=34),
        problem(),
    ),
    row_rules=(
        ("decision", says("decision", "keep"), Status.GOOD),
        ("decision", says("decision", "fix"), Status.WARN),
        ("decision", says("decision", "stop"), Status.BAD),
        IS_PROBLEM,
    ),
)
