"""Open deals against what is left of the plan, and the leads that a plan takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from formulas.cycle import Cycle
from sheets_sync.metrics.catalogue import PIPELINE
from sheets_sync.metrics.pace import scope_of
from sheets_sync.metrics.ratios import Numbers, counted, evaluate, in_unit, money, number
from sheets_sync.metrics.sums import Key, Known, Sums
from sheets_sync.periods import Period

if TYPE_CHECKING:
    from sheets_sync.metrics.question import Question

ENOUGH_CLOSED = 30
CYCLES, SHORTEST, LONGEST = 4, 90, 365  # the win rate looks back so many cycles, within days
KNOWN_AMOUNTS = 0.8  # of lost deals with an amount, below which a win rate by value misleads

CLOSED = ("won", "lost", "lost_with_amount", "revenue", "lost_amount")
"""What the win rate is made of."""

CHAIN = ("needed_customers", "needed_qualified", "needed_leads")
"""The lead plan backwards from money, each from the one before."""


def add_pipeline(asked: Question, groups: Mapping[Key, Numbers]) -> None:
    """Add the metrics of the pipeline to every group."""
    period = asked.pace_period
    facts = asked.numbers(period.until(asked.as_of), "revenue")
    due = _open(asked, period)
    rates = win_rates(asked, groups)
    for key, numbers in groups.items():
        found = facts.get(key) or asked.nothing(key, period)
        scope = scope_of(asked, key)
        plan = asked.plans.of("revenue", period, *scope) if scope else None
        given = {
            **numbers,
            **_amounts(asked, numbers, due.get(key)),
            "conversion": numbers["manager_conversion"],
            "fact": found["revenue"],
            "plan": Known(plan or None, None if plan else "no_plan"),
            "win_rate": _usable(rates[key]),
        }
        numbers.update({name: replace(k, period=period) for name, k in _answers(given).items()})
        numbers["win_rate"] = rates[key]


def _amounts(asked: Question, numbers: Numbers, found: tuple[Any, ...] | None) -> Numbers:
    """Return what the deals due are worth: unknown where amounts are, or no chance is known."""
    amount, weighted, n, without_rate = found or (None, None, 0, 0)
    totals = asked.covered.totals
    reason = numbers["open_deals"].reason or ("no_fx" if without_rate else None)
    if not reason and amount is None and (n or _is_amount_untold(totals)):
        reason = "no_data"
    if reason:
        return dict.fromkeys(("open_amount", "weighted"), Known(None, reason, n))
    total, likely = Decimal(str(amount or 0)), money(float(weighted or 0))
    is_unmapped = amount is not None and weighted is None
    return {
        "open_amount": Known(total, n=n),
        "weighted": Known(None, "unmapped", n) if is_unmapped else Known(likely, n=n),
    }


def _is_amount_untold(totals: Sums) -> bool:
    return bool(totals["open_deals"]) and not totals["open_with_amount"]


def _usable(rate: Known) -> Known:
    if rate.value is not None and (rate.n or 0) < ENOUGH_CLOSED:
        return Known(None, "too_few")
    return rate


def _answers(given: Numbers) -> Numbers:
    found = {"pipeline_open": given["open_amount"], "pipeline_weighted": given["weighted"]}
    for name, unit in PIPELINE.items():
        if name not in ("pipeline_open", "pipeline_weighted", "win_rate", *CHAIN):
            found[name] = in_unit(evaluate(name, given), unit)
    chain = {**given, "amount": given["plan"]}
    for name in CHAIN:
        chain[name] = found[name] = in_unit(evaluate(name, chain), PIPELINE[name])
    return found


def win_rates(asked: Question, groups: Mapping[Key, Numbers]) -> dict[Key, Known]:
    """Return the trailing win rate of every group: by value, if lost deals have amounts too."""
    periods = rate_periods(asked)
    asked.look(*periods)
    short, longest = (_rates(asked, groups, period) for period in periods)
    return {
        key: rate if (rate.n or 0) >= ENOUGH_CLOSED else longest[key] for key, rate in short.items()
    }


def rate_periods(asked: Question) -> tuple[Period, Period]:
    """Return the days that the win rate is of, and those that it falls back to."""
    days = min(max(round(CYCLES * (asked.cycle.median or LONGEST)), SHORTEST), LONGEST)
    return asked.trailing(days), asked.trailing(LONGEST)


def _rates(asked: Question, groups: Mapping[Key, Numbers], period: Period) -> dict[Key, Known]:
    found = asked.numbers(period, *CLOSED)
    return {key: _win_rate(found.get(key) or asked.nothing(key, period), period) for key in groups}


def _win_rate(numbers: Numbers, period: Period) -> Known:
    by_count = counted("close_rate", numbers, "won", "won", "lost")
    if by_count.value is None:
        return replace(by_count, period=period)
    lost, with_amount = number(numbers["lost"]), number(numbers["lost_with_amount"])
    if with_amount < KNOWN_AMOUNTS * lost or not numbers["revenue"].value or not lost:
        return replace(by_count, period=period, basis="count")
    return replace(evaluate("win_rate", numbers), n=by_count.n, period=period, basis="value")


def due_day(cycle: Cycle, as_of: date) -> str:
    """Return in SQL the day on which an open deal is expected to end.

    That is the day people expect, else the median cycle after its making; a deal of which neither
    is known is expected tomorrow. A deal is overdue once its day has passed.

    >>> due_day(Cycle(12.4, 20, 30, 50, 0, None), date(2026, 11, 22))
    "coalesce(expected_close, created_on + 12, date '2026-11-22' + 1)"
    """
    expected = "" if cycle.median is None else f"created_on + {round(cycle.median)}, "
    return f"coalesce(expected_close, {expected}date '{as_of}' + 1)"


def _open(asked: Question, period: Period) -> dict[Key, tuple[Any, ...]]:
    """Sum up the open deals that are due in a period and not overdue, as they are and weighted."""
    keys = ", ".join(asked.by)
    sql = _OPEN.format(
        keys=f"{keys}, " if keys else "",
        group=f"group by {keys}" if keys else "",
        as_of=asked.as_of,
        end=period.end or asked.as_of,
        due=due_day(asked.cycle, asked.as_of),
        amount="coalesce(amount, usual_amount)" if asked.settings["impute_amount"] else "amount",
    )
    size = len(asked.by)
    return {row[:size]: row[size:] for row in asked.connection.execute(sql).fetchall()}


_OPEN = """
select {keys}
    sum({amount}),
    sum(cast({amount} as decimal(20, 2)) * cast(chance as decimal(17, 8))),
    count(*),
    count(*) filter (where is_without_rate)
from open_now
where (created_on is null or created_on <= date '{as_of}')
    and {due} >= date '{as_of}' and {due} < date '{end}'
{group}
"""
