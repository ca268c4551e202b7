"""Gaps: names nobody explained, weeks that changed after they were over, shares by week."""

from datetime import UTC, datetime, timedelta

import pytest

from sheets_sync.reports import facts
from templates.settings import DEFAULTS
from tests.reports.conftest import AS_OF, NOW

MONDAY = datetime(2026, 11, 9, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def firm(build):
    lead = [
        {
            "lead_id": f"L{n}",
            "created_at": MONDAY + timedelta(days=n % 3),
            "channel": None if n < 3 else "Авито",
            "utm_source": "VK" if n == 0 else "vk",
            "manager": "Анна" if n % 2 else "Олег",
            "is_target": True if n < 8 else None,
            "deal_id": f"D{n}",
        }
        for n in range(10)
    ]
    deal = [
        {"deal_id": f"D{n}", "lead_id": f"L{n}", "created_at": MONDAY, "status": "open",
         "stage": "Абракадабра", "amount": 1000, "manager": "Анна"}
        for n in range(4)
    ]  # fmt: skip
    typed = {"people": [{"person": "Анна", "dept": "sales"}]}
    return build(lead=lead, deal=deal, typed=typed)


def test_each_unknown_name_says_how_often_it_is_met_and_where_to_explain_it(firm):
    rows = {(row["kind"], row["name"]): (row["tab"], row["n"]) for row in firm.tables()["unmapped"]}
    assert rows[("stage", "Абракадабра")] == ("stages", 4)
    assert rows[("lead_source", "VK")] == ("channel_rules", 3)
    assert rows[("person", "Олег")] == ("people", 5)
    assert ("person", "Анна") not in rows


def test_shares_by_week_wait_for_the_deadline_of_verdicts(firm, build):
    [row] = firm.tables()["quality_weeks"]
    assert (row["start"], row["source"], row["owner"], row["verdict"]) == (
        MONDAY.date(),
        0.7,
        1,
        0.8,
    )
    newest = build(lead=[{"lead_id": "1", "created_at": MONDAY + timedelta(days=11)}])
    assert [row["verdict"] for row in newest.tables()["quality_weeks"]] == [None]


def told(case, *history):
    return facts(
        case.store.connection,
        as_of=AS_OF,
        synced_at=NOW.replace(tzinfo=None),
        company="Firm",
        currency="RUB",
        settings=DEFAULTS,
        history=history,
    ).tables["adjustments"]


def frozen(metric, value, **more):
    return {
        "week": "2026-W46", "metric": metric, "scope": "company", "value": value,
        "frozen_at": datetime(2026, 11, 16), **more,  # noqa: DTZ001
    }  # fmt: skip


def test_a_week_that_changed_says_what_was_written_down_and_what_is_now(firm):
    rows = told(
        firm,
        frozen("leads", 12),
        frozen("qualified", 8),
        frozen("qualified_share", 0.5),
        frozen("spend", None),
        frozen("leads", 99, week="2020-W01"),
        frozen("leads", 99, week="baseline"),
    )
    assert rows == [{"week": "2026-W46", "metric": "leads", "was": 12, "now": 10, "by": -2}]


def test_nothing_written_down_nothing_to_adjust(firm):
    assert firm.tables()["adjustments"] == []
    assert told(firm, frozen("leads", 10)) == []
