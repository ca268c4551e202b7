"""How long deals take, and how far sellers differ: medians, spread and its price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median as middle

from formulas.experiment import share_change
from formulas.interval import holm

MIN_DEALS = 10
MIN_LEADS = 20
MAX_CHANCE = 0.05

Seller = tuple[int, int]
"""Deals won, and the mature qualified leads they came from."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days from the creation of a deal to its end, or the reason why they are unknown."""

    median: float | None
    p75: float | None
    p90: float | None
    n: int
    excluded: int  # zero or negative durations
    reason: str | None


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return a quantile as PERCENTILE of a spreadsheet and quantile_cont of SQL do.

    >>> quantile([10, 20, 40], 0.75)
    30.0
    >>> quantile([], 0.5)
    """
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = min(int(place), len(ordered) - 1)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def cycle(durations: Iterable[float]) -> Cycle:
    """Sum up the days that deals took; fewer than ten say nothing.

    >>> found = cycle([5, 7, 9, 9, 10, 12, 14, 15, 20, 30, -1])
    >>> found.median, found.p75, found.n, found.excluded
    (11.0, 14.75, 10, 1)
    >>> cycle([5]).reason
    'too_few'
    """
    given = list(durations)
    days = [duration for duration in given if duration > 0]
    excluded = len(given) - len(days)
    if len(days) < MIN_DEALS:
        return Cycle(None, None, None, len(days), excluded, "too_few" if days else "no_data")
    median, p75, p90 = (quantile(days, share) for share in (0.5, 0.75, 0.9))
    return Cycle(median, p75, p90, len(days), excluded, None)


def stuck_after(median: float | None, p90: float | None) -> float | None:
    """Return the days in a stage after which a deal is stuck.

    >>> stuck_after(7, 21)
    21
    """
    return None if median is None or p90 is None else max(2 * median, p90)


@dataclass(frozen=True, slots=True)
class Spread:
    """What the sellers below the median cost, in the order the sellers came."""

    median: float | None  # conversion
    costs: tuple[float | None, ...]  # None: too few leads to be ranked
    total: float | None
    reason: str | None


def spread(sellers: Sequence[Seller], average_deal: float | None, n_min: int = MIN_LEADS) -> Spread:
    """Price the leads that would have been won at the median conversion.

    >>> found = spread([(12, 40), (6, 40), (8, 40)], 150_000)
    >>> found.median, [round(cost) for cost in found.costs], round(found.total)
    (0.2, [0, 300000, 0], 300000)
    """
    rates = [won / n for won, n in sellers if n >= max(n_min, 1)]
    nothing = (None,) * len(sellers)
    if not rates:
        return Spread(None, nothing, None, "too_few" if sellers else "no_data")
    median = middle(rates)
    if average_deal is None:
        return Spread(median, nothing, None, "no_data")
    costs = tuple(
        max(median - won / n, 0.0) * n * average_deal if n >= max(n_min, 1) else None
        for won, n in sellers
    )
    return Spread(median, costs, sum(cost for cost in costs if cost is not None), None)


@dataclass(frozen=True, slots=True)
class Difference:
    """One seller against all the others together."""

    p_value: float  # after Holm
    is_different: bool
    is_below: bool  # proven to convert worse than the rest


def differences(sellers: Sequence[Seller], n_min: int = MIN_LEADS) -> tuple[Difference | None, ...]:
    """Test each seller with enough leads against the rest; None for the others.

    >>> [found.is_different for found in differences([(12, 40), (6, 40)])]
    [False, False]
    """
    won, n = (sum(column) for column in zip(*sellers, strict=True)) if sellers else (0, 0)
    found = {}
    for place, (own_won, own_n) in enumerate(sellers):
        change = share_change((won - own_won, n - own_n), (own_won, own_n))
        if own_n >= n_min and change.p_value is not None and change.difference is not None:
            found[place] = (change.p_value, change.difference)
    adjusted = holm([p_value for p_value, _ in found.values()])
    results = {
        place: Difference(p_value, p_value < MAX_CHANCE, p_value < MAX_CHANCE and difference < 0)
        for (place, (_, difference)), p_value in zip(found.items(), adjusted, strict=True)
    }
    return tuple(results.get(place) for place in range(len(sellers)))
