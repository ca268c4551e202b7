"""Bonus rules: what a marketer is paid for, and how much, from a day on."""

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
    Value,
    Wrong,
    human,
    live,
    machine,
    problem,
)
from templates.words import Words

BASES = {
    "for_qualified": "qualified",
    "for_both": "mixed",
    "for_leads": "leads",
    "for_nothing": "none",
}
"""What marketing may be paid for, by what is offered; the method advises the first."""

LATEST_CUTOFF = 15
NEEDED = ("person", "valid_from", "basis", "rate")
POSITIVE = (
    "rate", "threshold", "below_factor", "cap", "accelerator_from", "accelerator_factor",
    "cpql_limit", "cpql_tolerance", "brake_factor", "old_rate",
)  # fmt: skip


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with a rule."""
    for id_ in POSITIVE:
        value = row.get(id_)
        if isinstance(value, float) and value < 0:
            yield id_, "below_zero"
    share, days = row.get("team_share"), row.get("cutoff_wd")
    if isinstance(share, float) and not 0 <= share <= 1:
        yield "team_share", "not_a_part"
    if isinstance(days, float) and not (days.is_integer() and 0 <= days <= LATEST_CUTOFF):
        yield "cutoff_wd", "not_working_days"


def rows(facts: Facts, words: Words) -> list[Row]:  # noqa: ARG001
    """Return the machine's cells of the rules that people typed."""
    return [
        {"bonus_rule_id": row["bonus_rule_id"], "first_seen": row["first_seen"]}
        for row in facts.tables.get("typed.bonus_rules", ())
    ]


def _complete(row: Row) -> Value:
    given = [row.get(id_) not in {None, ""} for id_ in NEEDED]
    return "✓" if all(given) else "…" if any(given) else ""


_GIVEN = "+".join(f'({{{id_}}}<>"")' for id_ in NEEDED)

TAB = Table(
    name="bonus_rules",
    rows=rows,
    check=check,
    group=Group.SETUP,
    key="bonus_rule_id",
    origin=Origin.MINTED,
    prefix="B",
    is_all_or_nothing=True,
    blank_rows=8,
    is_hidden=True,
    columns=(
        machine("bonus_rule_id", width=10),
        human("person", width=24),
        human("valid_from", Kind.DATE, width=14),
        human("basis", choices=tuple(BASES), width=24),
        human("rate", Kind.MONEY, width=15),
        live(
            "complete",
            f'IF({_GIVEN}={len(NEEDED)},"✓",IF({_GIVEN}>0,"…",""))',
            _complete,
            width=12,
        ),
        human("threshold", Kind.SHARE, width=13),
        human("below_factor", Kind.RATIO, width=14),
        human("cap", Kind.RATIO, width=16),
        human("accelerator_from", Kind.RATIO, width=14),
        human("accelerator_factor", Kind.RATIO, width=14),
        human("cpql_limit", Kind.MONEY, width=15),
        human("cpql_tolerance", Kind.SHARE, width=13),
        human("brake_factor", Kind.RATIO, width=15),
        human("team_share", Kind.SHARE, width=13),
        human("cutoff_wd", Kind.INTEGER, width=14),
        human("clawback", choices=("yes", "no"), width=14),
        human("old_rate", Kind.MONEY, width=17),
        machine("first_seen", Kind.DATE, width=14),
        problem(),
    ),
    row_rules=(
        ("complete", '{complete}="…"', Status.WARN),
        ("complete", '{complete}="✓"', Status.GOOD),
        IS_PROBLEM,
    ),
)
