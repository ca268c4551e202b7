"""How leads turn into customers, and what that makes a lead worth."""

from __future__ import annotations

from formulas.expression import Unit, formula
from formulas.term import Term


@formula(Unit.SHARE)
def manager_conversion(won: Term, qualified: Term) -> Term:
    """Say which part of a cohort of qualified leads was won.

    >>> manager_conversion(18, 90)
    0.2
    """
    return won / qualified


@formula(Unit.SHARE)
def lead_conversion(won_cohort: Term, leads: Term) -> Term:
    """Say which part of a cohort of leads was won.

    >>> lead_conversion(18, 120)
    0.15
    """
    return won_cohort / leads


@formula(Unit.SHARE)
def close_rate(won: Term, lost: Term) -> Term:
    """Say which part of the closed deals was won.

    >>> round(close_rate(107, 45), 4)
    0.7039
    """
    return won / (won + lost)


@formula(Unit.SHARE)
def conversion_spread(conversion_max: Term, conversion_min: Term) -> Term:
    """Say how far the best seller is above the lowest.

    >>> conversion_spread(0.5, 0.25)
    0.25
    """
    return conversion_max - conversion_min


@formula(Unit.MONEY)
def average_deal(revenue: Term, won: Term) -> Term:
    """Say what a deal won brings.

    >>> average_deal(3_000_000, 20)
    150000.0
    """
    return revenue / won


@formula(Unit.MONEY)
def value_per_lead(conversion: Term, average_deal: Term) -> Term:
    """Say what a lead brings at this conversion.

    >>> value_per_lead(0.2, 150_000)
    30000.0
    """
    return conversion * average_deal
