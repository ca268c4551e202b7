"""Traced formulas against the golden figures."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from formulas.registry import FORMULAS
from tests.formulas.agreement import by_cells, by_sql

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden/metrics.json").read_text("utf-8"))

DAYS = {  # of the cases whose days come from a calendar; its tests are those of the store
    "november_13_working": (9, 20),
    "november_13_calendar": (13, 30),
    "january_9_working": (0, 15),
    "january_9_calendar": (9, 31),
    "january_12_working": (1, 15),
    "january_12_calendar": (12, 31),
}


def readings(id, known):  # noqa: A002
    """Return what number, SQL and cell say of a formula."""
    traced = FORMULAS[id]
    row = {name: known[name] for name in traced.parameters}
    return [traced(**row), by_sql(traced, [row])[0], by_cells([(traced, [row])])[0][0]]


def agree(id, known, expected, digits):  # noqa: A002
    for value in readings(id, known):
        assert (None if value is None else round(value, digits)) == expected, id


@pytest.mark.parametrize("case", GOLDEN["run_rate"], ids=lambda case: case["case"])
def test_run_rate(case):
    given, expect = case["input"], case["expect"]
    elapsed, total = DAYS.get(case["case"], (given.get("elapsed_days"), given.get("total_days")))
    assert (elapsed, total) == (
        expect.get("elapsed_days", elapsed),
        expect.get("total_days", total),
    )
    known = {"fact": given["fact"], "plan": given["plan"], "elapsed": elapsed, "total": total}
    digits = {"forecast": 2, "need_per_day": 2, "run_rate": 4, "pace_to_date": 4}
    for id_ in digits.keys() & expect.keys():
        agree(id_, known, expect[id_], digits[id_])
        told = FORMULAS[id_].why(**{name: known[name] for name in FORMULAS[id_].parameters})
        assert told.reason == expect.get("reason")


def test_pipeline():
    given, expect = GOLDEN["pipeline"]["input"], GOLDEN["pipeline"]["expect"]
    weighted = [
        FORMULAS["weighted_deal"](amount, probability) for amount, probability in given["deals"]
    ]
    known = {
        "plan": given["plan"],
        "fact": given["fact"],
        "win_rate": given["win_rate"],
        "open_amount": sum(amount for amount, _ in given["deals"]),
        "weighted": sum(weighted),
    }
    assert (known["open_amount"], known["weighted"]) == (expect["open"], expect["weighted"])
    agree("plan_gap", known, expect["remaining"], 2)
    for id_ in ("coverage_raw", "coverage_weighted", "required_coverage"):
        agree(id_, known, expect[id_], 3)
    for id_ in ("required_open", "short_open", "expected_total"):
        agree(id_, known, expect[id_], 2)


def test_lead_plan():
    golden = GOLDEN["lead_plan"]
    for id_, expected in golden["expect"].items():
        agree(id_, golden["input"], expected, 0)


def test_qualified_share_with_and_without_spam():
    golden = GOLDEN["qualified_share_spam"]
    agree("qualified_share", golden["input"], golden["expect"]["spam_counted"], 4)
    agree("qualified_share_without_spam", golden["input"], golden["expect"]["spam_left_out"], 4)


def test_the_month_of_the_article():
    golden = GOLDEN["article_month"]
    given, expect = golden["input"], golden["expect"]
    leads, qualified, plan = given["leads"], given["qualified"], given["plan_qualified"]
    judged = {"qualified": qualified, "unqualified": leads - qualified, "spam": 0}
    agree("qualified_share", judged, expect["qualified_share"], 4)
    agree("plan_attainment", {"fact": qualified, "plan": plan}, expect["plan_attainment"], 4)
    agree("plan_attainment", {"fact": leads, "plan": plan}, expect["leads_to_plan"], 4)


def test_cost_identity():
    golden = GOLDEN["cost_identity"]
    known = golden["input"]
    for id_, expected in golden["expect"].items():
        agree(id_, known, expected, 2)
    qualified_share = known["qualified"] / known["leads"]
    conversion = FORMULAS["manager_conversion"](known["customers"], known["qualified"])
    by_lead = FORMULAS["cost_per_lead"](known["spend"], known["leads"])
    assert round(by_lead / (qualified_share * conversion), 2) == golden["expect"]["customer_cost"]


@pytest.mark.parametrize(
    "case", GOLDEN["cheap_lead_dear_customer"], ids=lambda case: case["channel"]
)
def test_a_cheap_lead_may_be_a_dear_customer(case):
    agree("cost_per_lead", case, case["cost_per_lead"], 2)
    agree("customer_cost", case, case["customer_cost"], 2)


def test_money_may_be_decimal():
    assert FORMULAS["customer_cost"](Decimal("260000.00"), 18) == FORMULAS["customer_cost"](
        260000, 18
    )
