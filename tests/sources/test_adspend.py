"""Spend of the platforms: titles, totals, currency, VAT, levels."""

from datetime import date
from decimal import Decimal

import pytest

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.sources.adspend import check_levels
from sheets_sync.sources.guessing import guess
from sheets_sync.sources.mapping import NumberFormat

DIRECT_REPORT = (
    '"Отчёт (2026-01-01 - 2026-01-31)"\n'
    "Date\tCampaignId\tCampaignName\tAdGroupName\tImpressions\tClicks\tCost\n"
    "2026-01-13\t5\tПоиск\tA\t100\t10\t150.50\n"
    "2026-01-13\t5\tПоиск\tB\t50\t--\t--\n"
    "2026-01-14\t6\tМастер\t--\t0\t0\t0.00\n"
    "Total rows: 3\n"
)
DIRECT_CSV = (
    "Статистика за период;;;;;\nвсе кампании;;;;;\n"
    "Дата;№ Кампании;Кампания;Показы;Клики;Расход (руб.), с НДС\n"
    "13.01.2026;5;Поиск;1 200;10;1 150,50\n14.01.2026;5;Поиск;800;5;849,50\n"
    "Итого;;;2 000;15;2 000,00\n"
)
VK = "Дата;Кампания;Показы;Клики;Потрачено, ₽\n13.01.2026;a;10;1;5,5\n14.01.2026;a;10;1;5,5\n"
GOOGLE = (
    'Campaign report\n"January 13, 2026 - January 14, 2026"\n'
    "Day\tCampaign\tCurrency code\tCost\tImpr.\tClicks\n"
    '2026-01-13\tBrand\tUSD\t"1,150.50"\t"2,000"\t15\n'
    "2026-01-14\tTotal recall\tUSD\t49.50\t10\t--\n"
    'Total: Campaigns\t\tUSD\t"1,200.00"\t"2,010"\t15\n'
    'Total: Account\t\tUSD\t"1,200.00"\t"2,010"\t15\n'
)
META = (
    "Day,Campaign name,Amount spent (USD),Impressions,Clicks (all),Link clicks\n"
    ",,30.00,300,30,20\n"
    "2026-01-13,a,10.00,100,10,8\n2026-01-14,a,20.00,200,20,12\n"
)

GOOGLE_RU = (
    "Отчет по кампаниям\n13 января 2026 г. - 14 января 2026 г.\n"
    "День\tКампания\tКод валюты\tРасходы\tПоказы\tКлики\n"
    '13.01.2026\tБренд\tRUB\t"1\u00a0150,50"\t"2\u00a0000"\t15\n'
    "14.01.2026\tПоиск\tRUB\t49,50\t10\t--\n"
    'Всего: Кампании\t\tRUB\t"1\u00a0200,00"\t"2\u00a0010"\t15\n'
    'Всего: Аккаунт\t\tRUB\t"1\u00a0200,00"\t"2\u00a0010"\t15\n'
)
GOOGLE_API = (
    "segments.date,campaign.id,campaign.name,customer.currency_code,metrics.cost_micros,"
    "metrics.impressions,metrics.clicks\n"
    "2026-01-13,5,Brand,USD,1150500000,2000,15\n2026-01-14,6,Search,USD,49500000,10,\n"
)
META_RU = (
    "День,Название кампании,Сумма затрат (RUB),Показы,Клики (все),Клики по ссылке\n"
    ",,3000.00,300,30,20\n"
    "2026-01-13,a,1000.00,100,10,8\n2026-01-14,a,2000.00,200,20,12\n"
)
VK_API = (
    "date;ad_plan_id;ad_plan_name;shows;clicks;spent\n"
    "2026-01-13;5;a;10;1;5.50\n2026-01-14;5;a;10;1;5.50\n"
)
DIRECT_VAT = (
    "Дата;№ Кампании;Кампания;Показы;Клики;Расход с НДС, ₽\n"
    "13.01.2026;5;Поиск;1200;10;1150,50\n14.01.2026;5;Поиск;800;5;849,50\n"
)


