"""Which leads are worth it, and how they pass from stage to stage."""

from __future__ import annotations

from formulas.expression import Unit, formula
from formulas.term import Term, minimum


@formula(Unit.SHARE)
def qualified_share(qualified: Term, unqualified: Term, spam: Term) -> Term:
    """Say which part of the leads with a verdict is qualified; somebody paid for the spam too.

    >>> round(qualified_share(90, 30, 10), 4)
    0.6923
    >>> qualified_share.why(0, 0, 0).reason
    'zero_denominator'
    """
    return qualified / (qualified + unqualified + spam)


@formula(Unit.SHARE)
def qualified_share_without_spam(qualified: Term, unqualified: Term) -> Term:
    """Say which part of the leads with a verdict is qualified, spam left out.

    >>> qualified_share_without_spam(90, 30)
    0.75
    """
    return qualified / (qualified + unqualified)


@formula(Unit.SHARE)
def verdict_coverage(decided: Term, leads: Term) -> Term:
    """Say which part of the leads has a verdict.

    >>> verdict_coverage(90, 100)
    0.9
    """
    return decided / leads


@formula(Unit.SHARE)
def reason_share(unqualified_with_reason: Term, unqualified: Term, spam: Term) -> Term:
    """Say which part of the rejected leads has a reason.

    >>> reason_share(36, unqualified=30, spam=10)
    0.9
    """
    return unqualified_with_reason / (unqualified + spam)


@formula(Unit.SHARE)
def verdict_on_time_share(verdicts_on_time: Term, verdicts_due: Term) -> Term:
    """Say which part of the verdicts that were due came in time.

    >>> verdict_on_time_share(40, 50)
    0.8
    """
    return verdicts_on_time / verdicts_due


@formula(Unit.SHARE)
def sla_first_response_share(answered_on_time: Term, answers_due: Term) -> Term:
    """Say which part of the leads whose answer was due got it in time.

    >>> sla_first_response_share(45, 50)
    0.9
    """
    return answered_on_time / answers_due


@formula(Unit.SHARE)
def stage_step(reached: Term, reached_next: Term) -> Term:
    """Say which part of the leads of a stage went on to the next one.

    >>> stage_step(130, 90) == 90 / 130
    True
    """
    return reached_next / reached


@formula(Unit.SHARE)
def stage_through(reached_first: Term, reached: Term) -> Term:
    """Say which part of the leads of the first known stage came this far.

    >>> stage_through(1000, 18)
    0.018
    """
    return reached / reached_first


@formula(Unit.SHARE)
def known_stage_share(known_stages: Term, stages: Term) -> Term:
    """Say which part of the funnel's stages has a number.

    >>> known_stage_share(6, 8)
    0.75
    """
    return known_stages / stages


@formula(Unit.SHARE)
def unknown_index(known_stages: Term, stages: Term) -> Term:
    """Say which part of the funnel's stages has no number.

    >>> unknown_index(6, 8)
    0.25
    """
    return 1 - known_stage_share(known_stages, stages)


@formula(Unit.SHARE)
def owner_known_share(deals_owned: Term, deals: Term) -> Term:
    """Say which part of the deals has an owner and dates that agree.

    >>> owner_known_share(49, 50)
    0.98
    """
    return deals_owned / deals


@formula(Unit.SHARE)
def source_and_spend_match_share(
    revenue_sourced: Term, revenue: Term, spend_mapped: Term, spend: Term
) -> Term:
    """Say which part of the revenue has a channel, or of the spend, whichever is smaller.

    >>> source_and_spend_match_share(90, 100, 80, 100)
    0.8
    """
    return minimum(revenue_sourced / revenue, spend_mapped / spend)
