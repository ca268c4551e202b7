"""The quadrant names a bottleneck only when both shares are proven."""

import pytest

from formulas.diagnosis import Diagnosis, quadrant
from formulas.interval import NOTHING, Interval, wilson

HIGH, LOW, UNSURE = wilson(900, 1_000), wilson(100, 1_000), wilson(5, 10)


@pytest.mark.parametrize(
    ("share", "conversion", "expected"),
    [
        (HIGH, HIGH, Diagnosis.WORKS),
        (HIGH, LOW, Diagnosis.SALES),
        (LOW, HIGH, Diagnosis.TRAFFIC),
        (LOW, LOW, Diagnosis.DEFINITION),
        (UNSURE, HIGH, Diagnosis.TOO_LITTLE_DATA),
        (LOW, UNSURE, Diagnosis.TOO_LITTLE_DATA),
        (NOTHING, HIGH, Diagnosis.TOO_LITTLE_DATA),
    ],
)
def test_quadrant(share, conversion, expected):
    assert quadrant(share, 0.5, conversion, 0.5) is expected


def test_no_limit_no_diagnosis():
    assert quadrant(HIGH, None, HIGH, 0.5) is Diagnosis.TOO_LITTLE_DATA
    assert quadrant(HIGH, 0.5, HIGH, None) is Diagnosis.TOO_LITTLE_DATA


def test_a_bound_on_the_limit():
    """The lower bound may touch it; the upper bound must not."""
    assert quadrant(Interval(0.6, 0.5, 0.7), 0.5, HIGH, 0.5) is Diagnosis.WORKS
    assert quadrant(Interval(0.4, 0.3, 0.5), 0.5, HIGH, 0.5) is Diagnosis.TOO_LITTLE_DATA
