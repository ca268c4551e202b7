"""The bonus of marketing for qualified leads: advice for a head to approve, not payroll."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from formulas.threshold import Number, at_least, exact

SHARED_CEILING = Fraction(6, 5)
"""The shared goal counts up to 120 % of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What has been agreed; the defaults are a flat rate for each qualified lead.

    `threshold`, `cap` and `accelerator_from` are multiples of the plan.
    """

    rate: Number | None
    threshold: Number | None = None
    below_factor: Number = 0
    cap: Number | None = None
    accelerator_from: Number | None = None
    accelerator_factor: Number = 1
    cpql_limit: Number | None = None
    cpql_tolerance: Number = 0
    brake_factor: Number = 1
    team_share: Number = 0


@dataclass(frozen=True, slots=True)
class Month:
    """What came: qualified leads decided by the cut-off, without duplicates, tests, disputes."""

    qualified: Number | None
    plan: Number | None
    cost_per_qualified: Number | None = None
    shared_attainment: Number | None = None
    adjustment: Number = 0  # money decided after earlier cut-offs


@dataclass(frozen=True, slots=True)
class Bonus:
    """The bonus and the steps that led to it, in their order; money is rounded half up."""

    attainment: float | None  # None without a plan
    threshold_factor: float
    paid: float | None  # qualified leads after the cap
    base: Decimal | None  # all of them at the plain rate
    accelerator: Decimal | None  # what the leads beyond `accelerator_from` earn on top
    brake_factor: float | None
    team_factor: float | None
    adjustment: Decimal
    money: Decimal | None
    reason: str | None


def rounded(amount: Fraction) -> Decimal:
    """Round money half up to 0.01, away from zero.

    >>> rounded(Fraction(1, 200)), rounded(Fraction(-1, 200))
    (Decimal('0.01'), Decimal('-0.01'))
    """
    cents = floor(abs(amount) * 100 + Fraction(1, 2))
    return Decimal(f"{'-' if amount < 0 and cents else ''}{cents}e-2")


def bonus(month: Month, rule: Rule) -> Bonus:
    """Compute the bonus of a month: plan 100, 130 leads came, 90 of them qualified, 500 each.

    >>> bonus(Month(qualified=90, plan=100), Rule(rate=500)).money
    Decimal('45000.00')
    >>> bonus(Month(qualified=130, plan=100), Rule(rate=500)).money  # the old rule, all leads
    Decimal('65000.00')
    """
    adjustment = exact(month.adjustment)
    if month.qualified is None or rule.rate is None:
        nothing = (None, 1.0, None, None, None, None, None)
        return Bonus(*nothing, rounded(adjustment), None, "no_data")
    qualified, rate = exact(month.qualified), exact(rule.rate)
    plan = exact(month.plan) if month.plan else Fraction(0)
    threshold_factor = _threshold_factor(qualified, plan, rule)
    paid, beyond = _units(qualified, plan, rule)
    base = paid * rate
    accelerator = beyond * rate * (exact(rule.accelerator_factor) - 1)
    earned = (base + accelerator) * threshold_factor
    brake, team = _brake_factor(month, rule), _team_factor(month, rule)
    if earned == 0:
        amount: Fraction | None = adjustment
    elif brake is None or team is None:
        amount = None
    else:
        amount = earned * brake * team + adjustment
    return Bonus(
        attainment=float(qualified / plan) if plan > 0 else None,
        threshold_factor=float(threshold_factor),
        paid=float(paid),
        base=rounded(base),
        accelerator=rounded(accelerator),
        brake_factor=None if brake is None else float(brake),
        team_factor=None if team is None else float(team),
        adjustment=rounded(adjustment),
        money=None if amount is None else rounded(amount),
        reason="no_data" if amount is None else None,
    )


def _threshold_factor(qualified: Fraction, plan: Fraction, rule: Rule) -> Fraction:
    if plan <= 0 or rule.threshold is None or at_least(qualified, exact(rule.threshold) * plan):
        return Fraction(1)
    return exact(rule.below_factor)


def _units(qualified: Fraction, plan: Fraction, rule: Rule) -> tuple[Fraction, Fraction]:
    """Return the paid leads, and how many of them lie beyond the accelerator's start."""
    if plan <= 0:
        return qualified, Fraction(0)
    paid = qualified if rule.cap is None else min(qualified, exact(rule.cap) * plan)
    if rule.accelerator_from is None:
        return paid, Fraction(0)
    return paid, max(paid - exact(rule.accelerator_from) * plan, Fraction(0))


def _brake_factor(month: Month, rule: Rule) -> Fraction | None:
    """Return the brake on dear leads, or None if their cost should matter and is unknown."""
    if rule.cpql_limit is None:
        return Fraction(1)
    if month.cost_per_qualified is None:
        return None
    limit = exact(rule.cpql_limit) * (1 + exact(rule.cpql_tolerance))
    is_within = at_least(limit, exact(month.cost_per_qualified))
    return Fraction(1) if is_within else exact(rule.brake_factor)


def _team_factor(month: Month, rule: Rule) -> Fraction | None:
    """Return the part of the shared goal, or None if it should matter and is unknown."""
    share = exact(rule.team_share)
    if share == 0:
        return Fraction(1)
    if month.shared_attainment is None:
        return None
    return 1 - share + share * min(exact(month.shared_attainment), SHARED_CEILING)
