"""Trends show what was frozen at the time; only what is not over yet is counted now."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sheets_sync.calendars import week_name
from sheets_sync.demo.typed import verdicts
from sheets_sync.reports import trend
from sheets_sync.store import Decisions
from templates.words import load
from tests.reports.conftest import AS_OF, NOW, ground_of

WEDNESDAY = AS_OF + timedelta(days=3)


@pytest.fixture(scope="module")
def kept(full):
    """Return the history as the first sync of a Sunday's rows leaves it."""
    return full.tables()["history"]


def changed(history, metric, value):
    return [{**row, "value": value} if row["metric"] == metric else row for row in history]


def test_weeks_that_are_over_are_taken_from_the_history_alone(full, kept):
    tables = full.tables(history=changed(kept, trend.SHARE, 0.123), as_of=WEDNESDAY)
    *over, running = tables["trend_weeks"]
    assert len(over) == 26
    assert {row["week_share"] for row in over} == {0.123}
    assert all(row["is_frozen"] for row in over)
    assert (running["week"], running["is_frozen"]) == ("2026-W48", False)


def test_the_week_that_is_running_has_the_numbers_of_the_tiles(full, kept):
    tables = full.tables(history=kept, as_of=WEDNESDAY)
    running = tables["trend_weeks"][-1]
    five = {row["id"]: row for row in tables["five"]}
    for id_ in ("run_rate", "coverage_raw", "qualified_share", "customer_cost"):
        assert running[id_] == five[id_]["value"]
    assert running["manager_conversion"] == five["manager_conversion"]["median"]


def test_a_week_of_few_verdicts_has_no_share_before_it_is_over(full, kept):
    monday = AS_OF + timedelta(days=1)
    running = full.tables(history=kept, as_of=monday)["trend_weeks"][-1]
    assert running["n"] < 20
    assert running["week_share"] is running["band_low"] is None


def test_on_a_sunday_every_week_is_frozen(full, kept):
    assert all(row["is_frozen"] for row in full.tables(history=kept)["trend_weeks"])


def test_a_week_is_frozen_with_its_share_and_its_band(full, kept):
    live = {row["week"]: row for row in full.tables()["weeks"]}
    for row in full.tables(history=kept)["trend_weeks"]:
        week = live[row["week"]]
        judged = week["qualified"] + week["unqualified"] + week["spam"]
        assert (row["n"], row["week_share"]) == (judged, week["qualified"] / judged)
        assert (row["band_low"], row["band_high"]) == (week["band_low"], week["band_high"])


def test_months_cost_what_was_spent_in_them_by_what_they_brought(full, firm, kept):
    spent, customers = defaultdict(float), defaultdict(int)
    for row in firm.spend:
        spent[row.day.replace(day=1)] += float(row.cost)
    for row in full.tables()["months"]:
        customers[row["month"]] = row["customers"]
    rows = full.tables(history=kept)["trend_months"]
    assert [row["is_frozen"] for row in rows] == [True] * (len(rows) - 1) + [False]
    for row in rows[1:]:
        assert row["customer_cost"] == pytest.approx(spent[row["month"]] / customers[row["month"]])


def test_months_that_are_over_are_taken_from_the_history_alone(full, kept):
    dear = [
        {**row, "value": 1.0, "plan": 2.0} if row["metric"] == trend.COST else row for row in kept
    ]
    *over, now = full.tables(history=dear)["trend_months"]
    assert {(row["customer_cost"], row["limit"]) for row in over} == {(1.0, 2.0)}
    assert now["customer_cost"] > 2.0


def test_a_month_is_written_down_with_the_week_in_which_it_ended(full, kept):
    frozen = [row["week"] for row in kept if row["metric"] == trend.COST]
    assert "2026-W44" in frozen  # Saturday, 31 October
    before = [row for row in kept if row["week"] < "2026-W44" or row["week"] == "baseline"]
    saturday, sunday = (
        [row for row in full.tables(history=before, as_of=day)["history"]
         if (row["metric"], row["week"]) == (trend.COST, "2026-W44")]
        for day in (date(2026, 10, 31), date(2026, 11, 1))
    )  # fmt: skip
    assert saturday == []
    assert [row["reason"] for row in sunday] == [None]


def test_a_history_without_such_rows_gets_them_and_says_when(full, kept):
    ours = {trend.SHARE, trend.COST}
    old = [row for row in kept if row["metric"] not in ours]
    before, after = full.tables(history=old), full.tables(history=kept)
    new = [row for row in before["history"] if row["metric"] in ours]
    assert {row["reason"] for row in new} == {"looked_back"}
    assert [row["week"] for row in before["trend_weeks"]] == [
        row["week"] for row in after["trend_weeks"]
    ]
    assert before["minutes"] == after["minutes"] != []


def test_a_row_says_which_version_of_the_rule_held(build):
    case = build(lead=[{"lead_id": "1", "created_at": NOW - timedelta(days=90)}])
    versions = verdicts.versions(AS_OF, load("ru"))
    rules = [(v["number"], v["hash"], v["first_seen"], v["spelled"]) for v in versions]
    case.store.apply(Decisions(rule=rules))
    ground = ground_of(case)
    second = date.fromisoformat(versions[1]["first_seen"])
    days = (date(2020, 1, 1), second - timedelta(days=1), second, AS_OF)
    assert [trend.rule_version(ground, day) for day in days] == [1, 1, 2, 2]
    for row in case.tables()["history"]:
        sunday = AS_OF if row["week"] == "baseline" else _sunday(row["week"])
        assert row["rule_version"] == (2 if sunday >= second else 1)
        assert row["fact_basis"] == replace(ground).fact_basis == "won"


def _sunday(week: str) -> date:
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 7)


def test_without_a_rule_there_is_no_version(kept):
    assert {row["rule_version"] for row in kept} == {None}
    assert week_name(AS_OF) == "2026-W47"
