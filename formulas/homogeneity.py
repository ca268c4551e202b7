"""Whether several groups have the same share: Pearson's chi-square test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, lgamma, log, sqrt


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """How far the shares of groups are from one another; None where nothing can be said."""

    statistic: float | None
    freedom: int
    p_value: float | None


def chi_square(groups: Sequence[tuple[int, int]]) -> Homogeneity:
    """Test whether groups, each given as (successes, n), have one share; no correction.

    >>> found = chi_square([(10, 40), (20, 40)])
    >>> round(found.statistic, 4), found.freedom, round(found.p_value, 4)
    (5.3333, 1, 0.0209)
    >>> chi_square([(0, 40), (0, 40)]).p_value
    """
    asked = [(successes, n) for successes, n in groups if n > 0]
    total = sum(n for _, n in asked)
    share = sum(successes for successes, _ in asked) / total if total else 0.0
    freedom = max(len(asked) - 1, 0)
    if not freedom or share in (0.0, 1.0):
        return Homogeneity(None, freedom, None)
    statistic = sum((k - n * share) ** 2 / (n * share * (1 - share)) for k, n in asked)
    return Homogeneity(statistic, freedom, chi_square_tail(statistic, freedom))


def chi_square_tail(x: float, freedom: int) -> float:
    """Return the chance that chi-square with whole degrees of freedom exceeds `x`.

    >>> round(chi_square_tail(3.841458820694124, 1), 12)
    0.05
    """
    half = x / 2
    if half <= 0:
        return 1.0
    start = freedom % 2 / 2
    terms = (
        exp((start + step) * log(half) - half - lgamma(start + step + 1))
        for step in range(freedom // 2)
    )
    tail = erfc(sqrt(half)) if freedom % 2 else 0.0
    return min(tail + sum(terms), 1.0)
