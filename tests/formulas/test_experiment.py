"""Changes against the golden figures and naive tests; what is said of them."""

import json
from math import comb, isclose
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from formulas.experiment import (
    Change,
    Verdict,
    count_change,
    count_to_tell,
    leads_to_tell,
    share_change,
    verdict,
)

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text("utf-8"))


@pytest.mark.parametrize("case", GOLDEN["share_before_after"])
def test_shares_give_the_golden_figures(case):
    found = share_change(tuple(case["before"]), tuple(case["after"]))
    names = {"p1": "before", "p2": "after"}
    for name in ("p1", "p2", "difference", "lift", "z", "p_value", "low", "high"):
        assert round(getattr(found, names.get(name, name)), 4) == case[name], name


@pytest.mark.parametrize("case", GOLDEN["count_before_after"])
def test_counts_give_the_golden_figures(case):
    found = count_change(
        case["before"], case["after"], case["exposure_before"], case["exposure_after"]
    )
    assert round(found.ratio, 4) == case["rate_ratio"]
    for name in ("p_value", "low", "high"):
        assert round(getattr(found, name), 4) == case[name], name


def test_the_first_count_after_90_that_is_not_chance():
    first = next(after for after in range(91, 200) if count_change(90, after).p_value < 0.05)
    assert first == GOLDEN["count_first_significant_after_90"]


@st.composite
def counts(draw, most=2_000):
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


@given(counts(), counts())
def test_newcombe_is_antisymmetric_and_holds_the_difference(before, after):
    there, back = share_change(before, after), share_change(after, before)
    assert -1 <= there.low <= there.difference <= there.high <= 1
    assert isclose(there.low, -back.high, abs_tol=1e-12)
    assert isclose(there.high, -back.low, abs_tol=1e-12)
    assert isclose(there.p_value, back.p_value, rel_tol=1e-9)
    assert 0 <= there.p_value <= 1 + 1e-12


@example((5, 10), (5, 10))
@example((28, 38), (38, 38))
@given(counts(60), counts(60))
def test_a_small_expected_cell_asks_fisher(before, after):
    (k1, n1), (k2, n2) = before, after
    expected = [
        side * kind / (n1 + n2) for side in (n1, n2) for kind in (k1 + k2, n1 + n2 - k1 - k2)
    ]
    found = share_change(before, after)
    assert (found.z is None) is (min(expected) < 5)
    if found.z is None:
        ways = [comb(n1, k) * comb(n2, k1 + k2 - k) for k in range(min(n1, k1 + k2) + 1)]
        rare = sum(count for count in ways if count <= ways[k1])
        assert isclose(found.p_value, rare / sum(ways), rel_tol=1e-12)


def test_no_lift_from_nothing():
    found = share_change((0, 50), (5, 50))
    assert (found.lift, found.ratio) == (None, None)
    assert found.difference == 0.1


@pytest.mark.parametrize(
    ("before", "after"), [((0, 0), (1, 2)), ((1, 2), (0, 0)), ((3, 2), (1, 2))]
)
def test_no_change_of_shares_without_data(before, after):
    assert share_change(before, after) == Change(reason="no_data")


@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.1, 100), st.floats(0.1, 100))
def test_the_interval_of_a_ratio_holds_it_and_turns_over(before, after, days_before, days_after):
    found = count_change(before, after, days_before, days_after)
    if before + after == 0:
        assert found == Change(reason="no_data", no_effect=1)
        return
    back = count_change(after, before, days_after, days_before)
    assert 0 <= found.p_value <= 1
    assert isclose(found.p_value, back.p_value, rel_tol=1e-6)
    assert (found.high is None) is (before == 0)
    if before and after:
        assert found.low < found.ratio < found.high
        assert isclose(found.low * back.high, 1, rel_tol=1e-6)


def test_clopper_pearson_leaves_a_fortieth_on_each_side():
    """The definition: at each bound the outcome, or more, has a chance of 0.025."""
    found = count_change(90, 120)
    for ratio, outcomes in ((found.low, range(120, 211)), (found.high, range(121))):
        p = ratio / (1 + ratio)
        assert sum(comb(210, k) * p**k * (1 - p) ** (210 - k) for k in outcomes) == pytest.approx(
            0.025
        )


