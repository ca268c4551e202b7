import json
from datetime import date
from pathlib import Path

import pytest

from sheets_sync.calendars import days, is_working, month_days, next_month, rows

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "metrics.json").read_text("utf-8"))


def working(start: date, end: date, **more) -> int:
    return sum(is_working(day, **more) for day in days(start, end))


@pytest.mark.parametrize(("year", "expected"), GOLDEN["working_days_ru"]["by_year"].items())
def test_working_days_of_a_year(year, expected):
    assert working(date(int(year), 1, 1), date(int(year) + 1, 1, 1)) == expected


def test_working_days_of_each_month():
    months = [date(2026, month, 1) for month in range(1, 13)]
    found = [working(month, next_month(month)) for month in months]
    assert found == GOLDEN["working_days_ru"]["by_month_2026"]


@pytest.mark.parametrize(
    "case",
    [case for case in GOLDEN["run_rate"] if "as_of" in case["input"]],
    ids=lambda c: c["case"],
)
def test_days_passed_in_a_month(case):
    given, expected = case["input"], case["expect"]
    found = month_days(
        date.fromisoformat(given["as_of"]), mode=given["mode"], country=given["country"]
    )
    assert (found.elapsed, found.total) == (expected["elapsed_days"], expected["total_days"])


def test_a_company_may_work_on_a_holiday():
    day = date(2026, 1, 2)
    assert not is_working(day)
    assert is_working(day, overrides={day: True})
    [row] = rows(day, date(2026, 1, 3), "RU", {day: True})
    assert row == (day, date(2025, 12, 29), date(2026, 1, 1), date(2026, 1, 1), True, False)


def test_a_country_nobody_knows_has_weekends_only():
    assert working(date(2026, 1, 1), date(2026, 1, 8), country="XX") == 5


def test_a_profile_weighs_the_days():
    profile = {1: 0.5, **dict.fromkeys(range(2, 21), 0.5 / 19)}
    found = month_days(date(2026, 11, 2), mode="profile", profile=profile)
    assert found.elapsed == pytest.approx(0.5)
    assert found.total == pytest.approx(1)
