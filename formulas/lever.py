"""What a small step of each lever brings in money, counting only what the month can still bring.

`month_revenue` is what a month brings at today's rates; `in_time` the part of the month's flow
that a change of today can still reach.
"""

from __future__ import annotations

from collections.abc import Sequence

from formulas.expression import Unit, formula
from formulas.term import Term, maximum

STEP = 0.01
"""One point of a share, one per cent of anything else."""


@formula(Unit.MONEY)
def month_revenue(leads: Term, qualified_share: Term, conversion: Term, average_deal: Term) -> Term:
    """Say what the leads of a month bring.

    >>> round(month_revenue(145, 0.69, 0.2, 150_000))
    3001500
    """
    return leads * qualified_share * conversion * average_deal


@formula(Unit.MONEY)
def lever_point(month_revenue: Term, now: Term, in_time: Term) -> Term:
    """Say what one point more of a share brings.

    >>> lever_point(3_000_000, now=0.2, in_time=0.5)
    75000.0
    """
    return month_revenue * STEP / now * in_time


@formula(Unit.MONEY)
def lever_percent(amount: Term, in_time: Term) -> Term:
    """Say what one per cent more, or one per cent saved, is worth.

    >>> lever_percent(3_000_000, in_time=0.5)
    15000.0
    """
    return amount * STEP * in_time


@formula(Unit.MONEY)
def lever_gain(month_revenue: Term, now: Term, target: Term, in_time: Term) -> Term:
    """Say what raising one factor of the revenue brings; 0 if it is there already.

    >>> round(lever_gain(3_000_000, now=0.2, target=0.25, in_time=0.5))
    375000
    >>> lever_gain(3_000_000, now=0.3, target=0.25, in_time=0.5)
    0.0
    """
    return month_revenue * maximum(target - now, 0) / now * in_time


@formula(Unit.MONEY)
def lever_saving(spend: Term, now: Term, target: Term, in_time: Term) -> Term:
    """Say what cheaper customers save; 0 if they are as cheap already.

    >>> lever_saving(300_000, now=12_000, target=9_000, in_time=0.5)
    37500.0
    """
    return spend * maximum(now - target, 0) / now * in_time


@formula(Unit.MONEY)
def slow_response_cost(
    late: Term, conversion_in_time: Term, conversion_late: Term, average_deal: Term
) -> Term:
    """Say what the leads answered late would have brought, won like those answered in time.

    >>> round(slow_response_cost(100, 0.25, 0.2, average_deal=150_000))
    750000
    """
    return late * (conversion_in_time - conversion_late) * average_deal


@formula(Unit.MONEY)
def channel_amount(amount: Term, mix: Term) -> Term:
    """Say which part of an amount a channel has to bring.

    >>> channel_amount(3_000_000, 0.25)
    750000.0
    """
    return amount * mix


def closing_in_time(days_left: int, days: int, shares: Sequence[float]) -> float:
    """Return the part of a month's leads that will still come in it and close in it.

    `shares[d]` is the part of the won deals that took at most so many days. A lead of the last
    but one day has one day to close.

    >>> closing_in_time(3, 30, [0, 0.1, 0.5])  # 0.5, 0.1 and 0 of three days' leads
    0.02
    >>> closing_in_time(0, 30, [])
    0.0
    """
    return sum(shares[days_left - day] for day in range(1, days_left + 1)) / days
