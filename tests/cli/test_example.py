"""The customer's example: plan 100, 130 leads, 90 of them qualified, 500 for each."""

from datetime import date

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from formulas.bonus import Month, Rule, bonus
from tests.cli.calls import done
from tests.cli.company import LEAD_HEADERS, lead, write

LAST_DAY = "2026-05-31"
"""A Sunday that ends a month: nothing is left to forecast."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    rows = [lead(number) for number in range(130)]
    for number, row in enumerate(rows):
        row[1] = f"2026-05-{25 + number % 5}"  # all of them in the month's last week
    done("init", folder, "--leads", write(folder / "leads.csv", LEAD_HEADERS, rows))
    done("sync", folder, "--as-of", LAST_DAY)
    book = load_workbook(folder / "smarketing.xlsx")
    for column, typed in zip("BCDF", (date(2026, 5, 1), "qualified", "company", 100), strict=True):
        book["Plan"][f"{column}5"] = typed
    rule = ("Vera", date(2026, 5, 1), "qualified leads", 500)
    for column, typed in zip("BCDE", rule, strict=True):
        book["Bonus rules"][f"{column}5"] = typed
    book.save(folder / "smarketing.xlsx")
    done("sync", folder, "--as-of", LAST_DAY)
    return folder


@pytest.fixture(scope="module")
def metrics(folder):
    call = done("metrics", folder, "--as-of", LAST_DAY, "--period", "2026-05", "--format", "json")
    return {row["metric"]: row for row in call.json}


def test_metrics(metrics):
    counts = [metrics[name]["value"] for name in ("leads", "qualified", "unqualified", "spam")]
    assert counts == [130, 90, 40, 0]
    share = metrics["qualified_share"]
    assert round(share["value"], 4) == 0.6923
    assert (share["n"], round(share["low"], 4), round(share["high"], 4)) == (130, 0.6084, 0.7652)
    assert metrics["plan_attainment"]["value"] == 0.9
    assert metrics["plan_gap"]["value"] == 10


def test_the_table_at_the_terminal(folder):
    call = done("metrics", folder, "--as-of", LAST_DAY, "--period", "2026-05")
    assert "69.2%" in call.out
    assert "90.0%" in call.out


def numbers(folder, tab):
    """Return the numbers that a tab shows, as a spreadsheet program has cached them."""
    rows = CalamineWorkbook.from_path(folder / "smarketing.xlsx").get_sheet_by_name(tab).to_python()
    return [[round(cell, 4) for cell in row if isinstance(cell, float)] for row in rows]


def test_the_first_page_and_the_pace_page(folder):
    assert any({0.9, 0.6923} <= set(row) for row in numbers(folder, "Five numbers"))
    assert any(row[:2] == [100, 90] and 0.9 in row for row in numbers(folder, "Pace"))


def test_the_bonus_page_pays_for_90_and_tells_what_the_old_rule_would_have(folder):
    """Attainment, rate, base and total, the old rule, and what is saved by the new one."""
    [row] = [row for row in numbers(folder, "Bonus") if 90 in row]
    assert row[:5] == [130, 90, 100, 0.9, 500]
    assert [row.count(money) for money in (45_000, 65_000, 20_000)] == [3, 1, 1]


def test_the_sync_says_it(folder):
    call = done("sync", folder, "--as-of", LAST_DAY)
    assert "90.0% of plan" in call.out
    assert "69.2% (90 of 130)" in call.out


def test_the_bonus_is_paid_for_90_and_not_for_40(metrics):
    came = {name: metrics[name]["value"] for name in ("leads", "qualified", "unqualified")}
    paid = bonus(Month(qualified=came["qualified"], plan=100), Rule(rate=500))
    assert (paid.money, paid.paid) == (45_000, 90)
    old_rule = bonus(Month(qualified=came["leads"], plan=100), Rule(rate=500))
    assert old_rule.money - paid.money == came["unqualified"] * 500
