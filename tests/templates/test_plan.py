"""The plan tab says what a plan was at first, and whether it was changed too late."""

from dataclasses import replace
from datetime import date

import pytest

from templates.tabs.plan import rows
from templates.words import load
from tests.templates import made_up


@pytest.mark.parametrize(
    ("value", "since", "said"),
    [
        (100.0, date(2026, 11, 5), None),
        (120.0, date(2026, 10, 31), None),
        (120.0, date(2026, 11, 1), "yes"),
    ],
)
def test_a_plan_is_changed_late_if_it_differs_since_its_month_began(value, since, said):
    line = {"plan_id": "L-1", "first_seen": date(2026, 10, 1), "period": date(2026, 11, 1)}
    told = {**line, "value": value, "first.value": 100.0, "since.value": since}
    [row] = rows(replace(made_up.EMPTY, tables={"typed.plan": [told]}), load("en"))
    assert (row["first_value"], row["changed_after_start"]) == (100.0, said)