@pytest.mark.parametrize(
    ("text", "encoding", "costs", "totals", "clicks", "currency", "cabinet"),
    [
        (DIRECT_REPORT, "utf-8", ["150.50", None, "0"], 1, [10, None, 0], None, "yandex_direct"),
        (DIRECT_CSV, "cp1251", ["1150.50", "849.50"], 1, [10, 5], "RUB", "yandex_direct"),
        (VK, "utf-8-sig", ["5.50", "5.50"], 0, [1, 1], "RUB", "vk_ads"),
        (GOOGLE, "utf-16", ["1150.50", "49.50"], 2, [15, None], "USD", "google_ads"),
        (META, "utf-8", ["10", "20"], 1, [8, 12], "USD", "meta"),
        (GOOGLE_RU, "utf-16", ["1150.50", "49.50"], 2, [15, None], "RUB", "google_ads"),
        (GOOGLE_API, "utf-8", ["1150.50", "49.50"], 0, [15, None], "USD", "google_ads"),
        (META_RU, "utf-8-sig", ["1000", "2000"], 1, [8, 12], "RUB", "meta"),
        (VK_API, "utf-8", ["5.50", "5.50"], 0, [1, 1], None, "vk_ads"),
        (DIRECT_VAT, "utf-8-sig", ["1150.50", "849.50"], 0, [10, 5], "RUB", "yandex_direct"),
    ],
)
def test_platforms(take, text, encoding, costs, totals, clicks, currency, cabinet):  # noqa: PLR0917
    found = take(text, "spend", encoding=encoding)
    assert found.column("cost") == [None if cost is None else Decimal(cost) for cost in costs]
    assert found.column("clicks") == clicks
    assert found.column("day")[0] == date(2026, 1, 13)
    assert set(found.column("currency")) == {currency}
    assert set(found.column("cabinet")) == {cabinet}
    assert found.totals == totals
    assert not found.rejected
    assert found.read == len(found.rows) + totals


@pytest.mark.parametrize(
    ("header", "vat"),
    [("Расход (руб., с НДС)", True), ("Расход без НДС", False), ("Расход", None)],
)
def test_vat(take, header, vat):
    found = take(f"Дата;Кампания;{header}\n13.01.2026;a;5\n", "spend")
    assert found.column("vat_included") == [vat]


def test_a_total_that_does_not_add_up_is_set_aside(take):
    found = take("Дата;Кампания;Расход\n13.01.2026;a;5\n14.01.2026;a;6\nИтого;;12\n", "spend")
    assert (len(found.rows), found.totals) == (2, 0)
    assert found.reasons() == {"total_differs": 1}


def test_a_report_that_lost_rows(take):
    found = take(DIRECT_REPORT.replace("rows: 3", "rows: 4"), "spend")
    assert found.reasons() == {"total_differs": 1}


def test_a_total_under_deals(take):
    found = take("deal id,amount\n1,5\n2,6\nTotal,11\n")
    assert found.column("deal_id") == ["1", "2"]
    assert (found.totals, found.rejected) == (1, [])


def test_micros_only_when_stated(take):
    text = "Date,Campaign,Cost\n2026-01-13,a,1500000\n"
    assert take(text, "spend").column("cost") == [Decimal(1_500_000)]
    micros = {"numbers": {"cost": NumberFormat(is_micros=True)}}
    assert take(text, "spend", changes=micros).column("cost") == [Decimal("1.5")]
    stated = take(text.replace("Cost", "metrics.cost_micros"), "spend")
    assert stated.column("cost") == [Decimal("1.5")]


def test_two_levels_in_one_file(take):
    text = "Дата;Кампания;Группа;Расход\n13.01.2026;a;;11\n13.01.2026;a;x;5\n13.01.2026;a;y;6\n"
    with pytest.raises(LookAtSource, match="spend_levels_mixed"):
        take(text, "spend")


def test_two_levels_of_one_cabinet(tmp_path):
    path = tmp_path / "vk.csv"
    path.write_text(VK, encoding="utf-8")
    campaigns = guess(path, "spend").mapping
    check_levels([campaigns, campaigns])
    with pytest.raises(FixConfig, match="spend_levels"):
        check_levels([campaigns, campaigns.model_copy(update={"level": "ad"})])


def test_a_renamed_campaign_stays_the_same_where_it_has_an_id(take):
    text = "Date,Campaign ID,Campaign,Cost\n2026-01-13,5,old,5\n2026-01-13,,old,5\n"
    before = take(text, "spend").column("row_id")
    after = take(text.replace("old", "new"), "spend").column("row_id")
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False]


def test_a_spend_row_without_a_day(take):
    found = take("Дата;Кампания;Расход\n13.01.2026;a;5\n;a;3\n14.01.2026;a;x\n", "spend")
    assert found.column("cost") == [Decimal(5)]
    assert found.reasons() == {"day_missing": 1, "not_a_number": 1}
