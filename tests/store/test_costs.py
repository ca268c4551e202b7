"""What people type among the costs: media joins the spend, the rest makes the full cost."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sheets_sync.metrics import compute, parse_period
from sheets_sync.store import Decisions, open_store
from tests.store.pages import Pages, page

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
AS_OF = date(2026, 11, 30)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
SPEND = [
    {"row_id": f"S{month}", "day": date(2026, month, 5), "cabinet": "direct", "level": "campaign",
     "channel": "direct", "cost": Decimal(90_000), "currency": "RUB"}
    for month in (10, 11)
]  # fmt: skip
DEALS = [
    {"deal_id": f"D{month}-{n}", "created_at": datetime(2026, month, 2, tzinfo=UTC),
     "closed_at": datetime(2026, month, 20, tzinfo=UTC), "status": "won", "stage": "won",
     "amount": Decimal(50_000), "channel": "direct"}
    for month in (10, 11) for n in range(30)
]  # fmt: skip
ALL_OF_NOVEMBER = {"agency": 30_000, "tools": 10_000, "salary": 170_000}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    """Return what the metrics of a period are, once some costs are typed."""
    store = open_store(tmp_path_factory.mktemp("costs"), timezone="Europe/Moscow", currency="RUB")
    assert store.take(Pages(page("deal", DEALS), page("ad_spend", SPEND)), now=NOW).error is None

    def ask(costs, period="2026-11", by=(), as_of=AS_OF):
        rows = [
            {"cost_id": f"C-{n}", "month": month, "kind": kind, "amount": amount, **more}
            for n, (month, kind, amount, more) in enumerate(costs)
        ]
        store.apply(Decisions(typed={"costs": rows}))
        asked = parse_period(period)
        found = compute(store.connection, period=asked, as_of=as_of, by=by, currency="RUB")
        return {(row.metric, *row.by.values()): row for row in found}

    yield ask
    store.close()


def costs(month, kinds):
    return [(month, kind, float(amount), {}) for kind, amount in kinds.items()]


def test_the_full_cost_of_a_month(numbers):
    found = numbers(costs(NOVEMBER, ALL_OF_NOVEMBER))
    assert found["customer_cost_full",].value == 10_000  # (90 + 30 + 10 + 170) thousand by 30
    assert found["customer_cost",].value == 3_000


def test_without_costs_the_full_cost_is_unknown(numbers):
    found = numbers([])["customer_cost_full",]
    assert (found.value, found.reason) == (None, "no_data")


def test_media_alone_do_not_make_the_full_cost_known(numbers):
    found = numbers([(NOVEMBER, "media", 60_000.0, {"channel": "radio"})])
    assert found["spend",].value == 150_000
    assert found["customer_cost",].value == 5_000
    assert found["customer_cost_full",].value is None


def test_typed_media_are_spend_of_their_channel(numbers):
    found = numbers([(NOVEMBER, "media", 60_000.0, {"channel": "radio"})], by=("channel",))
    assert found["spend", "radio"].value == 60_000
    assert found["spend", "direct"].value == 90_000


def test_a_kind_that_the_firm_never_typed_is_none_it_has(numbers):
    found = numbers(costs(NOVEMBER, {"salary": 170_000, "tools": 10_000}))
    assert found["customer_cost_full",].value == 9_000


def test_a_kind_with_a_gap_makes_the_full_cost_unknown(numbers):
    """The agency of October is known, that of November is not yet."""
    typed = costs(NOVEMBER, {"salary": 170_000}) + costs(OCTOBER, ALL_OF_NOVEMBER)
    assert numbers(typed)["customer_cost_full",].value is None
    assert numbers(typed, "2026-10")["customer_cost_full",].value == 10_000
    filled = [*typed, *costs(NOVEMBER, {"agency": 0, "tools": 0})]
    assert numbers(filled)["customer_cost_full",].value == pytest.approx(Decimal(260_000) / 30)


def test_a_month_is_spread_over_its_days_to_the_cent(numbers):
    typed = costs(NOVEMBER, {"media": 100.01})
    days = numbers(typed, "2026-11", by=("day",))
    spent = [row.value for (metric, *_), row in days.items() if metric == "spend"]
    assert len(spent) == 30
    assert sum(spent) == Decimal("90100.01")
    assert {value for value in spent if value < 100} <= {Decimal("3.33"), Decimal("3.34")}
    ten_days = numbers(typed, "2026-11-21..2026-11-30")["spend",]
    assert ten_days.value == Decimal("33.34")


def test_a_cost_in_a_currency_without_a_rate_is_unknown(numbers):
    typed = costs(NOVEMBER, {"agency": 1, "tools": 1})
    found = numbers([*typed, (NOVEMBER, "salary", 2_000.0, {"currency": "usd"})])
    assert (found["customer_cost_full",].value, found["customer_cost_full",].reason) == (
        None,
        "no_fx",
    )


def test_a_common_cost_is_not_split_by_channel(numbers):
    found = numbers(costs(NOVEMBER, ALL_OF_NOVEMBER), by=("channel",))
    row = found["customer_cost_full", "direct"]
    assert (row.value, row.reason) == (None, "unmapped")
