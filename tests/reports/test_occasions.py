"""Experiments, promotions and events: what came of them, when to stop, and who was not told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from formulas.interval import wilson
from templates.stopping import stop
from templates.words import LANGUAGES, load
from tests.reports.conftest import AS_OF
from tests.templates.made_up import EMPTY

TODAY = AS_OF + timedelta(days=1)
FIRST = date(2026, 11, 2)


def at(day):
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC).replace(hour=9)


@pytest.fixture(scope="module")
def firm(build):
    """Forty leads of Radio, 30 of them qualified, 1,000 a day; some carry a coupon."""
    marks = ("radio_ZIMA10", "zima-10", "zima100", "радио зима10", None)
    lead = [
        {
            "lead_id": f"L{n}",
            "created_at": at(FIRST + timedelta(days=n % 20)),
            "channel": "Radio",
            "campaign": marks[n % 5],
            "is_target": n % 4 > 0,
        }
        for n in range(40)
    ]
    deal = [
        {
            "deal_id": "D1", "lead_id": "L0", "status": "won", "amount": 1,
            "created_at": at(FIRST), "closed_at": at(AS_OF),
        },
        {
            "deal_id": "D2", "title": "Roof, coupon ZIMA10", "status": "won", "amount": 1,
            "created_at": at(FIRST), "closed_at": at(AS_OF),
        },
        {
            "deal_id": "D3", "title": "Roof, ZIMA10", "status": "open",
            "created_at": at(date(2026, 9, 1)),
        },
    ]  # fmt: skip
    spend = [
        {"row_id": str(n), "day": FIRST + timedelta(days=n), "channel": "Radio", "cost": 1000,
         "currency": "RUB"}
        for n in range(20)
    ]  # fmt: skip
    return build(lead=lead, deal=deal, ad_spend=spend)


def experiment(number=1, **told):
    return {
        "experiment_id": f"E-{number}", "first_seen": FIRST, "name": "Radio", "channel": "radio ",
        "owner": "Ann", "budget_cap": 30_000.0, "leads_needed": 80.0, "goal_share": 0.6,
        "start_on": FIRST, "decide_on": date(2026, 12, 7), **told,
    }  # fmt: skip


def test_an_experiment_counts_its_channel_from_its_start(firm):
    told = [experiment(), experiment(2, start_on=date(2026, 11, 12))]
    whole, half = firm.tables(typed={"experiments": told})["experiments"]
    share = wilson(30, 40)
    assert (whole["spent"], whole["leads"], whole["judged"]) == (20_000, 40, 40)
    assert (whole["ci_low"], whole["ci_high"]) == (share.low, share.high)
    assert (half["spent"], half["leads"]) == (10_000, 20)


STOPS = {
    "goes_on": {},
    "over_cap": {"budget_cap": 19_999.0, "goal_share": 0.5},
    "reached": {"goal_share": 0.59},
    "missed": {"goal_share": 0.9},
    "unclear": {"leads_needed": 40.0},
    "not_begun": {"start_on": TODAY},
    "no_channel": {"channel": "Dzen"},
    "decided": {"decision": "keep", "since.decision": AS_OF},
}


def test_the_rules_to_stop_money_first_then_the_goal(firm):
    told = [experiment(number, **more) for number, more in enumerate(STOPS.values())]
    tables = firm.tables(typed={"experiments": told})
    assert [row["stop"] for row in tables["experiments"]] == list(STOPS)
    running = [row["stop"] for row in tables["running_experiments"]]
    assert running == ["over_cap", "goes_on", "reached", "missed", "unclear", "no_channel"]
    assert tables["running_experiments"][0]["days_left"] == 14


def test_time_that_is_up_asks_for_a_decision(firm):
    told = [experiment(decide_on=TODAY), experiment(2, decide_on=TODAY + timedelta(days=1))]
    rows = firm.tables(typed={"experiments": told})["experiments"]
    assert [row["stop"] for row in rows] == ["unclear", "goes_on"]


def test_with_a_decision_the_count_stops(firm):
    told = experiment(decision="stop", **{"since.decision": date(2026, 11, 6)})
    [row] = firm.tables(typed={"experiments": [told]})["experiments"]
    assert (row["spent"], row["leads"]) == (5_000, 10)


def test_a_channel_that_no_row_names_is_unknown_and_not_free(firm):
    [row] = firm.tables(typed={"experiments": [experiment(channel="Dzen")]})["experiments"]
    assert (row["spent"], row["leads"], row["qualified_share"]) == (None, None, None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", STOPS)
def test_every_rule_is_said_in_words(firm, language, rule):
    told = experiment(**STOPS[rule])
    [row] = firm.tables(typed={"experiments": [told]})["experiments"]
    text = stop({**told, **row}, EMPTY, load(language))
    assert text
    assert "{" not in text
    assert "None" not in text
    assert ("75" in text) is (rule not in {"not_begun", "no_channel"})


def promo(number=1, **told):
    return {"promo_id": f"P-{number}", "first_seen": FIRST, "name": f"Promo {number}", **told}


def test_a_coupon_is_found_as_a_whole_word_in_marks_and_titles(firm):
    begun = {"starts_on": FIRST, "ends_on": date(2026, 12, 31)}
    told = [promo(1, coupon="Zima10 ", **begun), promo(2, coupon="zima", **begun)]
    whole, part = firm.tables(typed={"promos": told})["promos"]
    assert (whole["leads_with_coupon"], whole["sales_with_coupon"]) == (8 + 1, 2)
    assert part["leads_with_coupon"] == 8


@pytest.mark.parametrize("coupon", [None, "", "10", "summer", "(", ".*"])
def test_a_coupon_that_is_nowhere_is_unknown_and_no_zero(firm, coupon):
    told = promo(coupon=coupon, starts_on=FIRST)
    [row] = firm.tables(typed={"promos": [told]})["promos"]
    assert (row["leads_with_coupon"], row["sales_with_coupon"]) == (None, None)


def event(number=1, **told):
    return {"event_id": f"V-{number}", "first_seen": FIRST, "name": f"Event {number}", **told}


def test_a_list_is_due_on_the_working_day_after_the_event(firm):
    told = [
        event(1, starts_on=date(2026, 11, 18), ends_on=date(2026, 11, 19)),
        event(2, starts_on=date(2026, 11, 20)),
        event(3, starts_on=date(2026, 11, 3)),
        event(4),
    ]
    due = [row["list_due"] for row in firm.tables(typed={"events": told})["events"]]
    assert due == [date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 5), None]


def test_what_is_coming_and_what_is_late(firm):
    promos = [
        promo(1, starts_on=TODAY + timedelta(days=3)),
        promo(2, starts_on=TODAY + timedelta(days=4)),
        promo(3, starts_on=TODAY, sales_notified_on=TODAY),
        promo(4, starts_on=TODAY + timedelta(days=15)),
        promo(5, starts_on=FIRST, ends_on=TODAY),
        promo(6, starts_on=FIRST, ends_on=AS_OF),
        promo(7, starts_on=FIRST, ends_on=TODAY, sales_notified_on=FIRST),
    ]
    events = [
        event(1, starts_on=TODAY + timedelta(days=14)),
        event(2, starts_on=date(2026, 11, 18)),
        event(3, starts_on=date(2026, 11, 20)),
        event(4, starts_on=date(2026, 11, 18), list_uploaded_on=TODAY),
        event(5, starts_on=date(2026, 6, 1)),
    ]
    tables = firm.tables(typed={"promos": promos, "events": events})
    assert [(row["id"], row["alert"]) for row in tables["coming"]] == [
        ("P-5", "untold"), ("V-2", "list_late"), ("P-1", "untold"), ("V-3", None), ("P-3", None),
        ("P-2", None), ("V-1", None),
    ]  # fmt: skip
    assert [row["id"] for row in tables["work_alerts"]] == ["P-5", "V-2", "P-1"]


def test_alerts_also_name_money_and_tasks(firm):
    minutes = [
        {"week": f"2026-W{week}", "sales_present": "Ann", "marketing_present": "Bob"}
        for week in (44, 45, 46)
    ]
    task = {"task_id": "T-1", "first_seen": FIRST, "text": "Call", "due": date(2026, 11, 1)}
    typed = {
        "minutes": minutes,
        "tasks": [task, {**task, "task_id": "T-2", "due": date(2026, 11, 6)}],
        "experiments": [experiment(budget_cap=1.0)],
    }
    rows = firm.tables(typed=typed)["work_alerts"]
    assert [(row["kind"], row["id"], row["alert"]) for row in rows] == [
        ("experiment", "E-1", "over_cap"), ("task", "T-1", "carried"),
    ]  # fmt: skip
