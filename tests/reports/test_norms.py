"""A norm is what is usual for the firm, until people set it by hand; every tab reads it there."""

from datetime import date

import pytest

from formulas.interval import norm_band
from sheets_sync.metrics import compute
from sheets_sync.store import Decisions
from templates.settings import DEFAULTS
from templates.tabs.norms import TAB
from templates.words import load
from tests.reports.conftest import AS_OF

EN = load("en")
STARTED = [{"norm_id": key, **row} for key, row in TAB.starter(EN).items()]


@pytest.fixture
def normed(full):
    def tables(*lines, **more):
        typed = [{"norm_id": f"N-{place:04}", **line} for place, line in enumerate(lines, 1)]
        full.store.apply(Decisions(plan=full.plan, typed={"norms": typed}))
        return full.tables(typed={"norms": typed}, **more)

    yield tables
    full.store.apply(Decisions(plan=full.plan))


def five(tables) -> dict:
    return {row["id"]: row for row in tables["five"]}


def test_the_usual_band_is_two_deviations_around_the_share_of_the_weeks_before():
    warning, alarm = norm_band(0.7, 130), norm_band(0.7, 130, z=3)
    assert (round(warning.low, 4), round(warning.high, 4)) == (0.6196, 0.7804)
    assert (round(alarm.low, 4), round(alarm.high, 4)) == (0.5794, 0.8206)
    warning, alarm = norm_band(0.7, 30), norm_band(0.7, 30, z=3)
    assert (round(warning.low, 4), round(warning.high, 4)) == (0.5327, 0.8673)
    assert (round(alarm.low, 4), round(alarm.high, 4)) == (0.4490, 0.9510)


def test_the_tab_shows_what_is_usual_for_each_number(normed):
    rows = normed(*STARTED, margin_share=0.3)["norms"]
    share, conversion, cost = rows
    assert 0 < share["auto_low"] < share["auto_high"] < 1
    assert 8 <= share["weeks_used"] <= 26
    assert 0 < conversion["auto_low"] < 1
    assert cost["auto_high"] == pytest.approx(
        five(normed(margin_share=0.3))["customer_cost"]["limit"]
    )


def test_norms_that_follow_the_data_change_nothing(full, normed):
    assert normed(*STARTED)["five"] == full.tables()["five"]


def test_a_band_set_by_hand_is_that_of_the_five_numbers_and_of_every_week(normed):
    tables = normed({"metric": "qualified_share", "mode": "manual", "low": 0.9, "high": 0.95})
    share = five(tables)["qualified_share"]
    assert (share["low"], share["high"], share["status"]) == (0.9, 0.95, "bad")
    assert {(row["band_low"], row["band_high"]) for row in tables["weeks"]} == {(0.9, 0.95)}


def test_a_norm_holds_from_its_day_on(normed):
    later = {"metric": "qualified_share", "mode": "manual", "low": 0.9, "high": 0.95,
             "valid_from": date(2027, 1, 1)}  # fmt: skip
    assert five(normed(later))["qualified_share"]["low"] != 0.9


def test_a_share_of_few_leads_is_judged_when_people_say_that_few_are_enough(normed, full):
    usual = five(full.tables())["qualified_share"]
    assert usual["window"] == "week"
    many = five(normed({"metric": "qualified_share", "mode": "by_data", "n_min": 500}))
    assert many["qualified_share"]["window"] != "week"


def test_a_department_below_its_norm_is_red(normed):
    line = {"metric": "manager_conversion", "mode": "manual", "low": 0.99}
    conversion = five(normed(line))["manager_conversion"]
    assert (conversion["low"], conversion["status"]) == (0.99, "bad")


def test_a_limit_set_by_hand_is_that_of_the_company_and_of_its_channels(normed, full):
    line = {"metric": "customer_cost", "mode": "manual", "high": 1_000.0}
    tables = normed(line, {**line, "high": 9_000_000.0, "scope": "Авито"})
    cost = five(tables)["customer_cost"]
    assert (cost["limit"], cost["status"]) == (1_000, "bad")
    limits = {row["channel"]: row["limit"] for row in tables["channels"]}
    assert limits.pop("Авито") == 9_000_000
    assert set(limits.values()) == {1_000}
    told = compute(full.store.connection, period=None, as_of=AS_OF, by=("channel",),
                   currency="RUB", settings=DEFAULTS)  # fmt: skip
    said = {m.by["channel"]: m.value for m in told if m.metric == "customer_cost_limit"}
    assert said["Авито"] == 9_000_000
    assert said["Яндекс Директ"] == 1_000


def test_the_quadrant_judges_by_the_norm(normed):
    strict = [{"metric": "qualified_share", "mode": "manual", "low": 0.999},
              {"metric": "manager_conversion", "mode": "manual", "target": 0.999}]  # fmt: skip
    lenient = [{**line, "low": 0.0001, "target": 0.0001} for line in strict]
    found = [
        {row["diagnosis"] for row in normed(*lines)["channels"]} - {"too_little_data"}
        for lines in (strict, lenient)
    ]
    assert found == [{"definition"}, {"works"}]


def test_a_norm_that_cannot_be_is_named():
    wrong = {"metric": "qualified_share", "mode": "manual", "low": 0.8, "high": 0.7}
    assert list(TAB.check(wrong)) == [("high", "below_low")]
    assert list(TAB.check({"metric": "qualified_share", "low": 60.0})) == [("low", "not_a_share")]
    assert list(TAB.check({"low": 0.5})) == [("metric", "no_metric")]
    assert [list(TAB.check(row)) for row in TAB.starter(EN).values()] == [[], [], []]
