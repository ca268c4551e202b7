"""Did a change help: a share or a count before and after, how sure that is, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf, log, sqrt

from formulas.distribution import (
    beta_quantile,
    binomial_two_sided,
    fisher_two_sided,
    normal_two_sided,
)
from formulas.interval import Z_95, wilson

SMALL_CELL = 5
TAIL = 0.025


class Verdict(StrEnum):
    """What may be said of a change; its words are `diagnosis.change.<id>`."""

    TOO_EARLY = "too_early"
    CONFIRMED = "confirmed"
    WORSE = "worse"
    NO_DIFFERENCE = "no_difference"
    LOOKS_LIKE_GROWTH = "looks_like_growth"
    LOOKS_LIKE_FALL = "looks_like_fall"


@dataclass(frozen=True, slots=True)
class Change:
    """A number before and after, and how far chance alone could have moved it."""

    before: float | None = None  # a share, or a count per exposure
    after: float | None = None
    difference: float | None = None
    ratio: float | None = None  # after ÷ before
    lift: float | None = None  # ratio - 1
    low: float | None = None  # of the difference of shares, or of the ratio of counts
    high: float | None = None  # None with a low: unbounded
    p_value: float | None = None
    z: float | None = None
    no_effect: float = 0  # between low and high if nothing changed: 0 difference, or ratio 1
    reason: str | None = None


def share_change(before: tuple[int, int], after: tuple[int, int]) -> Change:
    """Compare two shares, each given as (successes, n).

    >>> found = share_change((90, 130), (99, 130))
    >>> round(found.difference, 4), round(found.p_value, 4)
    (0.0692, 0.2103)
    >>> round(found.low, 4), round(found.high, 4)
    (-0.039, 0.1754)
    >>> share_change((0, 0), (1, 2)).reason
    'no_data'
    """
    first, second = wilson(*before), wilson(*after)
    p1, low1, high1 = first.share, first.low, first.high
    p2, low2, high2 = second.share, second.low, second.high
    if p1 is None or low1 is None or high1 is None or p2 is None or low2 is None or high2 is None:
        return Change(reason="no_data")
    z, p_value = _test(before, after)
    return Change(
        before=p1,
        after=p2,
        difference=p2 - p1,
        ratio=p2 / p1 if p1 else None,
        lift=p2 / p1 - 1 if p1 else None,
        low=p2 - p1 - sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2),
        high=p2 - p1 + sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2),
        p_value=p_value,
        z=z,
    )


def _test(before: tuple[int, int], after: tuple[int, int]) -> tuple[float | None, float]:
    """Return the pooled z and its p-value, or Fisher's p-value alone where a cell is small."""
    (k1, n1), (k2, n2) = before, after
    won, n = k1 + k2, n1 + n2
    share = won / n
    if min(n1, n2) * min(won, n - won) < SMALL_CELL * n:
        return None, fisher_two_sided((k1, k2), (n1, n2))
    z = (k2 / n2 - k1 / n1) / sqrt(share * (1 - share) * (1 / n1 + 1 / n2))
    return z, normal_two_sided(z)


def count_change(
    before: int, after: int, exposure_before: float = 1, exposure_after: float = 1
) -> Change:
    """Compare two counts, each over its exposure: working days, or spend.

    >>> found = count_change(90, 120)
    >>> round(found.ratio, 4), round(found.p_value, 4)
    (1.3333, 0.0451)
    >>> round(found.low, 4), round(found.high, 4)
    (1.006, 1.7724)
    """
    n = before + after
    if min(before, after) < 0 or n == 0 or min(exposure_before, exposure_after) <= 0:
        return Change(reason="no_data", no_effect=1)
    rate_before, rate_after = before / exposure_before, after / exposure_after
    scale = exposure_before / exposure_after
    low = beta_quantile(TAIL, after, before + 1) if after else 0.0
    high = beta_quantile(1 - TAIL, after + 1, before) if before else None
    return Change(
        before=rate_before,
        after=rate_after,
        difference=rate_after - rate_before,
        ratio=rate_after / rate_before if before else None,
        lift=rate_after / rate_before - 1 if before else None,
        low=low / (1 - low) * scale,
        high=None if high is None else high / (1 - high) * scale,
        p_value=binomial_two_sided(after, n, exposure_after / (exposure_before + exposure_after)),
        no_effect=1,
    )


def leads_to_tell(before: float, after: float) -> int | None:
    """Count the leads on either side from which on two shares are told apart.

    Their difference is then known to ± itself, as `leads_needed` knows one share.

    >>> leads_to_tell(0.2, 0.4), leads_to_tell(0.7, 0.7)
    (39, None)
    """
    if before == after or not 0 <= before <= 1 or not 0 <= after <= 1:
        return None
    spread = before * (1 - before) + after * (1 - after)
    return max(ceil(Z_95**2 * spread / (after - before) ** 2), 1)


def count_to_tell(ratio: float) -> int | None:
    """Count what has to come after a change that multiplies a count, to tell it from chance.

    >>> count_to_tell(4 / 3), count_to_tell(1.1), count_to_tell(1)
    (109, 889, None)
    """
    if ratio <= 0 or ratio == 1:
        return None
    return ceil(Z_95**2 * (ratio + 1) / log(ratio) ** 2)


def verdict(
    change: Change, *, is_due: bool, has_enough: bool = True, min_effect: float = 0
) -> Verdict | None:
    """Say in one word what a change came to; None without data.

    `is_due`: the decision date has come. `has_enough`: as many leads came as had been asked for.
    `min_effect` is a difference of shares, or a share of the earlier rate of a count.

    >>> verdict(share_change((12, 60), (24, 60)), is_due=True).value
    'confirmed'
    >>> verdict(share_change((90, 130), (99, 130)), is_due=True).value
    'looks_like_growth'
    """
    if not is_due:
        return Verdict.TOO_EARLY
    if change.low is None or change.difference is None:
        return None
    low = change.low - change.no_effect
    high = inf if change.high is None else change.high - change.no_effect
    claims = (  # the first that holds
        (Verdict.CONFIRMED, has_enough and low > 0),
        (Verdict.WORSE, has_enough and high < 0),
        (Verdict.NO_DIFFERENCE, -min_effect <= low and high <= min_effect),
        (Verdict.LOOKS_LIKE_GROWTH, change.difference > 0),
        (Verdict.LOOKS_LIKE_FALL, change.difference < 0),
        (Verdict.TOO_EARLY, True),
    )
    return next(claim for claim, holds in claims if holds)
