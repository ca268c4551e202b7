"""What the departments typed answers the scorecard where rows of a CRM cannot."""

from datetime import date, timedelta

import pytest

from formulas.scorecard import measure
from sheets_sync.metrics.catalogue import METRICS
from sheets_sync.reports import told
from sheets_sync.reports.scorecard_measures import record, spoken
from templates.scorecard import load as questionnaire
from templates.settings import DEFAULTS
from templates.words import LANGUAGES, load
from tests.reports.conftest import AS_OF

CRITERIA = questionnaire().criteria


@pytest.fixture(scope="module")
def ask(full):
    def metrics(period=None, history=(), **typed):
        found = told(
            full.store.connection,
            period=period,
            as_of=AS_OF,
            today=AS_OF + timedelta(days=1),
            currency="RUB",
            settings={**DEFAULTS, "margin_share": 0.3},
            typed=typed,
            history=history,
        )
        return {metric.metric: metric for metric in found}

    return metrics


def points(metrics, criterion):
    asked = questionnaire().criterion[criterion]
    return measure(asked, record(metrics[asked.auto.metric]))


def test_every_criterion_has_a_metric_that_is_told(ask):
    metrics = ask()
    assert metrics.keys() == METRICS.keys()
    assert [one.id for one in CRITERIA if one.auto.metric not in metrics] == []


def test_the_workbook_shows_what_the_command_line_tells(full, ask):
    metrics = ask()
    rows = {
        row["criterion"]: row for row in full.tables(margin_share=0.3, language="en")["measured"]
    }
    assert rows.keys() == {one.id for one in CRITERIA}
    for one in CRITERIA:
        metric = metrics[one.auto.metric]
        assert rows[one.id]["value"] == spoken(metric, load("en")), one.id
        assert rows[one.id]["measured"] == measure(one, record(metric)), one.id


def test_what_is_not_measured_says_why(full):
    for row in full.tables()["measured"]:
        assert (row["measured"] is None) is bool(row["why"]), row


@pytest.mark.parametrize(
    ("basis", "expected"), [("for_qualified", 2), ("for_both", 1), ("for_leads", 0)]
)
def test_marketing_is_paid_by_the_newest_rule_in_force(ask, basis, expected):
    rule = {"person": "Anna", "rate": 500.0, "basis": basis, "valid_from": date(2026, 11, 1)}
    older = {**rule, "basis": "for_leads", "valid_from": date(2026, 1, 1)}
    coming = {**rule, "basis": "for_nothing", "valid_from": date(2026, 12, 1)}
    assert points(ask(bonus_rules=[coming, rule, older]), "M1") == expected


def test_nobody_said_what_marketing_is_paid_for(ask):
    assert points(ask(), "M1") is None


def test_a_shared_plan_counts_in_full_when_the_pay_of_both_hangs_on_it(ask):
    shared = {"period": date(2026, 11, 1), "scope": "both", "metric": "revenue", "value": 1.0}
    assert points(ask(plan=[{**shared, "scope": "company"}]), "M2") == 0
    assert points(ask(plan=[shared]), "M2") == 1
    one = {**shared, "pay_share_sales": 0.2}
    assert points(ask(plan=[one]), "M2") == 1
    other = {**shared, "metric": "qualified", "pay_share_marketing": 0.2}
    assert points(ask(plan=[one, other]), "M2") == 2


def task(days: int, **more):
    return {"text": "Call", "due": AS_OF - timedelta(days=days), **more}


def test_a_task_is_done_in_time_by_the_day_first_agreed(ask):
    in_time = [task(days, done_on=AS_OF - timedelta(days=days)) for days in range(4)]
    moved = task(0, done_on=AS_OF, **{"first.due": AS_OF - timedelta(days=7)})
    old = task(28, done_on=AS_OF - timedelta(days=28))
    coming = task(-1)
    found = ask(tasks=[*in_time, moved, old, coming])["tasks_done_on_time_4w"]
    assert (found.value, found.n) == (0.8, 5)


def test_few_tasks_measure_nothing(ask):
    assert points(ask(tasks=[task(1, done_on=AS_OF)]), "C2") is None


def test_promotions_and_lists_of_visitors_are_told_in_time(ask):
    began, friday = AS_OF - timedelta(days=10), date(2026, 11, 13)
    promos = [{"starts_on": began, "sales_notified_on": began},
              {"starts_on": began, "sales_notified_on": AS_OF}]  # fmt: skip
    events = [{"ends_on": friday, "list_uploaded_on": date(2026, 11, 16)},
              {"ends_on": friday, "list_uploaded_on": date(2026, 11, 17)}]  # fmt: skip
    found = ask(promos=promos, events=events)["promo_notice_share"]
    assert (found.value, found.n) == (0.5, 4)


def test_an_experiment_has_its_rules_before_it_begins_and_an_end(ask):
    whole = {
        "start_on": AS_OF - timedelta(days=30),
        "budget_cap": 1.0,
        "leads_needed": 30.0,
        "goal_share": 0.5,
        "decide_on": AS_OF - timedelta(days=1),
        "decision": "keep",
    }
    running = {**whole, "decide_on": AS_OF + timedelta(days=1), "decision": None}
    undecided = {**whole, "decision": None}
    unlimited = {**whole, "budget_cap": None}
    found = ask(experiments=[whole, running, undecided, unlimited])
    assert found["experiments_complete_share_90d"].value == 0.5


def test_old_data_and_no_plan_are_not_good_statistics(full):
    rows = {row["criterion"]: row for row in full.tables()["measured"]}
    assert rows["S2"]["measured"] == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_the_data_say_is_said_in_words(ask, language):
    for one in CRITERIA:
        text = spoken(ask()[one.auto.metric], load(language))
        assert text is None or "_" not in text
