"""The distributions against naive implementations in whole numbers and fractions."""

from fractions import Fraction
from math import comb, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.distribution import (
    beta_cdf,
    beta_quantile,
    binomial_two_sided,
    fisher_two_sided,
    normal_two_sided,
)


def chances(n, share):
    return [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]


@given(st.integers(1, 40), st.integers(1, 40), st.fractions(0, 1, max_denominator=50))
def test_beta_cdf_is_a_binomial_tail(a, b, x):
    exact = sum(chances(a + b - 1, x)[a:], Fraction(0))
    assert isclose(beta_cdf(float(x), a, b), exact, rel_tol=1e-10, abs_tol=1e-14)


def test_beta_cdf_beyond_its_ends():
    assert (beta_cdf(0, 2, 3), beta_cdf(-1, 2, 3)) == (0, 0)
    assert (beta_cdf(1, 2, 3), beta_cdf(2, 2, 3)) == (1, 1)


@given(st.floats(0.001, 0.999), st.integers(1, 3_000), st.integers(1, 3_000))
@settings(max_examples=30)
def test_beta_quantile_is_the_inverse(chance, a, b):
    assert isclose(beta_cdf(beta_quantile(chance, a, b), a, b), chance, rel_tol=1e-8)


@st.composite
def trials(draw):
    n = draw(st.integers(0, 60))
    share = draw(st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20))
    return draw(st.integers(0, n)), n, share


@given(trials())
@settings(max_examples=200)
def test_binomial_test_sums_what_is_no_likelier(trial):
    successes, n, share = trial
    all_ = chances(n, share)
    exact = sum(chance for chance in all_ if chance <= all_[successes])
    assert isclose(binomial_two_sided(successes, n, float(share)), exact, rel_tol=1e-9)


@pytest.mark.parametrize("n", [101, 189, 250, 399])
def test_equally_likely_outcomes_are_told_apart_by_no_rounding(n):
    """At a half, the outcome as far on the other side is exactly as likely."""
    for successes in range(n // 2):
        tail = Fraction(sum(comb(n, k) for k in range(successes + 1)), 2**n)
        assert isclose(binomial_two_sided(successes, n, 0.5), 2 * tail, rel_tol=1e-8)


def test_binomial_test_of_a_million():
    """Five standard deviations above a half, where the normal approximation is close."""
    found = binomial_two_sided(502_500, 1_000_000, 0.5)
    assert isclose(found, normal_two_sided(4.999), rel_tol=1e-3)


@given(st.tuples(st.integers(0, 25), st.integers(0, 25)), st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=200)
def test_fisher_counts_the_tables(successes, more, most):
    """All ways to spread the successes over the two groups, one group at a time."""
    n = (successes[0] + more, successes[1] + most)
    total = sum(successes)
    ways = {k: comb(n[0], k) * comb(n[1], total - k) for k in range(min(total, n[0]) + 1)}
    seen = ways[successes[0]]
    rare = sum(count for count in ways.values() if count <= seen)
    assert fisher_two_sided(successes, n) == pytest.approx(rare / sum(ways.values()), rel=1e-12)


@pytest.mark.parametrize(
    ("z", "p"),
    [(0, 1), (1.644853626951473, 0.1), (2.5758293035489, 0.01), (-3.290526731492, 0.001)],
)
def test_normal_against_the_table(z, p):
    assert normal_two_sided(z) == pytest.approx(p, rel=1e-9)
