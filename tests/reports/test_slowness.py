"""Slow answers have a price only where chance does not explain the difference."""

from datetime import UTC, datetime, timedelta

import pytest

from templates.tab import Kind
from templates.tabs import managers
from templates.words import load
from tests.templates import made_up

START = datetime(2026, 8, 3, 9, tzinfo=UTC)  # a Monday, noon in the company


def lead(number, *, is_late, is_won):
    created = START + timedelta(weeks=number % 10)
    return {
        "lead_id": f"L{number}",
        "created_at": created,
        "first_touch_at": created + timedelta(hours=3 if is_late else 0.5),
        "is_target": True,
        "deal_id": f"D{number}" if is_won else None,
    }


def sold(number):
    return {
        "deal_id": f"D{number}",
        "lead_id": f"L{number}",
        "created_at": START + timedelta(weeks=number % 10),
        "closed_at": START + timedelta(weeks=number % 10, days=2),
        "status": "won",
        "amount": 150_000,
    }


def company(build, quick_won, slow_won, n=60):
    won = [*range(quick_won), *range(n, n + slow_won)]
    leads = [lead(k, is_late=k >= n, is_won=k in won) for k in range(2 * n)]
    return build(lead=leads, deal=[sold(k) for k in won])


def test_a_proven_difference_is_priced_with_both_ends(build):
    [row] = company(build, 24, 12).tables()["slowness"]
    assert (row["in_time"], row["in_time_won"], row["late"], row["late_won"]) == (60, 24, 60, 12)
    assert row["difference"] == pytest.approx(0.2)
    ends = [row[f"difference_{end}"] for end in ("low", "high")]
    assert ends == pytest.approx([0.036, 0.351], abs=1e-3)
    assert row["is_proven"]
    assert row["cost_low"] == pytest.approx(60 * row["difference_low"] * 150_000)
    assert row["cost_high"] > 60 * 0.2 * 150_000 > row["cost_low"]


def test_what_chance_may_have_done_has_no_price(build):
    [row] = company(build, 15, 12).tables()["slowness"]
    assert not row["is_proven"]
    assert (row["cost_low"], row["cost_high"]) == (None, None)


def test_few_leads_prove_nothing(build):
    [row] = company(build, 9, 0, n=10).tables()["slowness"]
    assert (row["is_enough"], row["is_proven"]) == (False, False)


def test_where_nobody_writes_down_answers_there_is_nothing_to_say(deals_only):
    assert deals_only.tables()["slowness"] == []


@pytest.mark.parametrize(("is_proven", "text"), [(True, "4.2"), (False, "not proven")])
def test_the_price_is_a_formula_or_a_sentence(is_proven, text):
    row = {**made_up.RICH.tables["slowness"][0], "is_proven": is_proven}
    facts = made_up.with_tables(slowness=[row])
    cells = managers.REPORT.draw(facts, load("en")).cells
    lost = 669 * (239 / 1508 - 78 / 669) * 142_546.82
    prices = [cell for cell in cells if cell.formula and cell.value == pytest.approx(lost)]
    assert [cell.kind for cell in prices] == [Kind.MONEY] * is_proven
    assert any(text in str(cell.value) for cell in cells)


def test_people_who_left_stand_apart_under_their_names():
    rows = made_up.managers()
    rows[0] |= {"is_active": False}
    cells = managers.REPORT.draw(made_up.with_tables(managers=rows), load("ru")).cells
    apart = next(cell.row for cell in cells if cell.value == "Не работают")
    assert [cell.row for cell in cells if cell.value == rows[0]["manager"]] == [apart + 2]
