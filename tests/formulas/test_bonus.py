"""The bonus: golden figures, the order of its steps, and its laws."""

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import nextafter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from formulas.bonus import Month, Rule, bonus, rounded

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text("utf-8"))


@pytest.mark.parametrize("case", GOLDEN["bonus"], ids=lambda case: case["case"])
def test_golden_bonus(case):
    terms = dict(case["input"])
    month = Month(terms.pop("qualified"), terms.pop("plan"))
    assert bonus(month, Rule(**terms)).money == Decimal(case["expect"])


def test_the_month_of_the_article():
    given_, expected = GOLDEN["article_month"]["input"], GOLDEN["article_month"]["expect"]
    rule = Rule(given_["rate"])
    new = bonus(Month(given_["qualified"], given_["plan_qualified"]), rule)
    old = bonus(Month(given_["leads"], given_["plan_qualified"]), rule)
    assert new.money == Decimal(expected["bonus"])
    assert old.money == Decimal(expected["old_rule_bonus"])
    assert old.money - new.money == Decimal(expected["saving"])
    assert new.attainment == expected["plan_attainment"]


def test_every_step_in_its_order():
    """160 of 100: capped to 130, 30 of them at one and a half, braked, shared, corrected."""
    rule = Rule(
        rate=500,
        threshold=0.8,
        below_factor=0.5,
        cap=1.3,
        accelerator_from=1,
        accelerator_factor=1.5,
        cpql_limit=3_000,
        cpql_tolerance=0.1,
        brake_factor=0.8,
        team_share=0.3,
    )
    month = Month(160, 100, cost_per_qualified=3_301, shared_attainment=0.9, adjustment=-250.5)
    found = bonus(month, rule)
    assert found.attainment == 1.6
    assert found.paid == 130
    assert (found.base, found.accelerator) == (Decimal(65_000), Decimal(7_500))
    assert (found.threshold_factor, found.brake_factor, found.team_factor) == (1, 0.8, 0.97)
    assert found.money == Decimal("56009.50")  # 72 500 × 0.8 × 0.97 − 250.5


def test_below_the_threshold_money_is_cut_not_leads():
    found = bonus(Month(90, 100), Rule(500, threshold=0.95, below_factor=0.5))
    assert (found.paid, found.threshold_factor) == (90, 0.5)
    assert found.money == 22_500


@pytest.mark.parametrize("plan", range(1, 400))
def test_a_threshold_met_exactly_is_met(plan):
    """110 % of a plan that is a float, as a part of a month gives it."""
    whole = plan / 3
    rule = Rule(1, threshold=1.1, below_factor=0)
    assert bonus(Month(1.1 * whole, whole), rule).threshold_factor == 1
    assert bonus(Month(1.0999 * whole, whole), rule).threshold_factor == 0


def test_a_threshold_missed_by_the_last_bit_is_met():
    rule = Rule(500, threshold=1.1, below_factor=0)
    assert bonus(Month(nextafter(110, 0), 100), rule).money == 55_000


@pytest.mark.parametrize("plan", [0, None])
def test_without_a_plan_the_plain_rate_is_paid(plan):
    rule = Rule(500, threshold=0.95, cap=1.3, accelerator_from=1, accelerator_factor=2)
    found = bonus(Month(90, plan), rule)
    assert (found.attainment, found.threshold_factor, found.paid) == (None, 1, 90)
    assert (found.money, found.accelerator) == (45_000, 0)


def test_the_brake_bites_only_beyond_the_tolerance():
    rule = Rule(500, cpql_limit=1_000, cpql_tolerance=0.1, brake_factor=0.5)
    assert bonus(Month(10, 10, cost_per_qualified=1_100), rule).money == 5_000
    assert bonus(Month(10, 10, cost_per_qualified=1_100.01), rule).money == 2_500


@pytest.mark.parametrize(
    ("attainment", "factor"), [(0, 0.7), (0.5, 0.85), (1, 1), (1.2, 1.06), (3, 1.06)]
)
def test_the_shared_goal_counts_up_to_120_percent(attainment, factor):
    found = bonus(Month(100, 100, shared_attainment=attainment), Rule(500, team_share=0.3))
    assert found.team_factor == factor
    assert found.money == Decimal(str(50_000 * factor))


@pytest.mark.parametrize(
    "found",
    [
        bonus(Month(None, 100), Rule(500)),
        bonus(Month(90, 100), Rule(None)),
        bonus(Month(90, 100), Rule(500, cpql_limit=1_000)),
        bonus(Month(90, 100), Rule(500, team_share=0.2)),
    ],
)
def test_what_is_unknown_makes_no_bonus(found):
    assert (found.money, found.reason) == (None, "no_data")


def test_nothing_earned_needs_no_cost_of_leads():
    found = bonus(Month(0, 100, adjustment=700), Rule(500, cpql_limit=1_000, team_share=0.2))
    assert (found.money, found.reason) == (700, None)


@example(Fraction(1, 200))
@example(Fraction(-1, 200))
@given(st.fractions(-10_000, 10_000, max_denominator=100_000))
def test_money_is_rounded_half_up(amount):
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    found = rounded(amount)
    assert found == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert found.as_tuple().exponent == -2
    assert not (found.is_zero() and found.is_signed())


@given(st.decimals(0, 1_000, places=2), st.integers(0, 10**15))
def test_money_is_exact_however_large(rate, qualified):
    assert bonus(Month(qualified, 100), Rule(rate)).money == rounded(Fraction(rate) * qualified)


shares = st.decimals(0, 2, places=2)


@given(
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, 300),
    st.builds(
        Rule,
        rate=st.integers(0, 5_000),
        threshold=st.none() | shares,
        below_factor=st.decimals(0, 1, places=2),
        cap=st.none() | shares,
        accelerator_from=st.none() | shares,
        accelerator_factor=st.decimals(1, 3, places=2),
    ),
)
def test_more_qualified_leads_never_earn_less(one, other, plan, rule):
    few, many = sorted((one, other))
    less, more = bonus(Month(few, plan), rule), bonus(Month(many, plan), rule)
    assert 0 <= less.money <= more.money
