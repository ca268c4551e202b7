"""Where a period is going: forecast, pace to plan, what is left, what is needed a day.

`elapsed` and `total` are days, working or calendar, or parts of the period's profile.
"""

from __future__ import annotations

from formulas.expression import Unit, formula
from formulas.term import UNKNOWN, Term, where


@formula(Unit.FACT)
def forecast(fact: Term, elapsed: Term, total: Term) -> Term:
    """Say where the period ends at this pace; unknown before its first day is over.

    >>> forecast(50, elapsed=10, total=22)
    110.0
    >>> forecast.why(0, elapsed=0, total=15).reason
    'period_not_started'
    """
    return fact / elapsed * total


@formula(Unit.SHARE)
def run_rate(fact: Term, plan: Term, elapsed: Term, total: Term) -> Term:
    """Compare the forecast with the plan; 1 is on plan.

    >>> round(run_rate(50, 150, elapsed=10, total=22), 4)
    0.7333
    >>> run_rate.why(50, None, elapsed=10, total=22).reason
    'no_plan'
    """
    return forecast(fact, elapsed, total) / plan


@formula(Unit.SHARE)
def pace_to_date(fact: Term, plan: Term, elapsed: Term, total: Term) -> Term:
    """Compare the fact with the part of the plan that is due by now.

    >>> pace_to_date(55, 110, elapsed=10, total=20)
    1.0
    """
    return fact / (plan * elapsed / total)


@formula(Unit.FACT)
def plan_gap(plan: Term, fact: Term) -> Term:
    """Say how much is left to the plan; 0 or less when it is met.

    >>> plan_gap(100, 90)
    10.0
    """
    return plan - fact


@formula(Unit.FACT_PER_DAY)
def need_per_day(fact: Term, plan: Term, elapsed: Term, total: Term) -> Term:
    """Say what each remaining day has to bring; unknown before the first day and after the last.

    >>> round(need_per_day(1_200_000, 3_000_000, elapsed=9, total=20), 2)
    163636.36
    >>> need_per_day(1_200_000, 3_000_000, elapsed=20, total=20)
    """
    is_running = (elapsed > 0) & (elapsed < total)
    return where(is_running, plan_gap(plan, fact) / (total - elapsed), UNKNOWN)


@formula(Unit.FACT_PER_DAY)
def pace_per_day(fact: Term, elapsed: Term) -> Term:
    """Say what a day has brought so far.

    >>> pace_per_day(50, elapsed=10)
    5.0
    """
    return fact / elapsed


@formula(Unit.SHARE)
def plan_attainment(fact: Term, plan: Term) -> Term:
    """Compare the fact with the plan.

    >>> plan_attainment(90, 100)
    0.9
    """
    return fact / plan


@formula(Unit.FACT)
def plan_deviation(fact: Term, plan: Term) -> Term:
    """Say how far the fact is above the plan, or below it.

    >>> plan_deviation(90, 100)
    -10.0
    """
    return fact - plan


@formula(Unit.SHARE)
def plan_deviation_share(fact: Term, plan: Term) -> Term:
    """Say how far the fact is above the plan, or below it, as a part of the plan.

    >>> plan_deviation_share(90, 100)
    -0.1
    """
    return plan_deviation(fact, plan) / plan
