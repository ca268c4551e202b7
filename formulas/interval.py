"""How sure a share is: intervals, shrunk rates, norm bands, and correction for many tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

Z_95 = 1.959963984540054
WARNING, ALARM = 2, 3
"""Standard errors from the middle of a norm band to where people look, and where they worry."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A share and the bounds around it; all three are None when nothing can be said."""

    share: float | None
    low: float | None
    high: float | None


NOTHING = Interval(None, None, None)


def wilson(successes: float, n: float, z: float = Z_95) -> Interval:
    """Return the Wilson score interval of a share, or nothing unless 0 ≤ successes ≤ n, n > 0.

    >>> found = wilson(90, 130)
    >>> round(found.low, 4), round(found.high, 4)
    (0.6084, 0.7652)
    >>> wilson(0, 0)
    Interval(share=None, low=None, high=None)
    """
    if n <= 0 or not 0 <= successes <= n:
        return NOTHING
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else min(max(middle - half, 0.0), share)
    high = 1.0 if successes == n else max(min(middle + half, 1.0), share)
    return Interval(share, low, high)


def shrunk(won: float, n: float, department_share: float | None, m: float = 20) -> float | None:
    """Pull a seller's rate towards the department's, the more so the fewer leads there are.

    >>> round(shrunk(3, 3, 0.2), 4)
    0.3043
    >>> shrunk(3, 3, None)
    """
    if department_share is None or n + m <= 0:
        return None
    return (won + department_share * m) / (n + m)


def norm_band(p_bar: float, n_week: float, z: float = WARNING) -> Interval:
    """Return the band in which a week's share falls by chance alone (a p-chart).

    >>> band = norm_band(0.7, 130)
    >>> round(band.low, 4), round(band.high, 4)
    (0.6196, 0.7804)
    """
    if n_week <= 0 or not 0 <= p_bar <= 1:
        return NOTHING
    half = z * sqrt(p_bar * (1 - p_bar) / n_week)
    return Interval(p_bar, max(p_bar - half, 0.0), min(p_bar + half, 1.0))


def leads_needed(share: float, half_width: float) -> int | None:
    """Count the leads after which a share is known to ± `half_width`.

    >>> leads_needed(0.7, 0.05)
    323
    """
    if half_width <= 0 or not 0 <= share <= 1:
        return None
    return ceil(Z_95**2 * share * (1 - share) / half_width**2)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values for having been asked together, in the order they came.

    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    adjusted = [0.0] * len(p_values)
    floor = 0.0
    ranked = sorted(range(len(p_values)), key=lambda place: p_values[place])
    for rank, place in enumerate(ranked):
        floor = max(floor, min((len(p_values) - rank) * p_values[place], 1.0))
        adjusted[place] = floor
    return tuple(adjusted)
