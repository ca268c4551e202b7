"""Cells of the bonus: what they calculate is what Python says, and money is to the cent."""

import random
from dataclasses import replace
from datetime import date

import pytest

from sheets_sync.targets.xlsx_new import write_new
from templates.tabs.bonus import FIGURES, TAB, check, saving, state, total
from templates.words import load
from tests.oracles import ironcalc
from tests.templates import made_up
from tests.templates.test_drawn import sheets

ROWS = 200


def months(chance):
    """Return rows of the bonus as a sync may find them, and what people typed beside them."""
    found, typed = [], {}
    for number in range(ROWS):
        key = f"2026-11|{number}"
        computed = chance.choice([None, 0.0, chance.randrange(10**7) / 100])
        old = chance.choice([None, 65_000.0, chance.randrange(10**7) / 100])
        approved = chance.choice([None, None, chance.randrange(10**7) / 100])
        found.append({
            **dict.fromkeys(FIGURES), "bonus_id": key, "month": date(2026, 11, 1),
            "person": f"=A{number}", "computed": computed, "old_rule": old,
            "approved_total": approved, "awaits": chance.choice([None, "running", "to_approve"]),
        })  # fmt: skip
        typed[key] = {
            "adjust_manual": chance.choice([None, -1_500.0, 0.005, 1_234.565, "many"]),
            "adjust_reason": chance.choice([None, "a refund"]),
            "approved_by": chance.choice([None, "Anna"]),
            "approved_on": chance.choice([None, date(2026, 12, 7), "soon"]),
        }
    return found, typed


@pytest.mark.parametrize("language", ["ru", "en"])
def test_cells_and_python_say_the_same(language, tmp_path):
    found, typed = months(random.Random(6))  # noqa: S311
    facts = replace(made_up.EMPTY, tables={"bonus": found})
    words, path = load(language), tmp_path / "bonus.xlsx"
    write_new(path, sheets(facts, words, {"bonus": typed}), words, "RUB")
    opinion = ironcalc(path)
    assert opinion.compared >= 3 * ROWS
    assert (opinion.errors, opinion.differences) == (0, ())


def test_what_is_paid_is_approved_else_computed_with_the_heads_correction():
    row = {"computed": 45_000.0, "adjust_manual": -1_500.5, "adjust_reason": "a refund"}
    assert total(row) == 43_499.5
    assert total({**row, "adjust_reason": None}) == 45_000
    assert total({**row, "approved_total": 44_000.0}) == 44_000
    assert total({**row, "computed": None}) == ""
    assert saving({**row, "old_rule": 65_000.0}) == 21_500.5
    assert saving({**row, "old_rule": None}) == ""


def test_a_month_is_approved_by_name_and_day():
    signed = {"approved_by": "Anna", "approved_on": date(2026, 11, 10), "awaits": "to approve"}
    assert state({**signed, "computed": 1.0}) == "approved"
    assert state({**signed, "computed": None}) == "to approve"
    assert state({**signed, "computed": 1.0, "approved_on": "soon"}) == "to approve"
    assert state({"awaits": None}) == ""


def test_a_correction_needs_a_reason():
    assert list(check({"adjust_manual": 1.0})) == [("adjust_manual", "no_adjust_reason")]
    assert list(check({"adjust_manual": 1.0, "adjust_reason": "a refund"})) == []


TOLD = {
    "bonus_id": "2026-11|Vera", "month": date(2026, 11, 1), "person": "Vera", "q_paid": 80.0,
    "qualified": 90.0, "late": 3, "undated": 2, "unowned": 1, "days": 15, "of_days": 22,
    "changed_on": date(2026, 11, 12), "before": 100.0, "after": 200.0, "is_mixed": True,
    "lacks": "channels,plan,spend,goal",
}  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "en"])
def test_whatever_is_worth_knowing_is_said(language):
    words = load(language)
    [row] = TAB.rows(replace(made_up.EMPTY, tables={"bonus": [TOLD]}), words)
    assert row["warnings"].count(".") >= 11
    assert "{" not in row["warnings"]
    [quiet] = TAB.rows(
        replace(made_up.EMPTY, tables={"bonus": [{**TOLD, "approved_total": 1.0}]}), words
    )
    assert quiet["warnings"] is None
