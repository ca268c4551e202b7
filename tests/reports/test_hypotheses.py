"""Hypotheses: the golden figures from rows of a store, and sentences that say what was counted."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.experiment import Verdict, share_change, verdict
from sheets_sync.reports.evidence import Counts, Evidence
from sheets_sync.reports.hypotheses import judged
from templates.evidence import sentence
from templates.tabs.hypotheses import METRICS
from templates.words import LANGUAGES, load
from tests.templates.made_up import EMPTY

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text("utf-8"))
START, END = date(2026, 9, 7), date(2026, 10, 5)  # four weeks, and four before, without a holiday
WEEKS = 4


def lead_rows(first, count, qualified, channel="VK"):
    """Spread leads over four weeks, the same on every day of the week."""
    return [
        {
            "lead_id": f"{first}-{n}-{channel}",
            "created_at": datetime.combine(
                first + timedelta(days=n % 28), datetime.min.time(), tzinfo=UTC
            ).replace(hour=9),
            "is_target": n < qualified,
            "channel": channel,
        }
        for n in range(count)
    ]


def hypothesis(**told):
    return {
        "hypothesis_id": "H-0001", "first_seen": date(2026, 9, 1), "change": "offer 1 → offer 2",
        "metric": "qualified_share", "start_on": START, "decide_on": END, **told,
    }  # fmt: skip


@pytest.fixture(scope="module")
def firm_of(build):
    """Return a store with leads before and after, each (count, qualified)."""
    made = {}

    def find(before, after):
        if (before, after) not in made:
            rows = [*lead_rows(START - timedelta(days=28), *before), *lead_rows(START, *after)]
            made[before, after] = build(lead=rows)
        return made[before, after]

    return find


def numbers(case, **told):
    [row] = case.tables(typed={"hypotheses": [hypothesis(**told)]})["hypotheses"]
    return row


@pytest.mark.parametrize("case", GOLDEN["share_before_after"])
def test_shares_from_rows_give_the_golden_figures(firm_of, case):
    (k1, n1), (k2, n2) = case["before"], case["after"]
    row = numbers(firm_of((n1, k1), (n2, k2)))
    assert (row["before_k"], row["before_n"], row["after_k"], row["after_n"]) == (k1, n1, k2, n2)
    assert round(row["baseline"], 4) == case["p1"]
    for id_ in ("difference", "low", "high"):
        assert round(row[id_], 4) == case[id_]


def test_a_difference_is_confirmed_once_as_many_came_as_the_target_asks_for(firm_of):
    case = firm_of((60, 12), (60, 24))
    asked = numbers(case, target="40 %")
    assert (asked["needed_n"], asked["n_now"], asked["verdict"]) == (39, 60, "confirmed")
    assert numbers(case)["verdict"] == "looks_like_growth"
    assert numbers(case)["needed_n"] > 500


def test_ten_percent_more_of_90_is_chance_and_a_third_more_is_not(firm_of):
    article = numbers(firm_of((90, 0), (99, 0)), metric="leads")
    assert (article["before_k"], article["before_n"], article["after_k"]) == (90, 20, 99)
    assert [round(article[id_], 2) for id_ in ("ratio", "low", "high")] == [1.1, 0.82, 1.48]
    assert article["verdict"] == "looks_like_growth"
    third = numbers(firm_of((90, 0), (120, 0)), metric="leads", target=30)
    assert (third["needed_n"], third["n_now"], third["verdict"]) == (109, 120, "confirmed")
    almost = numbers(firm_of((90, 0), (119, 0)), metric="leads", target=30)
    assert almost["verdict"] == "looks_like_growth"


def test_before_the_day_of_decision_it_is_too_early(firm_of):
    row = numbers(firm_of((130, 90), (130, 99)), decide_on=date(2026, 12, 7))
    assert (row["verdict"], row["phase"], row["money_effect"]) == ("too_early", "running", None)


def test_a_plan_knows_its_baseline_before_it_begins(firm_of):
    case = firm_of((130, 90), (130, 99))
    later = {"start_on": date(2026, 11, 30), "decide_on": date(2026, 12, 14)}
    row = numbers(case, target=0.8, **later)
    assert (row["phase"], row["n_now"], row["weeks"]) == ("planned", 0, 0)
    assert row["needed_n"] is None  # no lead came in the weeks before: no zero
    ahead = case.tables(typed={"hypotheses": [hypothesis()]}, as_of=START - timedelta(days=1))
    [row] = ahead["hypotheses"]
    assert (row["before_k"], row["before_n"], row["phase"]) == (90, 130, "planned")


def test_weeks_with_a_holiday_are_on_neither_side(build):
    """4 November 2026 is a Wednesday on which nobody works."""
    rows = [*lead_rows(date(2026, 9, 28), 280, 140), *lead_rows(date(2026, 10, 26), 280, 140)]
    told = {"start_on": date(2026, 10, 26), "decide_on": date(2026, 11, 16)}
    row = numbers(build(lead=rows), metric="leads", **told)
    assert (row["weeks"], row["after_k"], row["after_n"]) == (2, 140, 10)
    assert (row["before_k"], row["before_n"]) == (210, 15)


def test_a_channel_is_looked_at_alone(build):
    before, after = START - timedelta(days=28), START
    rows = [
        *lead_rows(before, 60, 12), *lead_rows(after, 60, 24),
        *lead_rows(before, 100, 50, "Avito"), *lead_rows(after, 100, 50, "Avito"),
    ]  # fmt: skip
    case = build(lead=rows)
    assert numbers(case, channel="vk ")["after_n"] == 60
    assert numbers(case)["after_n"] == 160
    assert numbers(case, channel="radio")["baseline"] is None


def test_cost_per_qualified_lead_is_qualified_leads_for_the_money(build):
    before = START - timedelta(days=28)
    spend = [
        {"row_id": f"{n}", "day": before + timedelta(days=n), "channel": "VK", "cost": 1000,
         "currency": "RUB"}
        for n in range(56)
    ]  # fmt: skip
    rows = [*lead_rows(before, 60, 28), *lead_rows(START, 80, 56)]
    row = numbers(build(lead=rows, ad_spend=spend), metric="cost_per_qualified", target=500)
    assert (row["baseline"], row["after"], row["ratio"]) == (1000, 500, 2)
    assert row["verdict"] == "confirmed"
    assert row["money_effect"] == 500 * 56
    text = sentence({**hypothesis(metric="cost_per_qualified"), **row}, EMPTY, load("en"))
    assert "0.50 of the former cost" in text


def test_conversion_gives_every_lead_the_same_time(full):
    """Sales that came later than three of four do are left out on both sides."""
    told = hypothesis(metric="manager_conversion", start_on=date(2026, 8, 10),
                      decide_on=date(2026, 9, 7))  # fmt: skip
    [row] = full.tables(typed={"hypotheses": [told]})["hypotheses"]
    assert 0 < row["before_k"] < row["before_n"]
    recent = {**told, "start_on": date(2026, 10, 26), "decide_on": date(2026, 11, 23)}
    [row] = full.tables(typed={"hypotheses": [recent]})["hypotheses"]
    assert (row["weeks"], row["after_n"], row["verdict"]) == (0, 0, None)


def test_what_no_row_tells_is_unknown_and_no_zero(case):
    told = [hypothesis(hypothesis_id=metric, metric=metric) for metric in METRICS]
    rows = case.tables(typed={"hypotheses": told})["hypotheses"]
    assert len(rows) == len(METRICS)
    for row in rows:
        assert (row["baseline"] is None) >= (not row["before_n"]), row["hypothesis_id"]


def test_what_ran_at_the_same_time_is_named(firm_of):
    typed = {
        "hypotheses": [
            hypothesis(channel="VK"),
            hypothesis(hypothesis_id="H-0002", change="quiz", status="in_work"),
            hypothesis(hypothesis_id="H-0003", status="idea"),
        ],
        "promos": [
            {"promo_id": "P-0001", "first_seen": START, "name": "Autumn", "starts_on": START,
             "ends_on": None},
            {"promo_id": "P-0002", "first_seen": START, "name": "Winter", "starts_on": END},
            {"promo_id": "P-0003", "first_seen": START, "name": "Old",
             "starts_on": date(2026, 8, 1), "ends_on": date(2026, 9, 6)},
        ],
        "experiments": [
            {"experiment_id": "E-0001", "first_seen": START, "name": "Radio", "channel": "radio",
             "start_on": START, "decide_on": END},
        ],
    }  # fmt: skip
    rows = firm_of((130, 90), (130, 99)).tables(typed=typed)["hypotheses"]
    assert rows[0]["beside"] == "P-0001 (Autumn), H-0002 (quiz)"
    assert rows[1]["beside"] == "E-0001 (Radio), P-0001 (Autumn)"


def test_half_a_hypothesis_is_not_tested(firm_of):
    row = numbers(firm_of((130, 90), (130, 99)), decide_on=None)
    assert (row["phase"], row["baseline"], row["verdict"]) == (None, None, None)


SAID = {
    "ru": "07.09.2026: offer 1 → offer 2. Показатель «доля целевых»: было 69,2 % (90 из 130), "
    "стало 76,2 % (99 из 130). Разница +6,9 п. п., от −3,9 до 17,5. "
    "Вывод: похоже на рост, но заявок мало.",
    "en": "2026-09-07: offer 1 → offer 2. “qualified share” went from 69.2% (90 of 130) to "
    "76.2% (99 of 130); difference +6.9 pp, between −3.9 and 17.5. "
    "Conclusion: looks like growth, but too few leads.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_article_in_a_sentence(firm_of, language):
    row = numbers(firm_of((130, 90), (130, 99)))
    text = sentence({**hypothesis(), **row}, EMPTY, load(language)).replace("\xa0", " ")
    assert text.startswith(SAID[language])
    assert load(language).number(row["needed_n"]) in text


counts = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts, st.none() | st.floats(0.01, 1), st.booleans(), st.sampled_from(LANGUAGES))
def test_a_sentence_says_the_counts_that_its_verdict_is_from(before, after, target, is_due, lang):
    evidence = Evidence("qualified_share", Counts(4, *before), Counts(4, *after))
    row = judged(evidence, target, is_due=is_due, min_effect=0.05)
    phase = "due" if is_due else "running"
    words = load(lang)
    text = sentence({**hypothesis(), **row, "phase": phase}, EMPTY, words)
    if not before[1]:
        assert text == words("evidence.nothing_before")
        return
    enough = row["needed_n"] is not None and after[1] >= row["needed_n"]
    expected = verdict(
        share_change(before, after), is_due=is_due, has_enough=enough, min_effect=0.05
    )
    assert row["verdict"] == expected
    assert words(f"diagnosis.change.{expected or Verdict.TOO_EARLY}") in text
    for k, n in (before, after):
        if n:
            share = words("evidence.share_of", value=words.share(k / n), k=words.number(k),
                          n=words.number(n))  # fmt: skip
            assert share in text
    if row["verdict"] in {"confirmed", "worse"}:
        assert (row["low"] > 0) or (row["high"] < 0)


@given(counts, counts)
def test_what_is_better_one_way_is_worse_the_other(before, after):
    there, back = (
        judged(Evidence("qualified_share", Counts(4, *a), Counts(4, *b)), None, is_due=True,
               min_effect=0.05)["difference"]
        for a, b in ((before, after), (after, before))
    )  # fmt: skip
    assert (there, back) == (None, None) or there == pytest.approx(-back)


def test_open_hypotheses_come_with_facts_first_and_the_best_first(small):
    fact = {"because": "dear", "because_k": 14.0, "because_n": 40.0, "because_definition": "Avito"}
    scores = {"impact": 5.0, "confidence": 5.0, "ease": 5.0}
    told = [
        hypothesis(hypothesis_id="H-1", **scores),
        hypothesis(hypothesis_id="H-2", **fact),
        hypothesis(hypothesis_id="H-3", **fact, **scores, decide_on=date(2026, 11, 30)),
        hypothesis(hypothesis_id="H-4", **fact, status="confirmed"),
    ]
    rows = small.tables(typed={"hypotheses": told})["open_hypotheses"]
    assert [(row["hypothesis_id"], row["is_fact"], row["ice"]) for row in rows] == [
        ("H-3", True, 125), ("H-2", True, None), ("H-1", False, 125),
    ]  # fmt: skip
    assert rows[0]["days_left"] == 7
