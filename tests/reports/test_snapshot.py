"""A week is frozen once, as it looked on its last day; set-up begins with a baseline."""

from datetime import date, timedelta

import pytest

from sheets_sync.calendars import week_name
from sheets_sync.state import open_state
from tests.reports.conftest import NOW

SUNDAY = date(2026, 11, 22)


def frozen(tables) -> list[dict]:
    at = NOW.replace(tzinfo=None)
    return [row for row in tables["history"] if row["frozen_at"] == at]


def weeks(rows) -> list[str]:
    return list(dict.fromkeys(row["week"] for row in rows))


def valued(rows, week: str, scope: str = "company") -> dict[str, object]:
    found = [row for row in rows if (row["week"], row["scope"]) == (week, scope)]
    return {row["metric"]: row["value"] for row in found}


@pytest.fixture(scope="module")
def first(full):
    return frozen(full.tables())


def test_set_up_freezes_a_baseline_and_looks_back_so_that_trends_are_not_empty(first):
    expected = [week_name(SUNDAY - timedelta(weeks=back)) for back in reversed(range(8))]
    assert weeks(row for row in first if row["metric"] == "run_rate") == ["baseline", *expected]
    told = {row["week"]: set() for row in first}
    for row in first:
        told[row["week"]] |= {row.get("reason")} if row["value"] is not None else set()
    assert told["baseline"] == told["2026-W47"] == {None}
    assert all(told[week] == {"looked_back"} for week in expected[:-1])


def test_the_week_that_has_just_ended_is_what_the_five_numbers_show(full, first):
    five = {row["id"]: row for row in full.tables()["five"]}
    frozen = valued(first, "2026-W47")
    for id_ in ("run_rate", "coverage_raw", "qualified_share", "customer_cost"):
        assert frozen[id_] == five[id_]["value"], id_
    assert frozen["conversion_max"] == five["manager_conversion"]["best"]
    assert frozen["conversion_min"] == five["manager_conversion"]["worst"]
    assert frozen["conversion_median"] == five["manager_conversion"]["median"]


def test_every_row_has_a_key_of_its_own_and_no_unknown_without_a_reason(case):
    rows = frozen(case.tables())
    keys = [(row["week"], row["metric"], row["scope"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert [row for row in rows if row["value"] is None and not row["reason"]] == []


def test_nothing_is_frozen_where_nothing_is_known(empty):
    assert frozen(empty.tables()) == []


def test_a_week_is_frozen_by_the_first_sync_after_its_sunday(full, first, tmp_path):
    state = open_state(tmp_path)
    state.freeze(first, NOW - timedelta(hours=1))
    history = state.frozen()
    saturday = full.tables(as_of=SUNDAY + timedelta(days=6), history=history)
    assert frozen(saturday) == []
    late = full.tables(as_of=SUNDAY + timedelta(days=16), history=history)
    assert weeks(frozen(late)) == ["2026-W48", "2026-W49"]
    assert {row.get("reason") for row in frozen(late)} & {"looked_back"} == set()


def test_what_is_frozen_is_never_rewritten(first, tmp_path):
    state = open_state(tmp_path)
    at = NOW
    state.freeze(first, at)
    state.freeze([{**row, "value": -1.0} for row in first], at + timedelta(days=1))
    assert [row.get("value") for row in state.frozen()] == [row["value"] for row in first]
    assert {row["frozen_at"] for row in state.frozen()} == {at}


def test_sums_of_a_week_are_counted_from_its_own_seven_days(full, first):
    sql = "select count(*) from leads_now where created_on between ? and ?"
    days = [SUNDAY - timedelta(days=13), SUNDAY - timedelta(days=7)]
    [(leads,)] = full.store.connection.execute(sql, days).fetchall()
    assert valued(first, "2026-W46")["leads"] == leads > 0


def test_the_share_of_each_channel_is_kept_with_how_many_it_is_of(first):
    rows = [
        row for row in first if row["metric"] == "qualified_share" and row["scope"] != "company"
    ]
    assert len({row["scope"] for row in rows}) > 2
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows if row["n"])
