"""The guards find what was made up for them to find, and say nothing where they cannot look."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from formulas.recheck import sample
from sheets_sync.reports import bonus_guards as guards
from tests.reports.conftest import ground_of

AS_OF = date(2026, 12, 20)
CUTOFF = date(2026, 11, 9)
RULE = {
    "bonus_rule_id": "B-1", "person": "Vera", "valid_from": date(2026, 10, 1),
    "basis": "for_qualified", "rate": 500.0,
}  # fmt: skip


def at(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def lead(number, day, manager, *, good, decided=None, **more):
    return {
        "lead_id": f"L{number:03}", "created_at": at(day), "manager": manager, "is_target": good,
        "is_spam": False, "verdict_at": at(decided or day), "contact_key": f"c{number}", **more,
    }  # fmt: skip


NOVEMBER = [date(2026, 11, 2) + timedelta(days=n) for n in range(28)]
LEADS = [
    *(lead(n, NOVEMBER[n % 28], "Anna Ivanova", good=n % 4 > 0) for n in range(40)),
    *(lead(100 + n, NOVEMBER[n % 28], "Boris Petrov", good=n % 4 > 0) for n in range(40)),
    *(lead(200 + n, NOVEMBER[n % 28], "Clara Orlova", good=n % 4 == 0) for n in range(40)),
    *(lead(300 + n, NOVEMBER[n % 28], "Dina Serova", good=False) for n in range(5)),
    *(
        lead(400 + n, date(2026, 10, 20), "Anna Ivanova", good=True, decided=CUTOFF)
        for n in range(25)
    ),
]
DEALS = [
    # L200 was sold by somebody else, under another lead of the same contact; L004 itself was sold
    {"deal_id": "W1", "lead_id": "L999", "created_at": at(date(2026, 12, 1)), "status": "won",
     "closed_at": at(date(2026, 12, 10)), "stage": "Won", "amount": 900},
    {"deal_id": "W2", "lead_id": "L004", "created_at": at(date(2026, 11, 20)), "status": "won",
     "closed_at": at(date(2026, 12, 11)), "stage": "Won", "amount": 500},
    *({"deal_id": f"D{n}", "lead_id": f"L{n:03}", "created_at": at(NOVEMBER[n]), "status": "open",
       "stage": "Invoice", "amount": 100} for n in (1, 2, 3)),
]  # fmt: skip
OTHER = lead(999, date(2027, 1, 5), "Eva", good=True, contact_key="c201")
"""A lead of the same contact, so late that it is nobody's repeat."""


@pytest.fixture(scope="module")
def ground(build):
    late = {**OTHER, "created_at": at(date(2026, 12, 19))}
    return ground_of(build(lead=[*LEADS, late], deal=DEALS, as_of=AS_OF), names="full")


def with_typed(ground, **typed):
    return replace(ground, typed=typed, answers={})


def cases(ground):
    return {row["id"]: row["cases"] for row in guards.report(ground)}


def test_a_rejected_lead_whose_contact_bought_is_found_whoever_sold(ground):
    found = {row["lead_id"]: row for row in guards.won(ground)}
    assert found.keys() == {"L004", "L201"}
    assert found["L201"]["won_on"] == date(2026, 12, 10)
    assert found["L201"]["manager"] == "Clara Orlova"
    assert cases(ground)["rejected_won"] == 2


def test_the_seller_who_rejects_more_than_the_rest_is_marked(ground):
    found = {row["manager"]: row for row in guards.sellers(ground)}
    assert found["Clara Orlova"]["is_different"]
    assert found["Clara Orlova"]["share"] == 0.75
    assert not found["Dina Serova"]["is_different"], "five leads prove nothing"
    assert found["Dina Serova"]["p_value"] is None
    [alike] = [row for row in guards.report(ground) if row["id"] == "reject_share"]
    assert alike["p_value"] < 0.001


def test_a_mass_of_verdicts_on_the_last_day_is_found(ground):
    [december, november] = guards.cutoffs(with_typed(ground, bonus_rules=[RULE]))
    assert (november["cutoff_on"], november["verdicts"]) == (CUTOFF, 31)
    assert november["is_mass"]
    assert (december["verdicts"], december["is_mass"]) == (0, False)
    assert cases(with_typed(ground, bonus_rules=[RULE]))["mass_verdicts"] == 1


def test_verdicts_typed_in_the_sheet_are_verdicts_too(ground):
    typed = [
        {"lead_id": f"L{n:03}", "our_verdict": "qualified", "since.our_verdict": date(2026, 12, 7)}
        for n in range(12)
    ]
    [december, _] = guards.cutoffs(with_typed(ground, bonus_rules=[RULE], leads=typed))
    assert (december["verdicts"], december["is_mass"]) == (12, True)


def test_a_tenth_of_last_months_rejected_leads_is_drawn(ground):
    rejected = [
        row["lead_id"] for row in LEADS
        if not row["is_target"] and row["created_at"].month == 11
    ]  # fmt: skip
    drawn = [row["lead_id"] for row in guards.recheck(ground)]
    assert drawn == sample(rejected, "2026-11")
    assert 0 < len(drawn) < len(rejected) / 3


def test_qualified_leads_without_a_next_step_are_listed_where_steps_are_written_down(ground):
    assert cases(ground)["no_next_step"] is None
    planned = with_typed(ground, deals=[{"deal_id": "D1", "next_step": "call"}])
    found = {row["lead_id"] for row in guards.stepless(planned)}
    assert {"L002", "L003"} <= found
    assert "L001" not in found
    assert cases(planned)["no_next_step"] == len(found)


def test_where_there_is_nothing_to_look_at_nothing_is_said_to_be_fine(empty):
    tables = empty.tables()
    assert {row["cases"] for row in tables["guards"]} == {None}
    assert tables["bonus"] == []
