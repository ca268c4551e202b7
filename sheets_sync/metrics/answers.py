"""The metrics: formulas over measures, by period and by whatever people ask for.

Measures are summed by `sums`, what they mean together is said by `formulas`; here they meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from formulas.expression import Unit
from sheets_sync.errors import FixConfig
from sheets_sync.metrics.catalogue import HABITS, METRICS
from sheets_sync.metrics.company import add_company
from sheets_sync.metrics.pace import add_pace
from sheets_sync.metrics.pipeline import add_pipeline, rate_periods
from sheets_sync.metrics.question import Question, ask
from sheets_sync.metrics.ratios import Numbers, add_inputs, add_ratios, cost_limit, evaluate
from sheets_sync.metrics.speed import add_speed
from sheets_sync.metrics.sums import BY, TIMES, Key, Known
from sheets_sync.metrics.trends import periods as trend_periods
from sheets_sync.periods import ALL, Period

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from templates.tab import Value


MATURE = {"qualified_mature": "qualified_cohort", "won_of_mature": "won_of_qualified"}
"""Measures of mature leads, and what they are over the days that have matured."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure or a metric of a period, perhaps of one channel, manager or day."""

    metric: str
    value: Decimal | float | int | str | None
    unit: str
    n: int | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    period: str = "all"
    by: Mapping[str, str | None] = field(default_factory=dict)
    currency: str | None = None
    basis: str | None = None
    parts: Mapping[str, float | bool | None] = field(default_factory=dict)


def compute(
    connection: DuckDBPyConnection,
    *,
    period: Period | None,
    as_of: date,
    by: Sequence[str] = (),
    currency: str,
    settings: Mapping[str, Value] | None = None,
) -> list[Metric]:
    """Return every measure and metric of a period, company totals or split by `by`.

    Without a period each metric has its natural one: the pace the current month, trailing
    metrics their window, all others everything. What cannot be split is told without `by` alone.

    Raises:
        FixConfig: nothing can be split by that.
    """
    asked = ask(connection, period=period, as_of=as_of, settings=settings)
    return answer(asked.split(by), currency)


def answer(asked: Question, currency: str) -> list[Metric]:
    """Return what was asked; several splits of one question share what they look up.

    Raises:
        FixConfig: nothing can be split by that.
    """
    for each in asked.by:
        if each not in BY:
            raise FixConfig("unknown_dimension", name=each, known=", ".join(BY))
    asked_of = (asked.period or ALL).name
    return [
        worded(name, numbers[name], split, asked_of, currency)
        for key, numbers in _groups(asked).items()
        for split in [_split(asked.by, key)]
        for name in METRICS
        if name in numbers
    ]


def _groups(asked: Question) -> dict[Key, Numbers]:
    is_timed = any(each in TIMES for each in asked.by)
    asked.look(asked.whole, asked.mature, *([] if is_timed else _windows(asked)))
    found = asked.numbers(asked.whole)
    mature = asked.numbers(asked.mature, *MATURE.values())
    groups = {key: found[key] for key in sorted(found, key=_order)}
    usual_deal = asked.usual_deal
    for key, numbers in groups.items():
        _add_mature(asked, numbers, mature.get(key) or asked.nothing(key, asked.mature))
        add_inputs(numbers, asked.settings, usual_deal)
        add_ratios(numbers)
        _limit(asked, key, numbers, usual_deal.period)
        _say_immature(numbers, asked.mature)
    add_speed(asked, groups)
    if not is_timed:
        add_pace(asked, groups)
        add_pipeline(asked, groups)
    if not asked.by:
        add_company(asked, groups[()])
        groups[()].update(dict.fromkeys(HABITS, Known(None, "no_data")))
    return groups


def _limit(asked: Question, key: Key, numbers: Numbers, period: Period | None) -> None:
    """Let the limit of a customer's cost be what people set, of the channel or of the company."""
    channel = dict(zip(asked.by, key, strict=True)).get("channel")
    limit = cost_limit(asked, numbers, None if channel is None else str(channel))
    numbers["customer_cost_limit"] = replace(limit, period=period)
    numbers["cac_to_target"] = evaluate("cac_to_target", {**numbers, "limit": limit})


def _windows(asked: Question) -> list[Period]:
    wanted = [asked.pace_period.until(asked.as_of), *rate_periods(asked)]
    return wanted if asked.by else [*wanted, *trend_periods(asked)]


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, str(value)) for value in key)


def _add_mature(asked: Question, numbers: Numbers, mature: Numbers) -> None:
    for name, measure in MATURE.items():
        numbers[name] = replace(mature[measure], period=asked.mature)


def _say_immature(numbers: Numbers, period: Period) -> None:
    found = numbers["manager_conversion"]
    is_waiting = found.reason == "zero_denominator" and numbers["qualified_cohort"].value
    reason = "immature" if is_waiting else found.reason
    numbers["manager_conversion"] = replace(found, reason=reason, period=period)


def _split(by: Sequence[str], key: Key) -> dict[str, str | None]:
    return {
        each: None if value is None else str(value) for each, value in zip(by, key, strict=True)
    }


def worded(
    name: str, known: Known, split: Mapping[str, str | None], asked_of: str, currency: str
) -> Metric:
    """Return what is known of a metric with its unit, its period and what it is split by."""
    unit = known.unit or METRICS[name]
    return Metric(
        metric=name,
        value=known.value,
        unit=str(unit),
        n=known.n,
        low=known.low,
        high=known.high,
        reason=known.reason,
        period=known.period.name if known.period else asked_of,
        by={**split, "manager": known.whose} if known.whose else split,
        currency=currency if unit == Unit.MONEY else None,
        basis=known.basis,
        parts=known.parts,
    )
