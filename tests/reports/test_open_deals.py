"""Open deals: what is wrong with each, and which are worth a talk."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from sheets_sync.reports.pipeline import LISTED
from templates.tab import Table
from templates.tabs import deals
from templates.words import load
from tests.reports.conftest import AS_OF
from tests.templates import made_up


def open_deal(number, **more):
    return {
        "deal_id": f"D{number}",
        "created_at": datetime(2026, 11, 20, 9, tzinfo=UTC),
        "expected_close": date(2026, 12, 20),
        "status": "open",
        "stage": "Счёт",
        "amount": 1000 * number,
        **more,
    }


def why(case):
    return {row["deal_id"]: row["stuck_why"] for row in case.tables()["deals"]}


@pytest.fixture(scope="module")
def rows():
    return [
        open_deal(1),
        open_deal(2, expected_close=date(2026, 11, 1)),
        open_deal(3, amount=None),
        open_deal(4),
    ]


def test_nobody_lacks_a_next_step_where_nobody_writes_any(build, rows):
    assert why(build(deal=rows)) == {"D1": None, "D2": "overdue", "D3": "no_amount", "D4": None}


def test_once_steps_are_written_a_deal_without_one_is_worth_a_talk(build, rows):
    typed = {"deals": [{"deal_id": "D1", "next_step": "call", "next_step_on": None}]}
    found = why(build(deal=rows, typed=typed))
    assert found == {"D1": None, "D2": "overdue", "D3": "no_amount", "D4": "no_step"}


def test_each_reason_has_its_largest_deals_and_says_how_many_there_are(full):
    rows = full.tables()["stuck"]
    counts = Counter(row["why"] for row in rows)
    reasons = Counter(row["stuck_why"] for row in full.tables()["deals"] if row["stuck_why"])
    assert counts.keys() <= reasons.keys()
    assert max(counts.values()) == LISTED
    for row in rows:
        assert counts[row["why"]] == min(row["in_all"], LISTED)
    amounts = [row["amount"] for row in rows if row["amount"] is not None]
    assert amounts == sorted(amounts, reverse=True)


def test_a_chance_says_where_it_comes_from(full):
    origins = {row["p_origin"] for row in full.tables()["deals"] if row["p"] is not None}
    assert origins == {"own"}


@pytest.mark.parametrize(
    ("step", "checked", "said"),
    [
        (date(2026, 11, 20), AS_OF, "yes"),
        (AS_OF, AS_OF, "yes"),
        (date(2026, 11, 23), AS_OF, ""),
        (datetime(2026, 11, 22, 15), AS_OF, "yes"),  # noqa: DTZ001
        (date(2026, 11, 20), None, ""),
        ("soon", AS_OF, ""),
    ],
)
def test_a_step_is_overdue_from_its_day_on(step, checked, said):
    assert isinstance(deals.TAB, Table)
    live = deals.TAB.column["step_overdue"].live
    assert live is not None
    assert live.value({"next_step_on": step, "checked_on": checked}) == said


def test_stages_and_chances_are_in_words():
    row = {"deal_id": "1", "canonical_stage": "invoice", "p_origin": "default", "stuck_why": None}
    [found] = deals.rows(made_up.with_tables(deals=[row]), load("ru"))
    assert (found["canonical_stage"], found["p_origin"]) == ("Счёт", "типовая")
