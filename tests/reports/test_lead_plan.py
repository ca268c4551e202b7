"""The lead plan is the chain of the metrics, month by month and channel by channel."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from templates.tabs import lead_plan
from templates.words import load
from tests.templates import made_up

GOLDEN = json.loads(Path("tests/golden/metrics.json").read_text(encoding="utf-8"))


def numbers(tables):
    grid = lead_plan.REPORT.draw(replace(made_up.EMPTY, tables=tables), load("en"))
    return {cell.value for cell in grid.cells if cell.formula}


def test_the_golden_chain_stands_in_its_cells():
    chain, pipeline = GOLDEN["lead_plan"], GOLDEN["pipeline"]
    month = {**made_up.RICH.tables["lead_plan"][0], **chain["input"]}
    found = numbers({"lead_plan": [{**month, "expected_total": None}]})
    assert set(chain["expect"].values()) <= found
    assert not found & {9, 41, 60}
    expected = pipeline["expect"]["expected_total"]
    short = numbers({"lead_plan": [{**month, "expected_total": expected}]})
    assert {3_000_000 - expected, 9, 41, 60} <= short


def test_what_open_deals_bring_needs_no_leads():
    month = {**made_up.RICH.tables["lead_plan"][0], "expected_total": 3_100_000.0}
    assert {-100_000, 0} <= numbers({"lead_plan": [month]})


def test_leads_that_come_too_late_are_said_so():
    cover = {"cycle_median": 23, "cycle_p75": 41, "cycle_n": 188, "days_left": 5}
    tables = {"lead_plan": made_up.RICH.tables["lead_plan"], "cover": [cover]}
    texts = {
        days: [
            cell.value
            for cell in lead_plan.REPORT.draw(
                replace(made_up.EMPTY, tables={**tables, "cover": [{**cover, "days_left": days}]}),
                load("ru"),
            ).cells
        ]
        for days in (5, 23)
    }
    late = {days: any("не успеют" in str(text) for text in found) for days, found in texts.items()}
    assert late == {5: True, 23: False}


def test_the_tab_and_the_command_line_need_as_many_leads(full):
    row, after = full.tables()["lead_plan"]
    assert (row["amount"], row["planned_qualified"]) == (4_000_000, 150)
    assert after["amount"] is None
    assert after["qualified"] is None
    assert full.told["needed_leads"] in numbers({"lead_plan": [row]})


def test_channels_share_the_month_among_them(full):
    rows = full.tables()["lead_plan_channels"]
    months = {row["month"] for row in rows}
    assert len(months) == 2
    for month in months:
        assert sum(row["mix"] for row in rows if row["month"] == month) == pytest.approx(1)
    known = next(row for row in rows if row["qualified"] is not None)
    assert 0 < known["qualified_share"] < 1


@pytest.mark.parametrize("name", ["empty", "no_verdicts"])
def test_without_verdicts_there_is_no_chain(name, request):
    tables = request.getfixturevalue(name).tables()
    assert tables["lead_plan_channels"] == []
    assert tables["lead_plan"][0]["qualified_share"] is None
