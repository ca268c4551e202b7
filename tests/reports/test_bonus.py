"""Months of the bonus from rows of a store and what people typed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sheets_sync.reports import bonus
from sheets_sync.reports.agreements import bonus_basis
from tests.reports.conftest import ground_of

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
AS_OF = date(2026, 12, 20)
CUTOFF = date(2026, 11, 9)
"""The fifth working day of November 2026, whose 4th is a day off."""

RULE = {
    "bonus_rule_id": "B-1", "person": "Vera", "valid_from": OCTOBER, "basis": "for_qualified",
    "rate": 500.0,
}  # fmt: skip


def at(day, hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def lead(number, day, *, good=True, decided=0, channel="direct", **more):
    """Return a lead that came on a day; its verdict so many days later, None without a time."""
    decided_at = None if decided is None else at(day + timedelta(days=decided))
    return {
        "lead_id": f"L{number}",
        "created_at": at(day),
        "channel": channel,
        "is_target": good,
        "verdict_at": decided_at,
        **more,
    }


LEADS = [
    *(lead(n, OCTOBER + timedelta(days=n % 20), good=n < 90) for n in range(130)),
    *(lead(n, date(2026, 10, 30), decided=20) for n in range(130, 133)),  # good, and too late
    *(lead(n, date(2026, 11, 3 + n % 20), channel="vk") for n in range(133, 173)),
]
DEALS = [
    {
        "deal_id": f"D{n}",
        "lead_id": f"L{n}",
        "created_at": at(date(2026, 10, 25)),
        "closed_at": at(date(2026, 11, 20 + n)),
        "status": "lost",
        "stage": "Refused",
        "amount": 1000,
    }
    for n in range(2)
]
PAID_BACK = [
    {"event_id": "E0", "entity": "deal", "entity_id": "D0", "at": at(date(2026, 11, 2)),
     "from_stage": "Invoice", "to_stage": "Won"},
]  # fmt: skip
SPEND = [
    {"row_id": "S1", "day": date(2026, 10, 9), "cabinet": "direct", "level": "campaign",
     "channel": "direct", "cost": 270_000, "currency": "RUB"}
]  # fmt: skip
PLAN = [
    (OCTOBER, "qualified", "both", None, 100.0),
    (NOVEMBER, "qualified", "marketing", "Oleg", 40.0),
    (NOVEMBER, "qualified", "channel", "Direct", 30.0),
]


@pytest.fixture(scope="module")
def case(build):
    return build(
        lead=LEADS, deal=DEALS, stage_event=PAID_BACK, ad_spend=SPEND, plan=PLAN, as_of=AS_OF
    )


@pytest.fixture(scope="module")
def ground(case):
    return ground_of(case)


@pytest.fixture(scope="module")
def months(ground):
    """Return the rows of the bonus by key."""

    def ask(*rules, as_of=AS_OF, **typed):
        given = {"bonus_rules": [{**RULE, **rule} for rule in rules or ({},)], **typed}
        found = bonus.report(replace(ground, as_of=as_of, typed=given, answers={}))
        return {row["bonus_id"]: row for row in found}

    return ask


def figures(row, *names):
    return tuple(row[name] for name in names)


def test_the_month_of_the_article(months):
    row = months()["2026-10|Vera"]
    assert figures(row, "leads", "q_paid", "plan", "attainment") == (133, 90, 100, 0.9)
    assert figures(row, "base", "accelerator", "computed") == (45_000, 0, 45_000)
    assert row["old_rule"] == 133 * 500
    assert figures(row, "threshold_factor", "brake_factor", "team_factor") == (1, 1, 1)
    assert figures(row, "cutoff_on", "awaits") == (CUTOFF, "to_approve")


def test_a_verdict_after_the_cut_off_is_paid_for_in_the_next_month(months):
    found = months()
    assert found["2026-10|Vera"]["late"] == 3
    november = found["2026-11|Vera"]
    assert figures(november, "q_paid", "adjust_auto", "computed") == (40, 1_500, 21_500)


def test_a_later_cut_off_pays_in_the_month_itself(months):
    found = months({"cutoff_wd": 15.0})
    assert figures(found["2026-10|Vera"], "q_paid", "adjust_auto") == (93, 0)
    assert found["2026-11|Vera"]["adjust_auto"] == 0


@pytest.mark.parametrize(
    ("as_of", "awaits", "paid"),
    [
        (date(2026, 10, 10), "running", 50),
        (date(2026, 10, 30), "running", 90),
        (date(2026, 10, 31), "collecting", 90),
        (date(2026, 11, 6), "collecting", 90),
        (CUTOFF, "to_approve", 90),
    ],
)
def test_a_month_goes_on_until_its_cut_off(months, as_of, awaits, paid):
    assert figures(months(as_of=as_of)["2026-10|Vera"], "awaits", "q_paid") == (awaits, paid)


def test_what_is_decided_after_the_day_that_is_looked_at_is_not_known_yet(months):
    before, after = (months({"cutoff_wd": 15.0}, as_of=date(2026, 11, day)) for day in (18, 19))
    assert before["2026-10|Vera"]["q_paid"] == 90
    assert after["2026-10|Vera"]["q_paid"] == 93


def test_a_disputed_lead_waits_for_its_decision(months):
    dispute = {"dispute_id": "D-1", "lead_id": "L5"}
    row = months(disputes=[dispute])["2026-10|Vera"]
    assert figures(row, "q_paid", "disputed") == (89, 1)
    decided = {**dispute, "outcome": "qualified", "decided_on": date(2026, 11, 25)}
    found = months(disputes=[decided])
    assert figures(found["2026-10|Vera"], "q_paid", "disputed") == (89, 0)
    assert found["2026-11|Vera"]["adjust_auto"] == 2_000


def test_a_verdict_typed_late_is_paid_for_late(case, months):
    """The sheet says qualified of a lead that the CRM rejects: the day of typing counts."""
    judged = {"lead_id": "L100", "our_verdict": "qualified"}
    connection = case.store.raw
    connection.execute("begin")
    connection.execute(
        "update leads_now set our_verdict = 'qualified', decided_by = 'sheet',"
        " verdict_text = 'qualified' where lead_id = 'L100'"
    )
    try:
        for day, paid, owed in ((CUTOFF, 91, 1_500), (CUTOFF + timedelta(days=1), 90, 2_000)):
            found = months(leads=[{**judged, "since.our_verdict": day}])
            assert found["2026-10|Vera"]["q_paid"] == paid
            assert found["2026-11|Vera"]["adjust_auto"] == owed
    finally:
        connection.execute("rollback")


def test_what_the_rule_decides_by_signs_is_decided_when_they_were_typed(case, months):
    connection = case.store.raw
    connection.execute("begin")
    connection.execute("update leads_now set decided_by = 'rule' where lead_id in ('L0', 'L1')")
    try:
        found = months(leads=[{"lead_id": "L0", "first_seen": date(2026, 11, 30)}])
        assert figures(found["2026-10|Vera"], "q_paid", "late", "undated") == (89, 4, 0)
    finally:
        connection.execute("rollback")


def test_marketers_are_paid_for_their_own_channels(months):
    owners = [
        {"channel_id": "direct", "owner": "vera"},
        {"channel_id": "x", "name": "VK", "owner": "Oleg"},
    ]
    found = months({}, {"bonus_rule_id": "B-2", "person": "Oleg"}, channel_list=owners)
    vera, oleg = found["2026-11|Vera"], found["2026-11|Oleg"]
    assert figures(vera, "q_paid", "plan", "adjust_auto") == (0, 30, 1_500)
    assert figures(oleg, "q_paid", "plan", "attainment") == (40, 40, 1)
    assert found["2026-10|Oleg"]["leads"] == 0


def test_channels_of_nobody_are_told_and_counted_for_nobody(months):
    owners = [{"channel_id": "direct", "owner": "Vera"}, {"channel_id": "radio", "owner": "Oleg"}]
    found = months({}, {"bonus_rule_id": "B-2", "person": "Oleg"}, channel_list=owners)
    assert [found[f"2026-11|{name}"]["unowned"] for name in ("Vera", "Oleg")] == [40, 40]
    assert found["2026-10|Vera"]["unowned"] == 0


def test_without_channels_of_their_own_two_marketers_have_no_known_bonus(months):
    found = months({}, {"bonus_rule_id": "B-2", "person": "Oleg"})
    for name in ("Vera", "Oleg"):
        row = found[f"2026-10|{name}"]
        assert figures(row, "computed", "leads", "old_rule") == (None, None, None)
        assert "channels" in row["lacks"]


def test_a_successor_takes_over_all_channels(months):
    people = [{"name": "Vera", "works_to": date(2026, 10, 31)}]
    second = {"bonus_rule_id": "B-2", "person": "Oleg", "valid_from": NOVEMBER}
    found = months({}, second, people=people)
    assert found["2026-11|Oleg"]["q_paid"] == 40
    assert found["2026-10|Vera"]["q_paid"] == 90
    assert figures(found["2026-11|Vera"], "q_paid", "computed") == (None, 1_500)


def test_part_of_a_month_has_its_part_of_the_plan(months):
    """From the 12th on there are 15 of October's 22 working days, and 36 of the 90 leads."""
    row = months({"valid_from": date(2026, 10, 12)})["2026-10|Vera"]
    assert figures(row, "days", "of_days", "q_paid") == (15, 22, 36)
    assert row["plan"] == pytest.approx(100 * 15 / 22)
    assert row["attainment"] == pytest.approx(36 / (100 * 15 / 22))


