"""Bonus: what marketing has earned month by month, step by step, for a head to approve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from formulas.bonus import rounded
from formulas.threshold import exact
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

FIGURES = (
    "leads", "q_paid", "pending", "disputed", "plan", "attainment", "rate", "base", "accelerator",
    "threshold_factor", "brake_factor", "team_factor", "adjust_auto", "computed", "old_rule",
    "approved_total",
)  # fmt: skip
"""What is kept for good once a month is approved."""

LACKING = ("channels", "plan", "spend", "goal")
STATES = ("approved", "to_approve", "collecting", "running")


def is_approved(row: Row) -> bool:
    """Tell whether somebody has put name and day to a month."""
    day = row.get("approved_on")
    return bool(row.get("approved_by")) and (isinstance(day, date) or _is_number(day))


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with a head's cells."""
    if row.get("adjust_manual") is not None and not row.get("adjust_reason"):
        yield "adjust_manual", "no_adjust_reason"


def total(row: Row) -> Value:
    """Return what is to be paid: as approved, else as computed, with the typed adjustment.

    >>> total({"computed": 45_000.0, "adjust_manual": -500.0, "adjust_reason": "a refund"})
    44500.0
    >>> total({"computed": 45_000.0, "adjust_manual": -500.0})
    45000.0
    """
    approved, computed = row.get("approved_total"), row.get("computed")
    if _is_number(approved):
        return approved
    if not _is_number(computed):
        return ""
    manual = row.get("adjust_manual") if row.get("adjust_reason") else None
    return _cents(computed, manual if _is_number(manual) else 0)


def saving(row: Row) -> Value:
    """Return how much less is paid than by the old rule."""
    old, paid = row.get("old_rule"), total(row)
    return _cents(old, -paid) if _is_number(old) and _is_number(paid) else ""  # type: ignore[operator]


def state(row: Row) -> Value:
    """Return the state of a month as a choice's id, or as the word that the machine wrote."""
    return "approved" if is_approved(row) and _is_number(total(row)) else row.get("awaits") or ""


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _cents(*amounts: Value) -> float:
    return float(rounded(sum(exact(amount) for amount in amounts)))  # type: ignore[arg-type,misc]


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the months with what there is to know of them in words."""
    found = facts.tables.get("bonus", ())
    return [
        {
            **row,
            "awaits": words(f"choice.{row['awaits']}") if row.get("awaits") else None,
            "warnings": " ".join(warnings(row, facts.currency, words)) or None,
        }
        for row in found
    ]


def warnings(row: Row, currency: str, words: Words) -> Iterator[str]:
    """Say what a reader of a month should know."""
    if row.get("approved_total") is not None:
        return
    paid, qualified = row.get("q_paid"), row.get("qualified")
    for lack in str(row.get("lacks") or "").split(","):
        if lack:
            yield words(f"bonus.lacks_{lack}")
    for id_ in ("unowned", "undated", "late"):
        if row.get(id_):
            yield words(f"bonus.{id_}", n=words.number(row[id_]))  # type: ignore[arg-type]
    if isinstance(paid, float) and isinstance(qualified, float) and paid < qualified:
        yield words("bonus.capped", n=words.number(qualified), paid=words.number(paid))
    if row.get("days") is not None and row["days"] != row.get("of_days"):
        yield words("bonus.part_month", days=row["days"], of=row["of_days"])
    if row.get("changed_on"):
        before, after = (words.money(row[id_], currency) for id_ in ("before", "after"))  # type: ignore[arg-type]
        day = words.day(row["changed_on"])  # type: ignore[arg-type]
        yield words("bonus.changed", day=day, before=before, after=after)
    if row.get("is_mixed"):
        yield words("bonus.mixed")


_MANUAL = 'IF({adjust_reason}<>"",N({adjust_manual}),0)'
_TOTAL = (
    "IF(ISNUMBER({approved_total}),{approved_total},"
    f'IF(ISNUMBER({{computed}}),ROUND({{computed}}+{_MANUAL},2),""))'
)
_APPROVED = 'AND({approved_by}<>"",ISNUMBER({approved_on}),ISNUMBER({total}))'
_STATE = f'IF({_APPROVED},{{=choice.approved}},{{awaits}}&"")'

TAB = Table(
    name="bonus",
    rows=rows,
    check=check,
    group=Group.WORK,
    key="bonus_id",
    origin=Origin.FED,
    is_hidden=True,
    columns=(
        machine("month", Kind.MONTH, width=16),
        machine("person", width=22),
        machine("bonus_id", width=4, is_hidden=True),
        live("state", _STATE, state, width=18, choices=STATES),
        machine("leads", Kind.INTEGER, width=10),
        machine("q_paid", Kind.INTEGER, width=14),
        machine("plan", Kind.INTEGER, width=11),
        machine("attainment", Kind.SHARE, width=13),
        machine("rate", Kind.MONEY, width=13),
        machine("base", Kind.MONEY, width=14),
        machine("accelerator", Kind.MONEY, width=13),
        machine("threshold_factor", Kind.SHARE, width=12),
        machine("brake_factor", Kind.SHARE, width=12),
        machine("team_factor", Kind.SHARE, width=12),
        machine("adjust_auto", Kind.MONEY, width=15),
        machine("computed", Kind.MONEY, width=14),
        human("adjust_manual", Kind.MONEY, width=14),
        human("adjust_reason", Kind.LONG_TEXT, width=28),
        live("total", _TOTAL, total, Kind.MONEY, width=14),
        machine("old_rule", Kind.MONEY, width=15),
        live(
            "saving",
            'IF(AND(ISNUMBER({old_rule}),ISNUMBER({total})),ROUND({old_rule}-{total},2),"")',
            saving,
            Kind.MONEY,
            width=14,
        ),
        human("approved_by", width=20),
        human("approved_on", Kind.DATE, width=13),
        human("comment", Kind.LONG_TEXT, width=28),
        machine("pending", Kind.INTEGER, width=14),
        machine("disputed", Kind.INTEGER, width=11),
        machine("cutoff_on", Kind.DATE, width=14),
        machine("warnings", Kind.LONG_TEXT, width=60),
        machine("approved_total", Kind.MONEY, width=14, is_hidden=True),
        machine("awaits", width=14, is_hidden=True),
        problem(),
    ),
    row_rules=(
        ("state", "{state}={=choice.approved}", Status.GOOD),
        ("state", "{state}={=choice.to_approve}", Status.WARN),
        ("saving", "AND(ISNUMBER({saving}),{saving}<0)", Status.WARN),
        IS_PROBLEM,
    ),
)
