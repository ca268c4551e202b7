"""Where the bottleneck is: the quadrant of qualified share and conversion."""

from __future__ import annotations

from enum import StrEnum

from formulas.interval import Interval


class Diagnosis(StrEnum):
    """What ails a channel, never a person; its words are `diagnosis.<id>`."""

    WORKS = "works"
    SALES = "sales"
    TRAFFIC = "traffic"
    DEFINITION = "definition"
    TOO_LITTLE_DATA = "too_little_data"


QUADRANT = {
    (True, True): Diagnosis.WORKS,
    (True, False): Diagnosis.SALES,
    (False, True): Diagnosis.TRAFFIC,
    (False, False): Diagnosis.DEFINITION,
}


def reaches(interval: Interval, limit: float | None) -> bool | None:
    """Tell whether a share is proven to reach its limit, or not to; None if neither.

    >>> reaches(Interval(0.7, 0.61, 0.77), 0.6), reaches(Interval(0.7, 0.61, 0.77), 0.8)
    (True, False)
    >>> reaches(Interval(0.7, 0.61, 0.77), 0.7)
    """
    if limit is None or interval.low is None or interval.high is None:
        return None
    if interval.low >= limit:
        return True
    return False if interval.high < limit else None


def quadrant(
    qualified_share: Interval,
    share_limit: float | None,
    conversion: Interval,
    conversion_target: float | None,
) -> Diagnosis:
    """Diagnose a channel from two Wilson intervals and their limits.

    >>> from formulas.interval import wilson
    >>> quadrant(wilson(700, 1000), 0.6, wilson(60, 700), 0.2).value
    'sales'
    """
    is_share_ok = reaches(qualified_share, share_limit)
    is_conversion_ok = reaches(conversion, conversion_target)
    if is_share_ok is None or is_conversion_ok is None:
        return Diagnosis.TOO_LITTLE_DATA
    return QUADRANT[is_share_ok, is_conversion_ok]