@pytest.mark.parametrize("arguments", [(0, 0), (-1, 5), (5, -1), (1, 1, 0, 1), (1, 1, 1, 0)])
def test_no_change_of_counts_without_data(arguments):
    assert count_change(*arguments) == Change(reason="no_data", no_effect=1)


def test_exposure_is_counted_out():
    assert count_change(90, 180, 10, 20).ratio == 1
    assert count_change(90, 180, 10, 20).p_value == 1


SURE, UNSURE = share_change((12, 60), (24, 60)), share_change((90, 130), (99, 130))
FALL, UNSURE_FALL = share_change((24, 60), (12, 60)), share_change((99, 130), (90, 130))
STILL = share_change((5_000, 10_000), (5_001, 10_000))


@pytest.mark.parametrize(
    ("change", "options", "expected"),
    [
        (SURE, {"is_due": False}, Verdict.TOO_EARLY),
        (SURE, {"is_due": True}, Verdict.CONFIRMED),
        (SURE, {"is_due": True, "has_enough": False}, Verdict.LOOKS_LIKE_GROWTH),
        (UNSURE, {"is_due": True}, Verdict.LOOKS_LIKE_GROWTH),
        (FALL, {"is_due": True}, Verdict.WORSE),
        (FALL, {"is_due": True, "has_enough": False}, Verdict.LOOKS_LIKE_FALL),
        (UNSURE_FALL, {"is_due": True}, Verdict.LOOKS_LIKE_FALL),
        (STILL, {"is_due": True, "min_effect": 0.02}, Verdict.NO_DIFFERENCE),
        (STILL, {"is_due": True, "min_effect": 0.01}, Verdict.LOOKS_LIKE_GROWTH),
        (share_change((5, 10), (5, 10)), {"is_due": True}, Verdict.TOO_EARLY),
        (share_change((0, 0), (5, 10)), {"is_due": True}, None),
        (count_change(90, 120), {"is_due": True}, Verdict.CONFIRMED),
        (count_change(90, 99), {"is_due": True}, Verdict.LOOKS_LIKE_GROWTH),
        (count_change(120, 90), {"is_due": True}, Verdict.WORSE),
        (count_change(0, 30), {"is_due": True}, Verdict.CONFIRMED),
        (count_change(0, 1), {"is_due": True}, Verdict.LOOKS_LIKE_GROWTH),
        (count_change(20_000, 20_000), {"is_due": True, "min_effect": 0.05}, Verdict.NO_DIFFERENCE),
    ],
)
def test_what_is_said_of_a_change(change, options, expected):
    assert verdict(change, **options) is expected


@given(st.integers(2, 98), st.integers(2, 98))
def test_so_many_leads_tell_two_shares_apart_and_half_of_them_do_not(before, after):
    """Newcombe's interval is not quite the symmetric one that the count is of: some slack."""
    n = leads_to_tell(before / 100, after / 100)
    if before == after:
        assert n is None
        return
    assume(n >= 30)
    change = share_change((round(before * n / 100), n), (round(after * n / 100), n))
    wide = (change.high - change.low) / 2
    assert 0.8 < wide / abs(after - before) * 100 < 1.25


@settings(deadline=None)
@given(st.floats(0.1, 10))
def test_so_many_are_told_from_chance(ratio):
    after = count_to_tell(ratio)
    assume(after is not None and 10 < after < 10**6 and after / ratio > 10)
    little, much = (count_change(round(n / ratio), round(n)) for n in (after * 0.7, after * 1.5))
    assert little.low < 1 < little.high
    assert much.low > 1 or much.high < 1


@pytest.mark.parametrize("before", [-0.1, 1.1])
def test_leads_to_tell_for_nonsense(before):
    assert leads_to_tell(before, 0.5) is None
    assert leads_to_tell(0.5, before) is None
    assert count_to_tell(before - 1.1) is None
