"""Whose plan is whose: of the company, of both departments, of the one that does the work."""

from datetime import date

import pytest

from sheets_sync.store import Decisions
from tests.reports.conftest import AS_OF

MONTH = date(2026, 11, 1)


@pytest.fixture
def planned(full):
    def tables(*lines):
        full.store.apply(Decisions(plan=[(MONTH, *line) for line in lines]))
        return full.tables()

    yield tables
    full.store.apply(Decisions(plan=full.plan))


def line(tables, metric, scope, name=None):
    return next(
        (
            row
            for row in tables["pace"]
            if (row["metric"], row["scope"], row["name"]) == (metric, scope, name)
        ),
        None,
    )


@pytest.mark.parametrize(("metric", "scope"), [("revenue", "sales"), ("qualified", "marketing")])
def test_the_plan_of_the_department_that_does_the_work_is_the_companys(planned, metric, scope):
    tables = planned((metric, scope, None, 1_000.0))
    assert line(tables, metric, scope) is None
    company = line(tables, metric, "company")
    assert (company["plan"], company["fact"]) == (
        1_000.0,
        line(planned(), metric, "company")["fact"],
    )


def test_a_plan_of_both_comes_before_that_of_one_and_the_companys_before_all(planned):
    lines = [("revenue", scope, None, value) for scope, value in
             (("sales", 1.0), ("both", 2.0), ("company", 3.0))]  # fmt: skip
    plans = [line(planned(*lines[:n]), "revenue", "company")["plan"] for n in (1, 2, 3)]
    assert plans == [1.0, 2.0, 3.0]


def test_what_the_other_department_plans_has_no_fact_instead_of_none_at_all(planned):
    """Nobody counts what marketing brings in: unknown is never zero."""
    tables = planned(("revenue", "marketing", None, 500.0))
    row = line(tables, "revenue", "marketing")
    assert (row["plan"], row["fact"]) == (500.0, None)
    assert line(tables, "revenue", "company")["plan"] is None


def test_a_planned_seller_who_has_won_nothing_has_zero(planned, full):
    names = {row["name"] for row in full.tables()["pace"] if row["scope"] == "manager"}
    tables = planned(("revenue", "manager", "Новый Человек", 500.0))
    [new] = [
        row for row in tables["pace"] if row["scope"] == "manager" and row["name"] not in names
    ]
    assert (new["plan"], new["fact"]) == (500.0, 0.0)
    assert AS_OF.month == MONTH.month
