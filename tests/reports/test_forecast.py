"""How good the forecast was: frozen where it was kept, else as the rows would have told it."""

from datetime import UTC, date, datetime, timedelta

import pytest


@pytest.fixture(scope="module")
def steady(build):
    """One deal of 100 on each weekday from August to November."""
    days = [date(2026, 8, 3) + timedelta(days=n) for n in range(112)]
    return build(
        deal=[
            {
                "deal_id": f"D{n}",
                "created_at": datetime(2026, 7, 1, 9, tzinfo=UTC),
                "closed_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
                "status": "won",
                "amount": 100,
            }
            for n, day in enumerate(days)
            if day.weekday() < 5
        ]
    )


def errors(tables, metric="revenue"):
    found = [row for row in tables["forecast_errors"] if row["metric"] == metric]
    return {row["week_of_month"]: row for row in found}


def test_a_firm_that_sells_the_same_every_day_is_foreseen(steady):
    found = errors(steady.tables())
    assert set(found) == {1, 2, 3, 4}
    for row in found.values():
        assert row["error"] == pytest.approx(0, abs=1e-9)
        assert (row["n"], row["kept"], row["is_few"]) == (2, 0, True)


def test_what_was_written_down_then_outranks_what_the_rows_say_now(steady):
    row = {"week": "2026-W42", "metric": "forecast:revenue", "scope": "company", "frozen_at": None}
    whole = 22 * 100
    kept = errors(steady.tables(history=[{**row, "value": 1.5 * whole}]))
    assert (kept[3]["kept"], kept[3]["n"]) == (1, 2)
    assert kept[3]["error"] == pytest.approx(0.25)
    looked_back = {**row, "value": 1.5 * whole, "reason": "looked_back"}
    assert errors(steady.tables(history=[looked_back]))[3]["kept"] == 0


def test_only_closed_months_are_compared(full):
    found = errors(full.tables())
    assert max(row["n"] for row in found.values()) <= 12
    assert all(row["error"] >= 0 for row in found.values())


def test_nothing_is_said_where_nothing_was_sold(empty):
    assert empty.tables()["forecast_errors"] == []


def test_the_funnel_remembers_how_it_stood_at_the_start(full):
    now = {row["stage"]: row for row in full.tables()["funnel"]}
    assert all(row["baseline"] == row["count"] for row in now.values())
    kept = {"week": "baseline", "metric": "stage_reached", "frozen_at": None}
    history = [{**kept, "scope": "lead", "value": 50}, {**kept, "scope": "won"}]
    later = {row["stage"]: row for row in full.tables(history=history)["funnel"]}
    assert later["lead"]["baseline"] == 50
    assert later["won"]["baseline"] is None
    assert later["lead"]["count"] == now["lead"]["count"]
