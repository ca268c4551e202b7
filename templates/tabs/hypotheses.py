"""Hypotheses: a fact, a change, the number it should move, and what it came to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from templates.cells import days_between, is_number
from templates.evidence import SHARES, baseline, sentence
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
    says,
)
from templates.tabs.tasks import DEPARTMENTS
from templates.words import Words

METRICS = (
    "qualified_share",
    "manager_conversion",
    "leads",
    "qualified_leads",
    "won_deals",
    "cost_per_qualified",
)
STATUSES = (
    "idea",
    "in_work",
    "awaiting_decision",
    "confirmed",
    "not_confirmed",
    "too_little_data",
    "dropped",
)
ENDED = frozenset(STATUSES[3:])
BECAUSE = ("because", "because_k", "because_n", "because_definition")
SCORES = ("impact", "confidence", "ease")
WEEK, BEST = 7, 10


def target(row: Row) -> float | None:
    """Return the target as the metric counts: a share, a cost, or a count a week.

    >>> target({"metric": "qualified_share", "target": "75 %"}), target({"target": "many"})
    (0.75, None)
    >>> (
    ...     target({"metric": "leads", "target": 45}),
    ...     target({"metric": "qualified_share", "target": 75}),
    ... )
    (45.0, 0.75)
    """
    text = re.sub(r"[\s\u00a0\u202f₽$€]", "", str(row.get("target") or "")).replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d+)?%?", text):
        return None
    number = float(text.removesuffix("%"))
    is_share = row.get("metric") in SHARES
    found = number / 100 if text.endswith("%") or (is_share and number > 1) else number
    return found if 0 < found <= (1 if is_share else found) else None


def check(row: Row) -> Iterator[Wrong]:
    """Yield what of a hypothesis cannot be used."""
    if row.get("target") is not None and target(row) is None:
        yield "target", "not_a_target"
    lasts = days_between(row.get("start_on"), row.get("decide_on"))
    if lasts is not None and lasts < WEEK:
        yield "decide_on", "sooner_than_a_week"
    k, n = row.get("because_k"), row.get("because_n")
    if is_number(k) and is_number(n) and k > n:
        yield "because_k", "more_than_all"
    for id_ in SCORES:
        score = row.get(id_)
        if is_number(score) and not 1 <= score <= BEST:
            yield id_, "not_one_to_ten"


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the numbers of the hypotheses, with the result in a sentence."""
    typed = {row["hypothesis_id"]: row for row in facts.tables.get("typed.hypotheses", ())}
    found: list[Row] = []
    for row in facts.tables.get("hypotheses", ()):
        whole = {**typed.get(row["hypothesis_id"], {}), **row}
        is_tested = row.get("phase") is not None
        found.append(
            {
                **row,
                "baseline": baseline(whole, facts, words) if is_tested else None,
                "result_text": sentence(whole, facts, words),
            }
        )
    return found


def is_fact(row: Row) -> bool:
    """Tell whether a hypothesis says how many, of how many, defined how."""
    counts = is_number(row.get("because_k")) and is_number(row.get("because_n"))
    return counts and bool(row.get("because")) and bool(row.get("because_definition"))


def _kind(row: Row) -> Value:
    if not row.get("because") and not row.get("change"):
        return ""
    return "fact" if is_fact(row) else "opinion"


def _ice(row: Row) -> Value:
    impact, confidence, ease = (row.get(id_) for id_ in SCORES)
    if is_number(impact) and is_number(confidence) and is_number(ease):
        return impact * confidence * ease
    return ""


def _days_left(row: Row) -> Value:
    left = days_between(row.get("today"), row.get("decide_on"))
    return "" if left is None or row.get("status") in ENDED else left


FACT = 'AND({because}<>"",ISNUMBER({because_k}),ISNUMBER({because_n}),{because_definition}<>"")'

TAB = Table(
    name="hypotheses",
    rows=rows,
    check=check,
    group=Group.WORK,
    key="hypothesis_id",
    origin=Origin.MINTED,
    prefix="H",
    blank_rows=15,
    is_hidden=True,
    columns=(
        machine("hypothesis_id", width=9),
        human("because", Kind.LONG_TEXT, width=34),
        human("because_k", Kind.INTEGER, width=12),
        human("because_n", Kind.INTEGER, width=14),
        human("because_definition", Kind.LONG_TEXT, width=26),
        live(
            "kind",
            f'IF(AND({{because}}="",{{change}}=""),"",'
            f"IF({FACT},{{=choice.fact}},{{=choice.opinion}}))",
            _kind,
            choices=("fact", "opinion"),
            width=10,
        ),
        human("change", Kind.LONG_TEXT, width=34),
        human("metric", choices=METRICS, width=22),
        human("channel", width=16),
        human("target", Kind.ANY, width=10),
        human("start_on", Kind.DATE, width=13),
        human("decide_on", Kind.DATE, width=13),
        human("status", choices=STATUSES, width=18),
        live(
            "days_left",
            "IF(AND(ISNUMBER({decide_on}),ISNUMBER({today}),"
            f'NOT({says("status", *STATUSES[3:])})),{{decide_on}}-{{today}},"")',
            _days_left,
            Kind.DAYS,
            width=11,
        ),
        machine("result_text", Kind.LONG_TEXT, width=64),
        machine("money_effect", Kind.MONEY, width=17),
        human("decision", Kind.LONG_TEXT, width=32),
        human("author", width=20),
        human("dept", choices=DEPARTMENTS, width=13),
        human("helper", width=20),
        human("impact", Kind.INTEGER, width=11),
        human("confidence", Kind.INTEGER, width=19),
        human("ease", Kind.INTEGER, width=11),
        live(
            "ice",
            'IF(COUNT({impact},{confidence},{ease})=3,{impact}*{confidence}*{ease},"")',
            _ice,
            Kind.INTEGER,
            width=8,
        ),
        machine("baseline", Kind.LONG_TEXT, width=26),
        machine("needed_n", Kind.INTEGER, width=11),
        machine("n_now", Kind.INTEGER, width=11),
        machine("first_seen", Kind.DATE, width=13),
        machine("today", Kind.DATE, is_hidden=True),
        problem(),
    ),
    row_rules=(
        ("kind", "{kind}={=choice.fact}", Status.GOOD),
        ("kind", "{kind}={=choice.opinion}", Status.UNKNOWN),
        ("days_left", "AND(ISNUMBER({days_left}),{days_left}<=0)", Status.WARN),
        IS_PROBLEM,
    ),
)
