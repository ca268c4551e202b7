"""What a lead and a customer cost, and how much they may."""

from __future__ import annotations

from formulas.expression import Unit, formula
from formulas.term import Term


@formula(Unit.MONEY)
def cost_per_lead(spend: Term, leads: Term) -> Term:
    """Divide the advertising spend by the leads.

    >>> cost_per_lead(260_000, 130)
    2000.0
    """
    return spend / leads


@formula(Unit.MONEY)
def cost_per_qualified(spend: Term, qualified: Term) -> Term:
    """Divide the advertising spend by the qualified leads.

    >>> round(cost_per_qualified(260_000, 90), 2)
    2888.89
    """
    return spend / qualified


@formula(Unit.MONEY)
def customer_cost(spend: Term, customers: Term) -> Term:
    """Divide the advertising spend by the new customers.

    >>> customer_cost(90_000, 30)
    3000.0
    >>> customer_cost.why(90_000, 0).reason
    'zero_denominator'
    """
    return spend / customers


@formula(Unit.MONEY)
def customer_cost_full(
    spend: Term, agency: Term, tools: Term, salary: Term, customers: Term
) -> Term:
    """Divide all that marketing costs, salaries too, by the new customers.

    >>> customer_cost_full(90_000, 30_000, 10_000, 170_000, 30)
    10000.0
    """
    return (spend + agency + tools + salary) / customers


@formula(Unit.MONEY)
def customer_cost_limit(margin: Term, allowed_share: Term) -> Term:
    """Say what a customer may cost: a part of the margin that a customer brings.

    >>> customer_cost_limit(60_000, 0.5)
    30000.0
    """
    return margin * allowed_share


@formula(Unit.RATIO)
def cac_to_target(customer_cost: Term, limit: Term) -> Term:
    """Compare what a customer costs with what it may cost.

    >>> cac_to_target(24_000, 20_000)
    1.2
    """
    return customer_cost / limit


@formula(Unit.SHARE)
def romi(margin: Term, spend: Term) -> Term:
    """Say what the spend brought beyond itself, as a part of it; margin is that of all customers.

    >>> romi(150_000, 100_000)
    0.5
    """
    return (margin - spend) / spend
