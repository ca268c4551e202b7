"""Stories: the customer's month, exports of the usual shapes, and what settings change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from formulas.interval import wilson

NOVEMBER = date(2026, 11, 30)
LATER = datetime(2026, 12, 1, 8, tzinfo=UTC)


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.fixture(scope="module")
def article(build):
    """Plan 100, 130 leads came, 90 of them qualified."""
    lead = [
        {
            "lead_id": str(n),
            "created_at": at(2026, 11, 1 + n % 30),
            "is_target": n % 13 < 9,
            "channel": "Директ",
        }
        for n in range(130)
    ]
    plan = [(date(2026, 11, 1), "qualified", "company", None, 100.0)]
    return build(lead=lead, plan=plan, as_of=NOVEMBER)


def test_the_customers_month(article):
    tables = article.tables(LATER)
    one, [channel] = tables["one"][0], tables["channels"]
    assert (one["leads"], one["qualified"], one["unqualified"]) == (130, 90, 40)
    interval = wilson(90, 130)
    assert round(interval.share, 4) == 0.6923
    assert (channel["share_low"], channel["share_high"]) == (interval.low, interval.high)
    pace = tables["five"][0]
    assert (pace["metric"], pace["fact"], pace["plan"]) == ("qualified", 90, 100)
    assert (pace["value"], pace["status"], pace["need_per_day"]) == (0.9, "warn", None)
    assert tables["pace"][0] == {
        "metric": "qualified",
        "scope": "company",
        "name": None,
        "plan": 100,
        "fact": 90,
        "elapsed": 20,
        "total": 20,
        "largest": None,
    }


@pytest.fixture(scope="module")
def old_deals(build):
    """Deals alone, two years old: won, lost with 0, open without an amount."""
    start = date(2017, 1, 2)
    deal = []
    for n in range(330):
        created = start + timedelta(days=n)
        state = ("won", "won", "lost")[n % 3] if n < 300 else "open"
        closed = created + timedelta(days=10 + n % 40)
        deal.append({
            "deal_id": f"D{n}",
            "created_at": at(created.year, created.month, created.day),
            "closed_at": at(closed.year, closed.month, closed.day) if state != "open" else None,
            "status": state,
            "stage": {"won": "Won", "lost": "Lost", "open": "Engaging"}[state],
            "amount": {"won": 100, "lost": 0, "open": None}[state],
            "manager": ("Ann Low", "Bob High", "Cy Few")[n % 2 if n > 11 else 2],
        })  # fmt: skip
    return build(deal=deal, as_of=date(2017, 12, 6))


def test_an_old_export_is_shown_whole(old_deals):
    tables = old_deals.tables(names="full")
    conversion, one = tables["five"][2], tables["one"][0]
    assert (one["won"], one["lost"], one["open"], one["data_ends_early"]) == (200, 100, 30, True)
    assert conversion["basis"] == "close_rate"
    assert conversion["value"] == 200 / 300
    assert {row["n"] for row in tables["managers"]} == {12, 144}
    assert [row["manager"] for row in tables["managers"] if not row["is_ranked"]] == ["Cy Few"]


def test_a_win_rate_by_value_needs_the_value_of_what_was_lost(old_deals):
    cover = old_deals.tables()["cover"][0]
    assert (cover["win_rate"], cover["win_rate_n"]) == (2 / 3, 102)  # of the last four cycles


def test_open_deals_without_amounts_are_no_zero(old_deals):
    tables = old_deals.tables()
    assert tables["pipeline"][0]["amount"] is None
    assert tables["cover"][0]["without_amount"] == 30


@pytest.fixture(scope="module")
def won_only(build):
    """Leads without verdicts or managers, and the deals that were won: a contact came too late."""
    lead = [
        {
            "lead_id": f"{n:032x}",
            "created_at": at(2018, 1 + n % 5, 1 + n % 28),
            "channel": (None, "unknown", "paid_search", "social")[n % 4],
        }
        for n in range(400)
    ]
    deal = [
        {
            "deal_id": f"{n:032x}",
            "lead_id": f"{n:032x}",
            "closed_at": at(2018, 7, 1 + n % 28) if n else at(2017, 12, 1),
            "status": "won",
            "amount": 0,
            "manager": f"seller {n % 3}",
        }
        for n in range(0, 400, 5)
    ]
    return build(lead=lead, deal=deal, as_of=date(2018, 7, 28))


def test_a_funnel_of_leads_and_won_deals(won_only):
    tables = won_only.tables()
    channels = {row["channel"]: (row["won"], row["leads"]) for row in tables["channels"]}
    assert channels == dict.fromkeys((None, "unknown", "paid_search", "social"), (20, 100))
    counts = {row["id"]: row["count"] for row in tables["quality_counts"]}
    assert (counts["no_channel"], counts["won_before_created"]) == (100, 1)
    funnel = {row["stage"]: row["count"] for row in tables["funnel"]}
    assert (funnel["lead"], funnel["won"], funnel["qualified"]) == (400, 80, None)


def test_who_never_loses_has_no_conversion(won_only):
    tables = won_only.tables()
    assert (tables["five"][2]["value"], tables["five"][2]["reason"]) == (None, "no_data")
    assert tables["cover"][0]["win_rate"] is None


def test_names(full):
    def named(**settings):
        return [row["manager"] for row in full.tables(**settings)["managers"]]

    assert "Анна Королёва" in named(names="full")
    assert "А. К." in named()
    assert {name[:8] for name in named(names="hidden")} == {"продавец"}
    assert full.tables()["five"][2]["best_name"] is None
    assert full.tables()["leads"][0]["owner"] in named(names="full")


def test_plans_find_their_owner_whatever_the_capitals(full):
    rows = {(row["metric"], row["scope"], row["name"]): row for row in full.tables()["pace"]}
    assert rows["revenue", "manager", "А. К."]["plan"] == 1_000_000
    assert (rows["qualified", "channel", "радио"]["fact"]) == 0


def test_pace_by_calendar_and_by_profile(full):
    working, calendar, profile = (
        full.tables(pace_mode=mode)["five"][0] for mode in ("working", "calendar", "profile")
    )
    assert (working["elapsed"], working["total"]) == (14, 20)
    assert (calendar["elapsed"], calendar["total"]) == (22, 30)
    assert 10 < profile["elapsed"] < 18
    assert profile["total"] == 20


def test_before_the_first_working_day_nothing_is_forecast(full):
    tile = full.tables(as_of=date(2026, 11, 1))["five"][0]
    assert (tile["value"], tile["reason"]) == (None, "period_not_started")


def test_a_limit_needs_a_margin(full):
    cost = full.tables()["five"][4]
    assert (cost["limit"], cost["status"]) == (None, "unknown")
    cost = full.tables(margin_share=0.4, average_deal=100_000.0)["five"][4]
    assert cost["limit"] == pytest.approx(12_000)
    assert cost["status"] == "good"


def test_stage_chances_come_from_the_firms_past(full, build):
    stages = {row["stage"]: row for row in full.tables()["pipeline"]}
    assert {row["origin"] for row in stages.values()} == {"own"}
    order = [stages[name]["probability"] for name in ("Целевая", "Предложение", "Счёт")]
    assert order == sorted(order)
    deal = [
        {"deal_id": "1", "status": "open", "stage": "Счёт", "amount": 10, "probability": 0.9},
        {"deal_id": "2", "status": "open", "stage": "Предложение", "amount": 10},
        {"deal_id": "3", "status": "open", "stage": "Шаг 4", "amount": 10},
    ]
    found = {row["stage"]: row for row in build(deal=deal).tables()["pipeline"]}
    assert (found["Счёт"]["origin"], found["Счёт"]["probability"]) == ("crm", 0.9)
    assert (found["Предложение"]["origin"], found["Предложение"]["probability"]) == ("default", 0.4)
    assert (found["Шаг 4"]["origin"], found["Шаг 4"]["probability"]) == (None, None)


def test_money_without_a_rate_is_unknown(build):
    deal = [
        {
            "deal_id": str(n),
            "status": "won",
            "closed_at": at(2026, 11, 10),
            "amount": 100,
            "currency": currency,
        }
        for n, currency in enumerate(("RUB", "USD"))
    ]
    tables = build(deal=deal).tables()
    assert tables["one"][0]["revenue"] is None
    assert tables["five"][0]["fact"] is None
    assert {row["id"]: row["count"] for row in tables["quality_counts"]}["no_rate"] == 1


def test_what_the_data_answer(full):
    measured = {row["criterion"]: row for row in full.tables(margin_share=0.9)["measured"]}
    assert measured["S1"]["measured"] == 1
    assert measured["S1"]["value"] == "88,9\u00a0%"
    assert measured["S2"]["measured"] == 2
    assert measured["S3"]["measured"] == 2
    assert measured["R1"]["n"] == 3
    assert measured["R3"]["measured"] == 2
    assert measured["R2"]["measured"] in {0, 1, 2}
    assert measured["Q3"]["n"] == 4


def test_answers_are_timed_on_working_hours(build):
    friday, monday = at(2026, 11, 13, 14), at(2026, 11, 16, 7)  # 17:00 and 10:00 in Moscow
    lead = [
        {"lead_id": "1", "created_at": friday, "first_touch_at": monday, "manager": "A B"},
        {"lead_id": "2", "created_at": monday, "manager": "A B"},
        {"lead_id": "3", "created_at": at(2026, 11, 22), "manager": "A B", "is_target": True},
    ]
    deal = [
        {"deal_id": "1", "status": "lost", "manager": "A B", "closed_at": monday},
        {"deal_id": "2", "status": "won", "manager": "A B", "closed_at": monday},
    ]
    case = build(lead=lead, deal=deal)
    [person] = case.tables()["managers"]
    assert person["response_median_hours"] == pytest.approx(2)
    assert person["breaches"] == 2
    assert case.tables(sla_hours=3.0)["managers"][0]["breaches"] == 1
    rows = {row["lead_id"]: row["sla_ok"] for row in case.tables()["leads"]}
    assert rows == {"1": False, "2": False, "3": None}  # Sunday: still in time