def test_a_rule_that_changes_within_a_month_counts_each_day_by_its_own(months):
    second = {"bonus_rule_id": "B-2", "valid_from": date(2026, 10, 12), "rate": 700.0}
    row = months({}, second)["2026-10|Vera"]
    assert figures(row, "q_paid", "rate", "base") == (90, None, 54 * 500 + 36 * 700)
    assert figures(row, "changed_on", "before", "after") == (
        date(2026, 10, 12),
        54 * 500,
        36 * 700,
    )
    assert row["plan"] == pytest.approx(100)


def test_refunds_are_taken_back_only_where_it_was_agreed(months):
    """L0's deal was won and is lost since November 20; L1's was never won."""
    assert months()["2026-11|Vera"]["adjust_auto"] == 1_500
    assert months({"clawback": "yes"})["2026-11|Vera"]["adjust_auto"] == 1_000


def test_dear_leads_put_on_the_brake(months):
    """270 000 by 90 is 3 000 a lead."""
    brake = {"cpql_limit": 2_500.0, "cpql_tolerance": 0.1, "brake_factor": 0.8}
    assert months(brake)["2026-10|Vera"]["computed"] == 36_000
    assert months({**brake, "cpql_limit": 2_800.0})["2026-10|Vera"]["computed"] == 45_000


