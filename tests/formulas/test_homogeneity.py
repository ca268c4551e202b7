"""Pearson's chi-square against figures computed beforehand with scipy 1.17."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.distribution import normal_two_sided
from formulas.homogeneity import chi_square, chi_square_tail

# scipy.stats.chi2_contingency([[k, n - k] ...], correction=False)
CONTINGENCY = [
    ([(10, 40), (20, 40)], 5.333333333333334, 1, 0.020921335337794004),
    ([(30, 100), (45, 120), (12, 60)], 5.8031088082901565, 2, 0.05493775817343612),
    ([(5, 25), (6, 22), (20, 41), (9, 30), (11, 28)], 7.034153624572715, 4, 0.13409433279779734),
    (
        [(100, 1000), (90, 1000), (130, 1000), (101, 1000)],
        9.458712375369917,
        3,
        0.023774672281716622,
    ),
]
# the tail of chi-square of so many degrees of freedom beyond x, by the same
TAILS = [
    (3.841458820694124, 1, 0.04999999999999989),
    (0.5, 2, 0.7788007830714049),
    (7.8, 3, 0.050331097859853326),
    (30, 4, 4.894437128029217e-06),
    (11.07, 5, 0.050009618622405425),
    (120, 100, 0.08440668109369177),
    (2.5, 9, 0.9808834914028134),
]


@pytest.mark.parametrize(("groups", "statistic", "freedom", "p_value"), CONTINGENCY)
def test_the_shares_of_groups(groups, statistic, freedom, p_value):
    found = chi_square(groups)
    assert found.freedom == freedom
    assert found.statistic == pytest.approx(statistic, rel=1e-12)
    assert found.p_value == pytest.approx(p_value, rel=1e-11)


@pytest.mark.parametrize(("x", "freedom", "chance"), TAILS)
def test_the_tail(x, freedom, chance):
    assert chi_square_tail(x, freedom) == pytest.approx(chance, rel=1e-11)


@given(st.floats(0, 30))
def test_one_degree_of_freedom_is_the_normal_squared(z):
    assert isclose(chi_square_tail(z * z, 1), normal_two_sided(z), rel_tol=1e-9)


@given(st.floats(0, 500), st.integers(1, 60))
def test_a_tail_is_a_chance_and_falls(x, freedom):
    near, far = chi_square_tail(x, freedom), chi_square_tail(x + 1, freedom)
    assert 0 <= far <= near + 1e-12
    assert near <= 1


@pytest.mark.parametrize("groups", [[], [(3, 9)], [(0, 9), (0, 4)], [(9, 9), (4, 4)], [(0, 0)] * 3])
def test_without_two_groups_or_two_outcomes_there_is_nothing_to_test(groups):
    assert (chi_square(groups).statistic, chi_square(groups).p_value) == (None, None)


def test_a_group_of_nobody_changes_nothing():
    assert chi_square([(10, 40), (0, 0), (20, 40)]) == chi_square([(10, 40), (20, 40)])
