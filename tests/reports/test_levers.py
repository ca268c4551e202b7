"""Levers count what the month can still bring, and nothing that is unknown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.lever import closing_in_time
from sheets_sync.reports.levers import month_ahead


def by_id(case, **settings):
    return {row["lever"]: row for row in case.tables(**settings)["levers"]}


def test_the_factors_make_the_months_revenue(full):
    tables = full.tables()
    now = {row["lever"]: row["now"] for row in tables["levers"]}
    product = now["leads"] * now["qualified_share"] * now["conversion"] * now["average_deal"]
    assert tables["lever_month"][0]["month_revenue"] == pytest.approx(product)


def test_the_lever_with_most_within_reach_comes_first(full):
    rows = full.tables()["levers"]
    reach = [max(row["effect_norm"] or 0, row["effect_best"] or 0) for row in rows]
    assert reach == sorted(reach, reverse=True)
    assert reach[0] > 0


def test_a_point_of_conversion_is_worth_its_part_of_the_revenue(full):
    tables = full.tables()
    row, month = by_id(full)["conversion"], tables["lever_month"][0]
    whole = month["month_revenue"] * 0.01 / row["now"]
    assert row["in_time"] == month["days_left"] / month["days"]
    assert row["effect_step"] == pytest.approx(whole * row["in_time"])


def test_new_leads_count_only_as_far_as_the_cycle_lets_them(full):
    row, month = by_id(full)["leads"], full.tables()["lever_month"][0]
    assert 0 <= row["in_time"] < month["days_left"] / month["days"]


def test_a_norm_that_is_reached_brings_nothing_more(full):
    for row in full.tables()["levers"]:
        is_cost = row["lever"] == "customer_cost"
        if row["norm"] is not None and (row["now"] <= row["norm"]) is is_cost:
            assert row["effect_norm"] == 0


def test_sellers_go_unnamed_unless_names_are_shown_in_full(full):
    assert by_id(full)["conversion"]["best_name"] is None
    assert by_id(full)["qualified_share"]["best_name"]
    assert by_id(full, names="full")["conversion"]["best_name"]


@pytest.mark.parametrize("name", ["empty", "deals_only", "no_verdicts", "small"])
def test_what_is_unknown_has_no_effect_in_money(name, request):
    tables = request.getfixturevalue(name).tables()
    assert tables["lever_month"][0]["month_revenue"] is None
    assert {
        row[effect]
        for row in tables["levers"]
        if row["lever"] != "customer_cost"
        for effect in ("effect_step", "effect_norm", "effect_best")
    } == {None}


def test_on_the_last_day_the_next_month_is_looked_at():
    ahead = month_ahead(date(2026, 12, 31))
    assert (ahead.first, ahead.days, ahead.days_left) == (date(2027, 1, 1), 31, 31)


@given(
    st.integers(0, 31),
    st.lists(st.floats(0, 1), min_size=31, max_size=31).map(sorted),
)
def test_no_more_leads_close_in_time_than_come(days_left, shares):
    found = closing_in_time(days_left, 31, shares)
    assert 0 <= found <= days_left / 31 + 1e-12