def test_where_money_hangs_on_what_is_unknown_the_bonus_is_unknown(months):
    found = months({"cpql_limit": 2_500.0, "team_share": 0.2})
    assert figures(found["2026-11|Vera"], "computed", "brake_factor") == (None, None)
    assert found["2026-11|Vera"]["lacks"] == "plan,spend,goal"


def test_the_old_rate_is_another_one_where_it_is_typed(months):
    assert months({"old_rate": 100.0})["2026-10|Vera"]["old_rule"] == 13_300


def test_a_cap_pays_for_fewer_leads_than_are_qualified(months):
    row = months({"cap": 0.8})["2026-10|Vera"]
    assert figures(row, "qualified", "q_paid", "computed") == (90, 80, 40_000)


def test_other_bases(months):
    assert months({"basis": "for_leads"})["2026-10|Vera"]["q_paid"] == 133
    assert months({"basis": "for_both"})["2026-10|Vera"]["is_mixed"] is True
    assert months({"basis": "for_nothing", "rate": None}) == {}


@pytest.mark.parametrize("gap", ["person", "valid_from", "basis", "rate"])
def test_an_incomplete_rule_is_no_rule(months, gap):
    assert months({gap: None}) == {}


def test_an_approved_month_stays_and_the_difference_goes_on(months):
    approved = {
        "bonus_id": "2026-10|Vera", "approved_by": "Anna", "approved_on": date(2026, 11, 10),
        "approved.computed": 44_000.0, "approved.q_paid": 88.0, "approved.approved_total": 44_000.0,
    }  # fmt: skip
    found = months(bonus=[approved])
    october = found["2026-10|Vera"]
    assert figures(october, "q_paid", "computed", "approved_total") == (88, 44_000, 44_000)
    assert found["2026-11|Vera"]["adjust_auto"] == 2_500  # two decided late, and 1 000


def test_an_approved_month_stays_even_without_its_rule(months):
    approved = {"bonus_id": "2026-10|Nina", "approved.computed": 10.0, "approved.leads": 3.0}
    row = months(bonus=[approved])["2026-10|Nina"]
    assert figures(row, "month", "person", "computed", "leads") == (OCTOBER, "Nina", 10, 3)


def test_the_basis_in_force(ground):
    def basis(*rules, as_of=AS_OF):
        typed = {"bonus_rules": [{**RULE, **rule} for rule in rules]}
        return bonus_basis(replace(ground, as_of=as_of, typed=typed))

    later = {"valid_from": NOVEMBER, "basis": "for_qualified"}
    assert basis() is None
    assert basis({"basis": "for_leads"}, later) == "qualified"
    assert basis({"basis": "for_leads"}, later, as_of=date(2026, 10, 31)) == "leads"
    assert basis(later, as_of=date(2026, 10, 31)) is None
    assert basis({}, {"person": "Oleg", "basis": "for_both"}) == "mixed"
    assert basis({}, {"person": "Oleg", "basis": "for_nothing", "rate": None}) == "none"
