"""Before and after: what set-up wrote down beside what is so now."""

from datetime import timedelta

import pytest

from tests.reports.conftest import AS_OF, NOW

LATER = AS_OF + timedelta(days=10)


@pytest.fixture(scope="module")
def kept(full):
    return full.tables()["history"]


def test_set_up_writes_down_the_results_that_no_tile_shows(full, kept):
    for metric in ("deal_cycle_median", "plan_attainment_3m"):
        [row] = [r for r in kept if r["week"] == "baseline" and r["metric"] == metric]
        assert row["value"] == pytest.approx(full.told[metric])


def test_results_stand_beside_those_of_set_up(full, kept):
    once = full.tables(history=kept)
    tables = full.tables(history=kept, as_of=LATER, synced_at=NOW + timedelta(days=10))
    five = {row["id"]: row for row in tables["five"]}
    rows = {row["metric"]: row for row in tables["results"]}
    assert list(rows) == ["qualified_share", "conversion_median", "customer_cost",
                          "deal_cycle_median", "plan_attainment_3m"]  # fmt: skip
    assert rows["customer_cost"]["now"] == five["customer_cost"]["value"]
    assert rows["conversion_median"]["now"] == five["manager_conversion"]["median"]
    for row in once["results"]:
        assert row["before"] == row["now"] == rows[row["metric"]]["before"]
        assert row["before_n"] == row["now_n"]
    assert all(row["is_comparable"] for row in rows.values())


def test_shares_under_another_rule_do_not_compare(full, kept):
    other = [{**row, "rule_version": 7} for row in kept]
    rows = {row["metric"]: row["is_comparable"] for row in full.tables(history=other)["results"]}
    assert [metric for metric, is_comparable in rows.items() if not is_comparable] == [
        "qualified_share"
    ]


def test_without_a_past_there_is_nothing_to_compare(empty):
    assert empty.tables()["results"] == []
