"""The tabs of work: their live cells agree with Python, whatever people typed beside them."""

from datetime import date

import pytest

from sheets_sync.targets.rows import completed
from sheets_sync.targets.xlsx_new import write_new
from sheets_sync.workbook import TableSheet
from templates.tabs import TABS
from templates.words import LANGUAGES, load
from tests.oracles import ironcalc
from tests.templates.made_up_work import WORK

TABLES = {tab.name: tab for tab in TABS if tab.name in WORK}


def drawn(name):
    table = TABLES[name]
    rows = [{table.key: key, **machine} for key, (machine, _) in WORK[name].items()]
    return TableSheet(table, rows, {key: typed for key, (_, typed) in WORK[name].items()})


def cells(name, key):
    """Return a whole row, formulas calculated in Python."""
    machine, typed = WORK[name][key]
    return completed(TABLES[name], {TABLES[name].key: key, **machine}, typed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_live_cells_agree_with_python(language, tmp_path):
    path = tmp_path / "work.xlsx"
    write_new(path, [drawn(name) for name in TABLES], load(language), "RUB")
    opinion = ironcalc(path)
    assert opinion.compared > 60
    assert opinion.errors == 0
    assert opinion.differences == ()


def test_a_task_asks_for_a_decision_at_the_third_meeting_while_it_is_open():
    asked = {key: cells("tasks", key)["must_decide"] for key in WORK["tasks"]}
    assert [key for key, answer in asked.items() if answer] == ["T-0001"]


def test_a_task_is_late_from_its_first_date():
    late = {key: cells("tasks", key)["late"] for key in WORK["tasks"]}
    assert late == {"T-0001": 17, "T-0002": 3, "T-0003": "", "T-0004": "", "T-0005": "",
                    "T-0006": ""}  # fmt: skip


def test_an_open_task_is_asked_about_at_the_next_meeting_or_when_it_is_due():
    asked = [cells("tasks", key)["due_now"] for key in ("T-0001", "T-0002", "T-0003")]
    assert [str(day) for day in asked] == ["2026-11-27", "", "2026-11-30"]


def test_a_hypothesis_without_numbers_is_an_opinion():
    kinds = [cells("hypotheses", key)["kind"] for key in WORK["hypotheses"]]
    assert kinds == ["fact", "opinion", "opinion", ""]


def test_ice_needs_all_three_and_days_are_left_until_it_is_ended():
    whole = [cells("hypotheses", key) for key in WORK["hypotheses"]]
    assert [row["ice"] for row in whole] == [300, "", "", ""]
    assert [row["days_left"] for row in whole] == [7, -7, "", ""]


def wrong(table="hypotheses", **typed):
    return list(TABLES[table].check(typed))


def test_what_of_a_hypothesis_cannot_be_used_is_named():
    monday, sunday = date(2026, 11, 23), date(2026, 11, 29)
    assert wrong(target="75 %", metric="qualified_share", impact=10.0) == []
    assert wrong(target="many") == [("target", "not_a_target")]
    assert wrong(target=7500.0, metric="qualified_share") == [("target", "not_a_target")]
    assert wrong(start_on=monday, decide_on=sunday) == [("decide_on", "sooner_than_a_week")]
    assert wrong(because_k=41.0, because_n=40.0) == [("because_k", "more_than_all")]
    assert wrong(impact=0.0, ease=11.0) == [
        ("impact", "not_one_to_ten"),
        ("ease", "not_one_to_ten"),
    ]


def test_what_is_left_of_an_experiment():
    names = ("budget_left", "leads_left", "days_left", "over_cap")
    left = [[cells("experiments", key)[id_] for id_ in names] for key in WORK["experiments"]]
    assert left == [
        [-1000, 50, 14, "yes"], [19_000, 0, -3, ""], ["", "", "", ""], ["", "", "", ""]
    ]  # fmt: skip


def test_sales_know_of_a_promotion_by_its_first_day():
    known = [cells("promos", key)["notice_ok"] for key in WORK["promos"]]
    assert known == ["", "yes", "no", "no", "", ""]
    states = [cells("promos", key)["state"] for key in WORK["promos"]]
    assert states == ["planned", "over", "under_way", "under_way", "", ""]


def test_a_list_is_handed_over_by_its_day():
    handed = [cells("events", key)["handed_over_ok"] for key in WORK["events"]]
    assert handed == ["", "no", "yes", "no", ""]


def test_days_and_shares_that_cannot_be_are_named():
    monday, sunday = date(2026, 11, 23), date(2026, 11, 22)
    assert wrong("experiments", goal_share=55.0) == [("goal_share", "not_a_share")]
    assert wrong("experiments", start_on=monday, decide_on=monday) == [
        ("decide_on", "before_the_start")
    ]
    assert wrong("promos", starts_on=monday, ends_on=monday) == []
    assert wrong("promos", starts_on=monday, ends_on=sunday) == [("ends_on", "before_the_start")]
    assert wrong("events", guests=10.0, called=11.0) == [("called", "more_than_all")]
