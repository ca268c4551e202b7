"""Experiments: a channel on trial with a cap, a goal and a day on which it is kept or stopped."""

from __future__ import annotations

from collections.abc import Iterator

from templates.cells import days_between, is_number
from templates.stopping import stop
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

DECISIONS = ("keep", "fix", "stop")


def check(row: Row) -> Iterator[Wrong]:
    """Yield what of an experiment cannot be used."""
    goal, lasts = row.get("goal_share"), days_between(row.get("start_on"), row.get("decide_on"))
    if is_number(goal) and not 0 < goal <= 1:
        yield "goal_share", "not_a_share"
    if lasts is not None and lasts <= 0:
        yield "decide_on", "before_the_start"


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the numbers of the experiments, with the rule that holds in words."""
    typed = {row["experiment_id"]: row for row in facts.tables.get("typed.experiments", ())}
    return [
        {**row, "result_text": stop({**typed.get(row["experiment_id"], {}), **row}, facts, words)}
        for row in facts.tables.get("experiments", ())
    ]


def _budget_left(row: Row) -> Value:
    cap, spent = row.get("budget_cap"), row.get("spent")
    return cap - spent if is_number(cap) and is_number(spent) else ""


def _leads_left(row: Row) -> Value:
    needed, leads = row.get("leads_needed"), row.get("leads")
    return max(needed - leads, 0) if is_number(needed) and is_number(leads) else ""


def _days_left(row: Row) -> Value:
    left = days_between(row.get("today"), row.get("decide_on"))
    return "" if left is None or row.get("decision") else left


def _over_cap(row: Row) -> Value:
    cap, spent = row.get("budget_cap"), row.get("spent")
    return "yes" if is_number(cap) and is_number(spent) and spent > cap else ""


TAB = Table(
    name="experiments",
    rows=rows,
    check=check,
    group=Group.WORK,
    key="experiment_id",
    origin=Origin.MINTED,
    prefix="E",
    blank_rows=10,
    is_hidden=True,
    columns=(
        machine("experiment_id", width=9),
        human("name", Kind.LONG_TEXT, width=34),
        human("channel", width=18),
        human("owner", width=20),
        human("budget_cap", Kind.MONEY, width=15),
        human("leads_needed", Kind.INTEGER, width=14),
        human("goal_share", Kind.SHARE, width=12),
        human("start_on", Kind.DATE, width=13),
        human("decide_on", Kind.DATE, width=13),
        machine("spent", Kind.MONEY, width=15),
        machine("leads", Kind.INTEGER, width=10),
        machine("qualified_share", Kind.SHARE, width=12),
        machine("ci_low", Kind.SHARE, width=9),
        machine("ci_high", Kind.SHARE, width=9),
        live(
            "budget_left",
            'IF(AND(ISNUMBER({budget_cap}),ISNUMBER({spent})),{budget_cap}-{spent},"")',
            _budget_left,
            Kind.MONEY,
            width=17,
        ),
        live(
            "leads_left",
            'IF(AND(ISNUMBER({leads_needed}),ISNUMBER({leads})),MAX({leads_needed}-{leads},0),"")',
            _leads_left,
            Kind.INTEGER,
            width=13,
        ),
        live(
            "days_left",
            'IF(AND(ISNUMBER({decide_on}),ISNUMBER({today}),{decision}=""),{decide_on}-{today},"")',
            _days_left,
            Kind.DAYS,
            width=11,
        ),
        live(
            "over_cap",
            "IF(AND(ISNUMBER({budget_cap}),ISNUMBER({spent})),"
            'IF({spent}>{budget_cap},{=choice.yes},""),"")',
            _over_cap,
            choices=("yes",),
            width=11,
        ),
        machine("result_text", Kind.LONG_TEXT, width=60),
        human("decision", choices=DECISIONS, width=14, is_tracked=True),
        human("comment", Kind.LONG_TEXT, width=36),
        machine("first_seen", Kind.DATE, width=13),
        machine("today", Kind.DATE, is_hidden=True),
        problem(),
    ),
    row_rules=(
        *((id_, '{over_cap}<>""', Status.BAD) for id_ in ("name", "spent", "budget_left")),
        ("over_cap", '{over_cap}<>""', Status.BAD),
        ("days_left", "AND(ISNUMBER({days_left}),{days_left}<=0)", Status.WARN),
        IS_PROBLEM,
    ),
)
