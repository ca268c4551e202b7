"""Metrics against a naive computation in Python over the same rows."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median

import pytest

from formulas.interval import wilson
from sheets_sync.errors import FixConfig
from sheets_sync.metrics import Metric, compute, explain, parse_period
from sheets_sync.metrics.catalogue import METRICS
from sheets_sync.periods import month, week
from sheets_sync.store import Decisions, open_store
from templates.words import LANGUAGES, load
from tests.store.pages import NOW, Pages, page

AS_OF = date(2026, 11, 13)
START = date(2026, 8, 3)
REASONS = {
    "no_data", "zero_denominator", "too_few", "no_plan", "period_not_started", "immature",
    "no_fx", "unmapped",
}  # fmt: skip


def moment(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def made_up() -> dict[str, list[dict]]:
    chance = random.Random(11)  # noqa: S311
    leads, deals, spend = [], [], []
    for number in range(400):
        day = START + timedelta(days=chance.randrange(100))
        verdict = chance.choice([True, True, True, False, None])
        channel = chance.choice(["vk", "direct", "seo", None])
        leads.append({
            "lead_id": f"L{number}", "created_at": moment(day), "channel": channel,
            "campaign": chance.choice(["one", "two", None]),
            "manager": chance.choice(["Anna", "Boris", None]), "is_target": verdict,
            "is_spam": verdict is False and chance.random() < 0.3,
            "verdict_at": None if verdict is None else moment(day + timedelta(days=1)),
            "first_touch_at": moment(day, 11),
        })  # fmt: skip
        if verdict:
            status = chance.choice(["won", "lost", "open"])
            closed = day + timedelta(days=2 + chance.randrange(9))
            deals.append({
                "deal_id": f"D{number}", "lead_id": f"L{number}", "created_at": moment(day),
                "closed_at": None if status == "open" else moment(closed), "status": status,
                "stage": status, "amount": Decimal(chance.randrange(1, 9) * 1000),
                "manager": leads[-1]["manager"],
            })  # fmt: skip
    for number in range(100):
        day = START + timedelta(days=number)
        spend += [
            {"row_id": f"{channel}{number}", "day": day, "channel": channel, "cost": Decimal(cost)}
            for channel, cost in (("vk", 700), ("direct", 1000))
        ]
    return {"lead": leads, "deal": deals, "ad_spend": spend}


@pytest.fixture(scope="module")
def rows():
    return made_up()


@pytest.fixture(scope="module")
def store(rows, tmp_path_factory):
    made = open_store(tmp_path_factory.mktemp("facts"), timezone="UTC", currency="RUB")
    made.take(Pages(*(page(name, given) for name, given in rows.items())), now=NOW)
    plan = [
        (date(2026, 11, 1), "revenue", "company", None, 300_000.0),
        (date(2026, 11, 1), "revenue", "manager", "anna", 100_000.0),
    ]
    made.apply(Decisions(plan=plan))
    yield made
    made.close()


@pytest.fixture(scope="module")
def ask(store):
    def asked(period=None, by=(), as_of=AS_OF, **settings) -> list[Metric]:
        return compute(
            store.connection, period=period, as_of=as_of, by=by, currency="RUB", settings=settings
        )

    return asked


def table(found: list[Metric], name: str) -> dict[tuple, Metric]:
    return {tuple(metric.by.values()): metric for metric in found if metric.metric == name}


def one(found: list[Metric], name: str) -> Metric:
    [metric] = table(found, name).values()
    return metric


PERIODS = {
    "all": parse_period("all"),
    "2026-10": month(date(2026, 10, 1)),
    "W45": week(date(2026, 11, 4)),
}


def inside(period, day: date) -> bool:
    first, end = period.start or date.min, period.end or date.max
    return first <= day < end and day <= AS_OF


BY: dict[str, Callable[[dict, date], object]] = {
    "channel": lambda row, _: row.get("channel"),
    "manager": lambda row, _: row.get("manager"),
    "campaign": lambda row, _: row.get("campaign"),
    "day": lambda _, day: str(day),
    "week": lambda _, day: f"{day.isocalendar().year}-W{day.isocalendar().week:02}",
    "month": lambda _, day: f"{day:%Y-%m}",
}


def naive(rows, period, by) -> dict[str, Counter]:
    found = {
        name: Counter()
        for name in ("leads", "qualified", "spam", "won", "lost", "revenue", "spend")
    }
    leads = {lead["lead_id"]: lead for lead in rows["lead"]}

    def add(name, row, day, amount=1):
        if inside(period, day):
            found[name][tuple(BY[each](row, day) for each in by)] += amount

    for lead in rows["lead"]:
        day = lead["created_at"].date()
        add("leads", lead, day)
        if lead["is_spam"]:
            add("spam", lead, day)
        elif lead["is_target"]:
            add("qualified", lead, day)
    for deal in rows["deal"]:
        if deal["status"] != "open":
            origin = leads[deal["lead_id"]]
            row = {**deal, "channel": origin["channel"], "campaign": origin["campaign"]}
            add(deal["status"], row, deal["closed_at"].date())
            if deal["status"] == "won":
                add("revenue", row, deal["closed_at"].date(), deal["amount"])
    for line in rows["ad_spend"]:
        add("spend", line, line["day"], line["cost"])
    return found


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
@pytest.mark.parametrize(
    "by",
    [(), ("channel",), ("manager",), ("campaign",), ("month",), ("channel", "week"),
     ("manager", "channel")],
    ids=",".join,
)  # fmt: skip
def test_measures_agree_with_a_naive_count(rows, ask, period, by):
    found = ask(period, by)
    for name, expected in naive(rows, period, by).items():
        told = {key: metric.value for key, metric in table(found, name).items() if metric.value}
        if name == "spend" and "manager" in by:
            assert all(key[0] is None for key in told)
            continue
        assert told == dict(expected), name


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_parts_add_up_to_the_total(ask, period, by):
    whole, parts = ask(period), ask(period, (by,))
    for name in ("leads", "qualified", "won", "lost", "revenue", "spend", "deals", "open_amount"):
        assert sum(m.value or 0 for m in table(parts, name).values()) == one(whole, name).value, (
            name
        )


def test_formulas_and_intervals_agree_with_a_naive_count(rows, ask):
    found = ask()
    count = {name: sum(values.values()) for name, values in naive(rows, PERIODS["all"], ()).items()}
    unqualified = sum(
        lead["is_target"] is False and not lead["is_spam"] and lead["created_at"].date() <= AS_OF
        for lead in rows["lead"]
    )
    share, interval = (
        one(found, "qualified_share"),
        wilson(count["qualified"], count["qualified"] + unqualified + count["spam"]),
    )
    assert (share.value, share.low, share.high) == (interval.share, interval.low, interval.high)
    assert one(ask(spam_counts=False), "qualified_share").n == count["qualified"] + unqualified
    assert one(found, "cost_per_lead").value == pytest.approx(count["spend"] / count["leads"])
    assert isinstance(one(found, "cost_per_lead").value, Decimal)
    assert one(found, "cost_per_lead").currency == "RUB"
    assert one(found, "average_deal").value == pytest.approx(count["revenue"] / count["won"])
    days = [
        (deal["closed_at"] - deal["created_at"]).days
        for deal in rows["deal"]
        if deal["status"] == "won" and deal["closed_at"].date() <= AS_OF
    ]
    cycle = one(found, "deal_cycle_median")
    assert (cycle.value, cycle.n) == (median(days), len(days))


@pytest.mark.parametrize(
    "period", [*PERIODS.values(), parse_period("2026-08-20..2026-11-05")], ids=lambda p: p.name
)
@pytest.mark.parametrize("by", [("manager",), ("channel",), ("month",), ("week", "manager"), ()])
def test_cycles_agree_with_a_naive_median(rows, ask, period, by):
    leads = {lead["lead_id"]: lead for lead in rows["lead"]}
    expected = {}
    for deal in rows["deal"]:
        if deal["status"] == "won" and inside(period, deal["closed_at"].date()):
            row = {**deal, "channel": leads[deal["lead_id"]]["channel"]}
            key = tuple(BY[each](row, deal["closed_at"].date()) for each in by)
            days = (deal["closed_at"] - deal["created_at"]).days
            expected.setdefault(key, []).append(days)
    enough = {key: median(days) for key, days in expected.items() if len(days) >= 10}
    found = table(ask(period, by), "deal_cycle_median")
    assert {key: m.value for key, m in found.items() if m.value is not None} == enough
    few = {key for key, days in expected.items() if len(days) < 10}
    assert {key for key, m in found.items() if m.reason == "too_few"} == few


def test_only_mature_leads_say_how_well_people_sell(rows, ask):
    found = ask()
    p75 = one(found, "deal_cycle_p75").value
    last = AS_OF - timedelta(days=-int(-p75 // 1))
    won = {d["lead_id"] for d in rows["deal"] if d["status"] == "won"}
    mature = [
        lead for lead in rows["lead"]
        if lead["is_target"] and not lead["is_spam"] and lead["verdict_at"].date() <= last
    ]  # fmt: skip
    conversion = one(found, "manager_conversion")
    assert conversion.n == len(mature)
    assert conversion.value == pytest.approx(
        sum(lead["lead_id"] in won for lead in mature) / len(mature)
    )
    rates = []
    for name in ("Anna", "Boris"):
        own = [lead["lead_id"] in won for lead in mature if lead["manager"] == name]
        rates.append(sum(own) / len(own))
    assert one(found, "conversion_max").value == pytest.approx(max(rates))
    assert one(found, "conversion_min").value == pytest.approx(min(rates))
    assert one(found, "conversion_median").value == pytest.approx(median(rates))
    assert one(found, "conversion_max").basis == "cohort"


def test_the_best_and_the_lowest_are_named_only_if_people_may_be(ask):
    assert one(ask(), "conversion_max").by == {}
    named = {
        one(ask(names="full"), name).by["manager"] for name in ("conversion_max", "conversion_min")
    }
    assert named == {"Anna", "Boris"}


def test_deals_alone_tell_of_no_leads_no_channels_and_no_amounts(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    day = moment(date(2026, 11, 2))
    deals = [
        {
            "deal_id": "1",
            "status": "won",
            "created_at": day,
            "closed_at": day,
            "amount": Decimal(5),
        },
        {"deal_id": "2", "status": "open", "created_at": day},
    ]
    store.take(Pages(page("deal", deals)), now=NOW)
    found = compute(store.connection, period=None, as_of=AS_OF, currency="RUB")
    store.close()
    for name in ("leads", "won_cohort", "spend", "revenue_sourced", "deals_owned", "pipeline_open"):
        assert (one(found, name).value, one(found, name).reason) == (None, "no_data"), name
    assert one(found, "revenue").value == 5


def test_leads_alone_tell_of_no_deals(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    lead = {"lead_id": "1", "created_at": moment(date(2026, 11, 2))}
    store.take(Pages(page("lead", [lead])), now=NOW)
    found = compute(store.connection, period=None, as_of=AS_OF, currency="RUB")
    store.close()
    for name in ("won_cohort", "lead_conversion", "won", "customers", "open_deals", "revenue"):
        assert (one(found, name).value, one(found, name).reason) == (None, "no_data"), name
    assert one(found, "leads").value == 1


def test_leads_just_qualified_are_immature(ask):
    last_days = parse_period("2026-11-09..2026-11-11")
    found = one(ask(last_days), "manager_conversion")
    assert (found.value, found.reason) == (None, "immature")


def test_pace_is_of_the_month_by_working_days(rows, ask):
    found = ask()
    fact = sum(naive(rows, month(AS_OF), ())["revenue"].values())
    assert one(found, "run_rate").period == "2026-11"
    assert one(found, "run_rate").value == pytest.approx(float(fact) / 9 * 20 / 300_000)
    assert one(found, "plan_gap").value == 300_000 - fact
    assert one(ask(pace_mode="calendar"), "pace_per_day").value == pytest.approx(fact / 13)
    people = table(ask(by=("manager",)), "plan_attainment")
    assert people["Boris",].reason == "no_plan"
    own = naive(rows, month(AS_OF), ("manager",))["revenue"]["Anna",]
    assert people["Anna",].value == pytest.approx(float(own) / 100_000)
    half = ask(parse_period("2026-11-01..2026-11-15"))
    assert one(half, "plan_attainment").value == pytest.approx(float(fact) / 135_000)


def test_the_customers_example(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    verdicts = ([True] * 90) + ([False] * 40)
    leads = [
        {"lead_id": str(number), "created_at": moment(date(2026, 11, 2)), "is_target": verdict}
        for number, verdict in enumerate(verdicts)
    ]
    store.take(Pages(page("lead", leads)), now=NOW)
    store.apply(Decisions(plan=[(date(2026, 11, 1), "qualified", "both", None, 100.0)]))
    found = compute(store.connection, period=None, as_of=AS_OF, currency="RUB")
    store.close()
    share, attained = one(found, "qualified_share"), one(found, "plan_attainment")
    assert round(share.value, 4) == 0.6923
    assert (round(share.low, 4), round(share.high, 4)) == (0.6084, 0.7652)
    assert attained.value == 0.9
    assert one(found, "plan_gap").unit == "count"


def test_without_by_there_is_one_row_for_everything(ask):
    found = ask()
    assert [metric.metric for metric in found] == list(METRICS)
    assert all(not metric.by for metric in found)


@pytest.mark.parametrize("by", [(), ("channel",), ("day",)], ids=",".join)
def test_unknown_comes_with_a_reason_and_known_without(ask, by):
    for metric in [
        *ask(by=by),
        *ask(parse_period("2030-01"), by),
        *ask(parse_period("2020-01"), by),
    ]:
        assert (metric.value is None) == (metric.reason in REASONS), metric


def test_a_period_to_come_has_not_started(ask):
    assert one(ask(parse_period("2026-12")), "leads").reason == "period_not_started"
    assert one(ask(parse_period("2020-01")), "leads").reason == "no_data"


def test_a_channel_without_spend_costs_an_unknown_sum(ask):
    found = table(ask(by=("channel",)), "customer_cost")
    assert found["seo",].reason == "no_data"
    assert found["vk",].value is not None
    assert table(ask(by=("manager",)), "spend")["Anna",].reason == "unmapped"


def test_an_empty_store_knows_nothing_and_fails_nowhere(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    found = compute(store.connection, period=None, as_of=AS_OF, currency="RUB")
    store.close()
    assert all(
        metric.value is None
        for metric in found
        if metric.metric not in {"known_stage_share", "unknown_index", "plan_and_freshness",
                                 "shared_goal_configured"}
    )  # fmt: skip
    assert one(found, "unknown_index").value == 1


def test_an_export_of_won_deals_alone_has_no_close_rate(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    won = [{"deal_id": "1", "status": "won", "manager": "Anna"}]
    store.take(Pages(page("deal", won)), now=NOW)
    found = compute(store.connection, period=None, as_of=AS_OF, currency="RUB")
    store.close()
    assert one(found, "won").value == 1
    for name in ("lost", "close_rate", "revenue", "conversion_max"):
        assert (one(found, name).value, one(found, name).reason) == (None, "no_data"), name


def test_money_without_a_rate_is_no_money(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    day = moment(date(2026, 11, 2))
    deals = [
        {
            "deal_id": str(n),
            "status": "won",
            "closed_at": day,
            "amount": Decimal(5),
            "currency": code,
        }
        for n, code in enumerate(("RUB", "USD"))
    ]
    store.take(Pages(page("deal", deals)), now=NOW)
    found = compute(store.connection, period=None, as_of=AS_OF, currency="RUB")
    assert one(found, "revenue").reason == "no_fx"
    assert one(found, "average_deal").reason == "no_fx"
    store.apply(Decisions(fx=[(date(2026, 11, 1), "USD", 80.0)]))
    found = compute(store.connection, period=None, as_of=AS_OF, currency="RUB")
    store.close()
    assert one(found, "revenue").value == Decimal(405)


def test_by_must_be_something_known(ask):
    with pytest.raises(FixConfig, match="unknown_dimension"):
        ask(by=("colour",))
    with pytest.raises(FixConfig, match="period_wrong"):
        parse_period("2026-13")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", METRICS)
def test_everything_is_explained(metric, language):
    found = explain(metric, load(language))
    assert found.name
    assert found.words.endswith(".")
    assert found.unit


def test_an_unknown_metric_suggests_its_like():
    with pytest.raises(FixConfig) as refused:
        explain("qualifed_share", load("en"))
    assert "qualified_share" in refused.value.parts["near"]
