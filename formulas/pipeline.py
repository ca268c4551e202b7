"""What the open deals promise, what they have to cover, and the lead plan backwards from money."""

from __future__ import annotations

from formulas.expression import Unit, formula
from formulas.pace import plan_gap
from formulas.term import UNKNOWN, Term, ceiling, maximum, where


@formula(Unit.RATIO)
def coverage_raw(open_amount: Term, plan: Term, fact: Term) -> Term:
    """Compare the open deals with what is left to the plan; unknown once it is met.

    >>> round(coverage_raw(1_500_000, plan=3_000_000, fact=1_200_000), 3)
    0.833
    >>> coverage_raw(1_500_000, plan=3_000_000, fact=3_000_000)
    """
    return where(plan > fact, open_amount / plan_gap(plan, fact), UNKNOWN)


@formula(Unit.RATIO)
def coverage_weighted(weighted: Term, plan: Term, fact: Term) -> Term:
    """Compare the weighted open deals with what is left to the plan; unknown once it is met.

    >>> round(coverage_weighted(575_000, plan=3_000_000, fact=1_200_000), 3)
    0.319
    """
    return where(plan > fact, weighted / plan_gap(plan, fact), UNKNOWN)


@formula(Unit.SHARE)
def win_rate(revenue: Term, lost_amount: Term) -> Term:
    """Say which part of the closed deals was won, by value.

    >>> win_rate(1_000_000, 3_000_000)
    0.25
    """
    return revenue / (revenue + lost_amount)


@formula(Unit.RATIO)
def required_coverage(win_rate: Term) -> Term:
    """Say how many times the open deals have to cover what is left to the plan.

    >>> required_coverage(0.25)
    4.0
    >>> required_coverage.why(0).reason
    'zero_denominator'
    """
    return 1 / win_rate


@formula(Unit.MONEY)
def required_open(plan: Term, fact: Term, win_rate: Term) -> Term:
    """Say how much in open deals the rest of the plan takes; 0 once it is met.

    >>> required_open(3_000_000, 1_200_000, 0.25)
    7200000.0
    """
    return maximum(plan_gap(plan, fact), 0) / win_rate


@formula(Unit.MONEY)
def short_open(open_amount: Term, plan: Term, fact: Term, win_rate: Term) -> Term:
    """Say how much in open deals is missing; 0 or less when there is enough.

    >>> short_open(1_500_000, plan=3_000_000, fact=1_200_000, win_rate=0.25)
    5700000.0
    """
    return required_open(plan, fact, win_rate) - open_amount


@formula(Unit.MONEY)
def expected_total(fact: Term, weighted: Term) -> Term:
    """Add the weighted open deals to the fact.

    >>> expected_total(1_200_000, 575_000)
    1775000.0
    """
    return fact + weighted


@formula(Unit.MONEY)
def weighted_deal(amount: Term, probability: Term) -> Term:
    """Weigh a deal by the probability of its stage.

    >>> weighted_deal(500_000, 0.35)
    175000.0
    """
    return amount * probability


@formula(Unit.SHARE)
def without_amount_share(open_without_amount: Term, open_deals: Term) -> Term:
    """Say which part of the open deals has no amount.

    >>> without_amount_share(5, 20)
    0.25
    """
    return open_without_amount / open_deals


@formula(Unit.COUNT)
def needed_customers(amount: Term, average_deal: Term) -> Term:
    """Count the customers that bring an amount; 0 if nothing has to be brought.

    >>> needed_customers(3_000_000, 150_000)
    20.0
    """
    return ceiling(maximum(amount, 0) / average_deal)


@formula(Unit.COUNT)
def needed_qualified(amount: Term, average_deal: Term, conversion: Term) -> Term:
    """Count the qualified leads whose customers bring an amount.

    >>> needed_qualified(3_000_000, 150_000, 0.2), needed_qualified(21, 1, 0.7)
    (100.0, 30.0)
    """
    return ceiling(maximum(amount, 0) / average_deal / conversion)


@formula(Unit.COUNT)
def needed_leads(amount: Term, average_deal: Term, conversion: Term, qualified_share: Term) -> Term:
    """Count the leads whose customers bring an amount.

    >>> needed_leads(3_000_000, 150_000, 0.2, 0.69)
    145.0
    """
    return ceiling(maximum(amount, 0) / average_deal / conversion / qualified_share)


@formula(Unit.RATIO)
def lead_plan_ratio(planned: Term, needed_qualified: Term) -> Term:
    """Compare the qualified leads that are planned with those that the plan of money takes.

    >>> lead_plan_ratio(110, 100)
    1.1
    """
    return planned / needed_qualified
