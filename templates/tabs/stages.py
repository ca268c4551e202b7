"""Stages: what each stage of the CRM means, how likely it wins, and how long a deal may stand."""

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
    first_given,
    human,
    live,
    machine,
    problem,
)
from templates.tabs.leads import spoken
from templates.words import Words

MEANINGS = ("lead", "contacted", "qualified", "proposal", "invoice", "won", "lost")
"""What a stage of the CRM may mean; what comes before a lead is no stage of a CRM."""


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with what people say of a stage."""
    chance, days = row.get("default_p"), row.get("max_days")
    if isinstance(chance, float) and not 0 <= chance <= 1:
        yield "default_p", "not_a_share"
    if isinstance(days, float) and days < 0:
        yield "max_days", "negative"


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the stages with what we took them for; those that nobody knows are named."""
    return [
        {**spoken(row, words, "guess"), "problem": _unknown(row, words)}
        for row in facts.tables.get("stages", ())
    ]


def _unknown(row: Row, words: Words) -> str | None:
    return None if row.get("guess") or row.get("canonical") else words("page.stage_unmapped")


def _p(row: Row) -> Value:
    return next((row[id_] for id_ in CHANCES if row.get(id_) not in {None, ""}), "")


CHANCES = ("own_p", "default_p", "usual_p")
"""The chances of a stage in the order in which they count."""

TAB = Table(
    name="stages",
    rows=rows,
    check=check,
    group=Group.SETUP,
    key="stage",
    origin=Origin.FED,
    is_hidden=True,
    columns=(
        machine("stage", width=30),
        machine("pipeline", width=22),
        machine("deals", Kind.INTEGER, width=11),
        machine("guess", width=16),
        human("canonical_stage", width=20, choices=MEANINGS),
        first_given("stage_used", "canonical_stage", "guess", 16, MEANINGS),
        machine("own_p", Kind.SHARE, width=14),
        machine("usual_p", Kind.SHARE, width=14),
        human("default_p", Kind.SHARE, width=16),
        live(
            "p_used",
            'IF({own_p}<>"",{own_p},IF({default_p}<>"",{default_p},'
            'IF({usual_p}<>"",{usual_p},"")))',
            _p,
            Kind.SHARE,
            width=15,
        ),
        machine("median_days", Kind.DAYS, width=14),
        human("max_days", Kind.DAYS, width=16),
        problem(),
    ),
    row_rules=(
        ("stage_used", '{stage_used}=""', Status.WARN),
        IS_PROBLEM,
    ),
)
