"""Cycles, the spread of sellers, and who differs."""

import json
import statistics
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.cycle import cycle, differences, quantile, spread, stuck_after
from formulas.experiment import share_change
from formulas.interval import holm

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text("utf-8"))


def test_spread_gives_the_golden_figures():
    case = GOLDEN["spread_cost"]
    sellers = [tuple(seller) for seller in case["input"]["managers"]]
    found = spread(sellers, case["input"]["average_deal"])
    assert round(found.median, 4) == case["expect"]["median"]
    assert round(found.total, 2) == case["expect"]["spread_cost"]


def test_small_sellers_neither_count_nor_cost():
    found = spread([(12, 40), (0, 19), (8, 40)], 1_000)
    assert found.median == 0.25
    assert found.costs[1] is None
    assert found.total == pytest.approx(2_000)


def test_spread_says_what_is_wanting():
    assert spread([], 1_000).reason == "no_data"
    assert spread([(1, 3)], 1_000).reason == "too_few"
    assert spread([(0, 0)], 1_000, n_min=0).reason == "too_few"
    unpriced = spread([(12, 40), (8, 40)], None)
    assert (unpriced.median, unpriced.total, unpriced.reason) == (0.25, None, "no_data")


@given(st.lists(st.floats(0, 1_000), min_size=2, max_size=40))
def test_quantiles_are_those_of_the_standard_library(values):
    quarters = statistics.quantiles(values, n=20, method="inclusive")
    for share, place in ((0.5, 9), (0.75, 14), (0.9, 17)):
        assert quantile(values, share) == pytest.approx(quarters[place], abs=1e-9)


def test_quantiles_at_the_ends():
    assert quantile([], 0.5) is None
    assert quantile([3], 0.9) == 3
    assert quantile([1, 2, 9], 1) == 9


def test_a_cycle_of_few_deals_is_unknown():
    assert cycle([]).reason == "no_data"
    assert cycle([0, -3]).reason == "no_data"
    few = cycle([10] * 9 + [0, -1])
    assert (few.median, few.reason, few.n, few.excluded) == (None, "too_few", 9, 2)
    assert cycle([10] * 10).median == 10


def test_stuck_after_twice_the_median_or_the_slowest_tenth():
    assert stuck_after(10, 15) == 20
    assert stuck_after(10, 25) == 25
    assert stuck_after(None, 25) is None
    assert stuck_after(10, None) is None


RANKED = ((5, 100), (35, 100), (20, 100))


def test_one_seller_against_the_rest():
    low, high, small, middle = differences([*RANKED[:2], (0, 5), RANKED[2]])
    assert low.is_different
    assert low.is_below
    assert high.is_different
    assert not high.is_below
    assert small is None
    assert not middle.is_different
    alone = [share_change((60 - won, 305 - n), (won, n)).p_value for won, n in RANKED]
    assert [low.p_value, high.p_value, middle.p_value] == list(holm(alone))


def test_twenty_leads_are_enough():
    few, enough = differences([(5, 19), (5, 20)])
    assert few is None
    assert enough is not None


def test_nobody_to_compare_with():
    assert differences([]) == ()
    assert differences([(5, 100)]) == (None,)
    assert differences([(5, 100), (0, 0)]) == (None, None)
    assert differences([(7, 5), (1, 30)], n_min=1) == (None, None)
