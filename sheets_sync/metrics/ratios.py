"""Formulas and shares over known numbers: a value, or the first reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from formulas.expression import Unit
from formulas.interval import NOTHING, Interval, wilson
from formulas.registry import FORMULAS
from sheets_sync.metrics.catalogue import RATIOS, Ratio
from sheets_sync.metrics.sums import Known

if TYPE_CHECKING:
    from sheets_sync.metrics.question import Question
    from templates.tab import Value

Numbers = dict[str, Known]


def number(known: Known) -> float:
    """Return a known number as a float."""
    assert known.value is not None  # noqa: S101
    return float(known.value)


def money(value: float | None) -> Decimal | None:
    """Return an amount as a decimal, with what a float can be trusted for."""
    return None if value is None else Decimal(repr(value))


def evaluate(
    name: str, numbers: Mapping[str, Known], takes: Mapping[str, str] | None = None
) -> Known:
    """Compute a formula from the numbers that bear its parameters' names."""
    formula = FORMULAS[name]
    given = {each: numbers[(takes or {}).get(each, each)] for each in formula.parameters}
    for known in given.values():
        if known.value is None:
            return Known(None, known.reason)
    result = formula.why(**{each: number(known) for each, known in given.items()})
    return Known(result.value, result.reason)


def interval(numbers: Mapping[str, Known], successes: str, *of: str) -> tuple[int, Interval]:
    """Return how many a share of counts is of, and its Wilson interval."""
    given = [numbers[each].value for each in (successes, *of)]
    if any(value is None for value in given):
        return 0, NOTHING
    won, *parts = (float(value or 0) for value in given)
    n = int(sum(parts))
    return n, wilson(won, n)


def counted(
    name: str,
    numbers: Mapping[str, Known],
    successes: str,
    *of: str,
    takes: Mapping[str, str] | None = None,
) -> Known:
    """Compute a share of counts, with how many it is of and its interval."""
    n, found = interval(numbers, successes, *of)
    share = evaluate(name, numbers, takes)
    return Known(share.value, share.reason, n, found.low, found.high)


def add_inputs(
    numbers: Numbers, settings: Mapping[str, Value], usual_deal: Known | None = None
) -> None:
    """Add what formulas take that is no measure: what settings say, and sums that they name."""
    spam = numbers["spam"]
    is_counted = settings["spam_counts"] or spam.value is None
    numbers["counted_spam"] = spam if is_counted else Known(0)
    numbers["decided"] = _decided(numbers)
    numbers["allowed_share"] = _typed(settings["allowed_share"])
    margin = _typed(settings["margin_share"])
    numbers["margin_per_customer"] = _product(usual_deal or Known(None, "no_data"), margin)
    numbers["margin"] = _product(numbers["revenue"], margin)


def _decided(numbers: Numbers) -> Known:
    given = [numbers[each] for each in ("qualified", "unqualified", "spam")]
    unknown = next((known for known in given if known.value is None), None)
    return unknown or Known(int(sum(number(known) for known in given)))


def _typed(value: Value) -> Known:
    return Known(None, "no_data") if value is None else Known(float(str(value)))


def _product(amount: Known, margin_share: Known) -> Known:
    for known in (amount, margin_share):
        if known.value is None:
            return Known(None, known.reason)
    return Known(number(amount) * number(margin_share))


def in_unit(known: Known, unit: str) -> Known:
    """Return the result of a formula as its unit is written: money as a decimal, counts whole."""
    if known.value is None or unit not in (Unit.MONEY, Unit.COUNT):
        return known
    value = float(known.value)
    return Known(money(value) if unit == Unit.MONEY else int(value))


def told(ratio: Ratio, numbers: Mapping[str, Known]) -> Known:
    """Return a metric of the catalogue, a share of counts with its interval."""
    if ratio.successes:
        return counted(ratio.id, numbers, ratio.successes, *ratio.of, takes=ratio.takes)
    return in_unit(evaluate(ratio.id, numbers, ratio.takes), ratio.unit)


def cost_limit(asked: Question, numbers: Mapping[str, Known], channel: str | None = None) -> Known:
    """Return what a customer may cost: as people set it, else a part of what one brings."""
    own = asked.norms.of("customer_cost", asked.as_of, channel).high
    if own is not None:
        return Known(money(own))
    takes = {"margin": "margin_per_customer"}
    return in_unit(evaluate("customer_cost_limit", numbers, takes), Unit.MONEY)


def add_ratios(numbers: Numbers) -> None:
    """Add the metrics of the catalogue, each of which may take those before it."""
    for ratio in RATIOS:
        numbers[ratio.id] = told(ratio, numbers)
