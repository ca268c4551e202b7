"""Intervals against the golden figures, against their definition, and their laws."""

import json
from math import isclose, sqrt
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from formulas.interval import NOTHING, Z_95, holm, leads_needed, norm_band, shrunk, wilson

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text("utf-8"))


def rounded(value, digits=4):
    return None if value is None else round(value, digits)


@pytest.mark.parametrize("case", GOLDEN["wilson_95"])
def test_wilson_gives_the_golden_figures(case):
    found = wilson(case["successes"], case["n"])
    assert rounded(found.share) == case["share"]
    assert (rounded(found.low), rounded(found.high)) == (case["low"], case["high"])


def test_shrunk_gives_the_golden_figures():
    golden = GOLDEN["shrunk_conversion"]
    for case in golden["expect"]:
        found = shrunk(
            case["won"], case["n"], golden["input"]["department_share"], golden["input"]["m"]
        )
        assert round(found, 4) == case["shrunk"]


@pytest.mark.parametrize("case", GOLDEN["leads_needed_for_half_width"])
def test_leads_needed_gives_the_golden_figures(case):
    assert leads_needed(case["share"], case["half_width"]) == case["n"]


@pytest.mark.parametrize("case", GOLDEN["norm_band_auto"])
def test_norm_band_gives_the_golden_figures(case):
    for name, z in (("warning", 2), ("alarm", 3)):
        band = norm_band(case["p_bar"], case["n_week"], z)
        assert [round(band.low, 4), round(band.high, 4)] == case[name]


@st.composite
def counts(draw):
    n = draw(st.integers(1, 1_000_000))
    return draw(st.integers(0, n)), n


@given(counts())
def test_wilson_holds_the_share_within_0_and_1(count):
    found = wilson(*count)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.low < found.high


@given(counts())
def test_wilson_is_symmetric(count):
    successes, n = count
    won, lost = wilson(successes, n), wilson(n - successes, n)
    assert isclose(won.low, 1 - lost.high, abs_tol=1e-12)
    assert isclose(won.high, 1 - lost.low, abs_tol=1e-12)


@given(counts())
def test_the_bounds_are_where_the_score_test_just_rejects(count):
    """The definition: |share - p| equals z standard errors *at p*."""
    successes, n = count
    found = wilson(successes, n)
    for p, is_edge in ((found.low, successes == 0), (found.high, successes == n)):
        if not is_edge:
            error = Z_95 * sqrt(p * (1 - p) / n)
            assert isclose(abs(found.share - p), error, rel_tol=1e-6, abs_tol=1e-9)


@pytest.mark.parametrize("count", [(0, 0), (3, 2), (-1, 5), (0, -1)])
def test_no_interval_of_what_is_no_share(count):
    assert wilson(*count) is NOTHING


@given(counts(), st.floats(0, 1))
def test_shrunk_lies_between_the_own_rate_and_the_departments(count, department):
    found = shrunk(*count, department)
    own = count[0] / count[1]
    assert min(own, department) - 1e-12 <= found <= max(own, department) + 1e-12


def test_shrunk_without_anything_to_go_by():
    assert shrunk(0, 0, 0.2, m=0) is None
    assert shrunk(1, 2, None) is None
    assert shrunk(0, 0, 0.2) == 0.2


@given(st.floats(0, 1), st.integers(1, 10_000), st.sampled_from([2, 3]))
def test_norm_band_holds_its_middle(p_bar, n, z):
    band = norm_band(p_bar, n, z)
    assert 0 <= band.low <= p_bar <= band.high <= 1


@pytest.mark.parametrize(("p_bar", "n"), [(0.5, 0), (1.1, 10), (-0.1, 10)])
def test_no_band_of_what_is_no_share(p_bar, n):
    assert norm_band(p_bar, n) is NOTHING


@given(st.floats(0.01, 0.99), st.floats(0.005, 0.5))
def test_leads_needed_are_the_fewest(share, half_width):
    n = leads_needed(share, half_width)
    assert Z_95 * sqrt(share * (1 - share) / n) <= half_width * (1 + 1e-9)
    assume(n > 1)
    assert Z_95 * sqrt(share * (1 - share) / (n - 1)) > half_width * (1 - 1e-9)


@pytest.mark.parametrize(("share", "half_width"), [(0.5, 0), (0.5, -1), (2, 0.1), (-1, 0.1)])
def test_leads_needed_for_nonsense(share, half_width):
    assert leads_needed(share, half_width) is None


@given(st.lists(st.floats(0, 0.1), max_size=8))
def test_holm_rejects_as_the_step_down_procedure_does(p_values):
    """The textbook: go through the sorted p-values, stop at the first above alpha / (m - i)."""
    alpha, rejected = 0.05, set()
    for i, (p, place) in enumerate(sorted((p, place) for place, p in enumerate(p_values))):
        if p * (len(p_values) - i) > alpha:
            break
        rejected.add(place)
    adjusted = holm(p_values)
    assert {place for place, p in enumerate(adjusted) if p <= alpha} == rejected
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
