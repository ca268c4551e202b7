"""Open deals against what is left of the plan, and the leads that a plan takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sheets_sync.metrics.catalogue import PIPELINE
from sheets_sync.metrics.pace import scope_of
from sheets_sync.metrics.ratios import Numbers, counted, evaluate, in_unit, money, number
from sheets_sync.metrics.sums import Key, Known
from sheets_sync.periods import Period

if TYPE_CHECKING:
    from sheets_sync.metrics.question import Question

USUAL = {"lead": 0.05, "contacted": 0.10, "qualified": 0.20, "proposal": 0.40, "invoice": 0.70}
"""Chances of a stage of which neither the firm's past nor the CRM says anything."""

ENTRANTS = 30  # closed deals that a stage needs for a chance of its own
PULL = 20  # closed deals' worth of the overall rate that steady it
ENOUGH_CLOSED = 30
CYCLES, SHORTEST, LONGEST = 4, 90, 365  # the win rate looks back so many cycles, within days
KNOWN_AMOUNTS = 0.8  # of lost deals with an amount, below which a win rate by value misleads

CHAIN = ("needed_customers", "needed_qualified", "needed_leads")
"""The lead plan backwards from money, each from the one before."""


def add_pipeline(asked: Question, groups: Mapping[Key, Numbers]) -> None:
    """Add the metrics of the pipeline to every group."""
    period = asked.pace_period
    facts = asked.numbers(period.until(asked.as_of))
    due = _open(asked, period)
    rates = win_rates(asked, groups)
    for key, numbers in groups.items():
        found = facts.get(key) or asked.nothing(key, period)
        scope = scope_of(asked, key)
        plan = asked.plans.of("revenue", period, *scope) if scope else None
        given = {
            **numbers,
            **_amounts(numbers, due.get(key)),
            "conversion": numbers["manager_conversion"],
            "fact": found["revenue"],
            "plan": Known(plan or None, None if plan else "no_plan"),
            "win_rate": _usable(rates[key]),
        }
        numbers.update({name: replace(k, period=period) for name, k in _answers(given).items()})
        numbers["win_rate"] = rates[key]


def _amounts(numbers: Numbers, found: tuple[object, ...] | None) -> Numbers:
    reason = numbers["open_deals"].reason
    if reason:
        return {"open_amount": Known(None, reason), "weighted": Known(None, reason)}
    amount, weighted, n, without_rate = found or (None, None, 0, 0)
    if without_rate:
        return {"open_amount": Known(None, "no_fx"), "weighted": Known(None, "no_fx")}
    total, likely = Decimal(str(amount or 0)), money(float(str(weighted or 0)))
    count = int(str(n))
    return {"open_amount": Known(total, n=count), "weighted": Known(likely, n=count)}


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
    short, longest = (_rates(asked, groups, period) for period in rate_periods(asked))
    return {
        key: rate if (rate.n or 0) >= ENOUGH_CLOSED else longest[key] for key, rate in short.items()
    }


def rate_periods(asked: Question) -> tuple[Period, Period]:
    """Return the days that the win rate is of, and those that it falls back to."""
    days = min(max(round(CYCLES * (asked.cycle.median or LONGEST)), SHORTEST), LONGEST)
    return asked.trailing(days), asked.trailing(LONGEST)


def _rates(asked: Question, groups: Mapping[Key, Numbers], period: Period) -> dict[Key, Known]:
    found = asked.numbers(period)
    return {key: _win_rate(found.get(key) or asked.nothing(key, period), period) for key in groups}


def _win_rate(numbers: Numbers, period: Period) -> Known:
    by_count = counted("close_rate", numbers, "won", "won", "lost")
    if by_count.value is None:
        return replace(by_count, period=period)
    lost, with_amount = number(numbers["lost"]), number(numbers["lost_with_amount"])
    if with_amount < KNOWN_AMOUNTS * lost or not numbers["revenue"].value or not lost:
        return replace(by_count, period=period, basis="count")
    return replace(evaluate("win_rate", numbers), n=by_count.n, period=period, basis="value")


def _open(asked: Question, period: Period) -> dict[Key, tuple[object, ...]]:
    """Sum up the open deals that are due in a period and not overdue, as they are and weighted."""
    keys = ", ".join(f"d.{each}" for each in asked.by)
    usual = " ".join(f"when '{stage}' then {chance}e0" for stage, chance in USUAL.items())
    sql = _OPEN.format(
        keys=f"{keys}, " if keys else "",
        group=f"group by {keys}" if keys else "",
        as_of=asked.as_of,
        end=period.end or asked.as_of,
        median=round(asked.cycle.median or 0),
        entrants=ENTRANTS,
        pull=PULL,
        usual=usual,
        imputed="true" if asked.settings["impute_amount"] else "false",
    )
    size = len(asked.by)
    return {row[:size]: row[size:] for row in asked.connection.execute(sql).fetchall()}


# A deal without an expected close is expected after the median cycle, tomorrow at the earliest.
_OPEN = """
with rate as (
    select cast(count(*) filter (where status = 'won') as double) / nullif(count(*), 0) as won
    from deals_now
    where status in ('won', 'lost')
),

usual_amount as (
    select stage, median(nullif(amount_base, 0)) as amount
    from deals_now
    where status = 'open' and {imputed}
    group by stage
),

chances as (
    select
        s.name as stage,
        case when c.n >= {entrants} then (c.won + r.won * {pull}) / (c.n + {pull}) end as own,
        case s.canonical {usual} end as usual
    from stage as s
    cross join rate as r
    left join stage_chance as c on c.stage = s.name
)

select {keys}
    sum(coalesce(nullif(d.amount_base, 0), u.amount)),
    sum(coalesce(nullif(d.amount_base, 0), u.amount) * coalesce(
        c.own, case when d.probability > 1 then d.probability / 100 else d.probability end, c.usual
    )),
    count(*),
    count(*) filter (where d.is_without_rate)
from deals_now as d
left join chances as c on c.stage = d.stage
left join usual_amount as u on u.stage is not distinct from d.stage
where d.status = 'open'
    and (d.created_on is null or d.created_on <= date '{as_of}')
    and (d.expected_close is null or d.expected_close >= date '{as_of}')
    and coalesce(d.expected_close, greatest(
        coalesce(d.created_on, date '{as_of}') + {median}, date '{as_of}' + 1
    )) < date '{end}'
{group}
"""
