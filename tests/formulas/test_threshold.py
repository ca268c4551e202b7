"""Thresholds are met as a spreadsheet meets them, and numbers are read as they are written."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.diagnosis import Diagnosis
from formulas.experiment import Verdict
from formulas.threshold import at_least, exact
from templates.words import LANGUAGES, load


@pytest.mark.parametrize("percent", range(70, 131))
@given(plan=st.integers(1, 100_000))
def test_a_share_of_plan_met_exactly_is_met(percent, plan):
    fact = Fraction(percent * plan, 100)
    assert at_least(float(fact), percent / 100 * plan)
    assert not at_least(float(fact) * (1 - 1e-12), percent / 100 * plan)


def test_below_zero_too():
    assert at_least(-1.1 * 100, -110)
    assert not at_least(-110.0001, -110)
    assert at_least(0, 0)
    assert not at_least(-1e-300, 0)


@given(st.decimals(-1_000, 1_000, places=4))
def test_numbers_are_read_as_written(number):
    assert exact(number) == exact(str(number)) == Fraction(number)
    assert exact(float(number)) == Fraction(Decimal(repr(float(number))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_diagnosis_and_verdict_has_its_words(language):
    words = load(language)
    assert all(words(f"diagnosis.{found}") for found in Diagnosis)
    assert all(words(f"diagnosis.change.{found}") for found in Verdict)
