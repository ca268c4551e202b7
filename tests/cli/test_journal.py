"""A journal that a small firm keeps by hand: its deals have an outcome and a sum, and no date."""

import pytest

from tests.cli.calls import done
from tests.cli.company import write

HEADERS = ("№", "Дата заявки", "Откуда", "Менеджер", "Целевая?", "Почему нет", "Сумма договора")
PAID = "Оплачено"
DAY = "2026-06-30"


def journal(path, dates=()):
    rows = [
        (n, f"{n:02}.06.2026", "Сайт", "Анна", "да" if n % 2 else "нет", "" if n % 2 else "дорого",
         "90 000" if n % 2 else "", "да" if n % 4 == 1 else "", *(dates and (f"{n}.06.2026",)))
        for n in range(1, 25)
    ]  # fmt: skip
    return write(path, (*HEADERS, PAID, *dates), rows)


def synced(folder, dates=()):
    table = journal(folder / "журнал.csv", dates)
    days = [
        ["Дата", "Кампания", "Расход"],
        *([f"{n:02}.06.2026", "brand", "1000"] for n in (1, 30)),
    ]
    spend = write(folder / "spend.csv", days[0], days[1:])
    took = done(
        "init", folder, "--leads", table, "--deals", table, "--spend", spend, "--lang", "ru"
    )
    done("sync", folder, "--as-of", DAY)
    asked = ("metrics", folder, "--as-of", DAY, "--period", "2026-06", "--format", "json")
    return took.out, {row["metric"]: row for row in done(*asked).json}


@pytest.fixture(scope="module")
def undated(tmp_path_factory):
    return synced(tmp_path_factory.mktemp("undated"))


def test_a_yes_is_a_deal_won(undated):
    took, metrics = undated
    assert "«Оплачено»: оплачена — да" in took
    assert "«Сумма договора» → сумма" in took
    assert "«Почему нет» → причина вердикта" in took
    assert metrics["revenue_cohort"]["value"] == "540000.00"


def test_customers_without_a_date_are_unknown_in_a_month_and_not_none(undated):
    took, metrics = undated
    assert "Не нашёл даты оплаты" in took
    for name in ("won", "customers", "revenue", "customer_cost"):
        assert (metrics[name]["value"], metrics[name]["reason"]) == (None, "no_day")


def test_with_a_date_they_are_counted(tmp_path):
    took, metrics = synced(tmp_path, ("Дата оплаты",))
    assert "Не нашёл даты оплаты" not in took
    assert (metrics["won"]["value"], metrics["customers"]["value"]) == (6, 6)
    assert float(metrics["customer_cost"]["value"]) == pytest.approx(2000 / 6)
