"""The reports against the same numbers counted slowly in Python, on random rows with holes."""

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles

import holidays
import pytest

from formulas.interval import wilson
from tests.reports.conftest import AS_OF

PEOPLE = ("Анна Королёва", "Игорь Лебедев", "Олег Ершов", None)
CHANNELS = ("Авито", "Директ", "VK", None)
STAGES = {"open": ("Целевая", "Предложение", "Счёт"), "won": ("Оплачена",), "lost": ("Проиграна",)}
NOON = 9  # UTC; the same day in Moscow


def at(day: date | None) -> datetime | None:
    return day and datetime(day.year, day.month, day.day, NOON, tzinfo=UTC)


def random_rows(seed: int, slowness: int) -> tuple[list[dict], list[dict], list[dict]]:
    chance = random.Random(seed)  # noqa: S311  (it has to repeat itself)
    leads, deals = [], []
    for n in range(1500):
        created = AS_OF - timedelta(days=chance.randrange(420))
        judged = min(created + timedelta(days=chance.randrange(4)), AS_OF)
        target = chance.choice((True, True, False, None))
        person, channel = chance.choice(PEOPLE), chance.choice(CHANNELS)
        is_dealt = target is True and chance.random() < 0.9
        leads.append({
            "lead_id": f"L{n:04}",
            "created_at": at(created),
            "manager": person,
            "channel": channel,
            "is_target": target,
            "is_spam": target is False and chance.random() < 0.2,
            "verdict_at": at(judged) if target is not None else None,
            "deal_id": f"D{n:04}" if is_dealt else None,
        })  # fmt: skip
        if is_dealt:
            closed = judged + timedelta(days=chance.randrange(slowness))
            status = chance.choice(("won", "lost", "lost", "open")) if closed <= AS_OF else "open"
            deals.append({
                "deal_id": f"D{n:04}",
                "lead_id": f"L{n:04}",
                "created_at": at(judged),
                "closed_at": at(closed) if status != "open" else None,
                "status": status,
                "stage": chance.choice(STAGES[status]),
                "amount": chance.choice((None, 100, 250, 70)) if status == "open"
                          else chance.randrange(50, 300),
                "manager": person,
                "expected_close": chance.choice((None, AS_OF + timedelta(days=5),
                                                 AS_OF - timedelta(days=5))),
            })  # fmt: skip
    spend = [
        {
            "row_id": str(n),
            "day": AS_OF - timedelta(days=chance.randrange(420)),
            "channel": chance.choice(("Авито", "Директ", None)),
            "campaign": "c",
            "cost": chance.randrange(0, 500),
            "currency": "RUB",
        }
        for n in range(300)
    ]
    return leads, deals, spend


class Naive:
    """The same rows, with dates."""

    def __init__(self, rows):
        self.leads, self.deals, self.spend = rows
        self.deal = {row["lead_id"]: row for row in self.deals}
        for row in self.leads:
            row["day"] = row["created_at"].date()
            row["verdict"] = (
                "spam" if row["is_spam"]
                else {True: "qualified", False: "unqualified", None: "pending"}[row["is_target"]]
            )  # fmt: skip
        for row in self.deals:
            row["start"] = row["created_at"].date()
            row["end"] = row["closed_at"] and row["closed_at"].date()

    def between(self, days: int, last: date = AS_OF):
        first = last - timedelta(days=days - 1)
        return [row for row in self.leads if first <= row["day"] <= last]

    def won(self, days: int):
        first = AS_OF - timedelta(days=days - 1)
        return [d for d in self.deals if d["status"] == "won" and d["end"] >= first]

    def channel(self, deal):
        return next(row["channel"] for row in self.leads if row["lead_id"] == deal["lead_id"])

    @property
    def cycles(self):
        return sorted(d for row in self.won(365) if (d := (row["end"] - row["start"]).days) > 0)


@pytest.fixture(scope="module", params=[(1, 20), (2, 90), (3, 50)], ids=str)
def pair(request, build):
    rows = random_rows(*request.param)
    plan = [(date(2026, 11, 1), "revenue", "company", None, 20_000.0)]
    case = build(lead=rows[0], deal=rows[1], ad_spend=rows[2], plan=plan)
    return case.tables(names="full", margin_share=0.5), Naive(rows)


def row_of(tables, name, **key):
    [found] = [row for row in tables[name] if key.items() <= row.items()]
    return found


def test_totals(pair):
    tables, naive = pair
    one, verdicts = tables["one"][0], Counter(row["verdict"] for row in naive.leads)
    assert {name: one[name] for name in verdicts} == dict(verdicts)
    states = Counter(row["status"] for row in naive.deals)
    assert (one["won"], one["lost"], one["open"]) == (states["won"], states["lost"], states["open"])
    assert one["revenue"] == sum(row["amount"] for row in naive.deals if row["status"] == "won")
    assert one["spend"] == sum(row["cost"] for row in naive.spend)


def test_cycle(pair):
    tables, naive = pair
    cover, cycles = tables["cover"][0], naive.cycles
    quarters = quantiles(cycles, n=4, method="inclusive")
    assert (cover["cycle_median"], cover["cycle_p75"]) == (quarters[1], quarters[2])
    assert cover["cycle_n"] == len(cycles)


def test_channels(pair):
    tables, naive = pair
    median = tables["cover"][0]["cycle_median"]
    recent = naive.between(90)
    for name in CHANNELS:
        found = row_of(tables, "channels", channel=name)
        own = [row for row in recent if row["channel"] == name]
        verdicts = Counter(row["verdict"] for row in own)
        assert found["leads"] == len(own)
        for verdict in ("qualified", "unqualified", "spam", "pending"):
            assert found[verdict] == verdicts[verdict]
        costs = [row["cost"] for row in naive.spend if row["channel"] == name
                 and row["day"] > AS_OF - timedelta(days=90)]  # fmt: skip
        assert found["spend"] == (sum(costs) if costs else None)
        ids = {row["lead_id"] for row in own}
        if median > 30:
            sold = [d for d in naive.deals if d["status"] == "won" and d["lead_id"] in ids]
        else:
            sold = [d for d in naive.won(90) if naive.channel(d) == name]
        assert (found["won"], found["customers"]) == (len(sold), len(sold))
        assert found["revenue"] == sum(d["amount"] for d in sold)
        judged = len(own) - verdicts["pending"]
        assert found["share_low"] == wilson(verdicts["qualified"], judged).low


def test_managers(pair):
    tables, naive = pair
    p75 = tables["cover"][0]["cycle_p75"]
    last = AS_OF - timedelta(days=-int(-p75 // 1))
    first = AS_OF - timedelta(days=364)
    n, won = Counter(), Counter()
    for lead in naive.leads:
        if lead["verdict"] == "qualified" and first <= lead["verdict_at"].date() <= last:
            n[lead["manager"]] += 1
            deal = naive.deal.get(lead["lead_id"])
            won[lead["manager"]] += deal is not None and deal["status"] == "won"
    for person in PEOPLE:
        found = row_of(tables, "managers", manager=person)
        assert (found["n"], found["won"]) == (n[person], won[person])
        assert found["is_ranked"] == (person is not None and n[person] >= 20)
    tile = tables["five"][2]
    assert tile["value"] == sum(won.values()) / sum(n.values())
    best = max(PEOPLE[:3], key=lambda person: won[person] / n[person])
    assert (tile["best_name"], tile["best_won"], tile["best_n"]) == (best, won[best], n[best])


def test_weeks_and_share(pair):
    tables, naive = pair
    by_week = defaultdict(Counter)
    for lead in naive.leads:
        year, week, _ = lead["day"].isocalendar()
        by_week[f"{year}-W{week:02}"][lead["verdict"]] += 1
    assert len(tables["weeks"]) == 26
    for row in tables["weeks"]:
        counted = by_week[row["week"]]
        assert {name: row[name] for name in ("qualified", "unqualified", "spam", "pending")} == {
            name: counted[name] for name in ("qualified", "unqualified", "spam", "pending")
        }
    tile, newest = tables["five"][3], by_week["2026-W47"]
    judged = newest["qualified"] + newest["unqualified"] + newest["spam"]
    if judged >= 20:
        assert (tile["window"], tile["value"]) == ("week", newest["qualified"] / judged)
    else:
        four = Counter(row["verdict"] for row in naive.between(28))
        judged = sum(four.values()) - four["pending"]
        assert (tile["window"], tile["value"]) == ("4 weeks", four["qualified"] / judged)


def test_months(pair):
    tables, naive = pair
    assert [row["month"] for row in tables["months"]][-1] == date(2026, 11, 1)
    for row in tables["months"][1:]:
        month = (row["month"].year, row["month"].month)
        won = [d for d in naive.deals if d["status"] == "won" and (d["end"].year, d["end"].month)
               == month]  # fmt: skip
        assert row["won"] == len(won)
        assert row["revenue"] == sum(d["amount"] for d in won)
        leads = [row for row in naive.leads if (row["day"].year, row["day"].month) == month]
        assert row["leads"] == len(leads)


def test_pace(pair):
    tables, naive = pair
    official = holidays.country_holidays("RU", years=2026)
    worked = [
        day
        for n in range(30)
        if (day := date(2026, 11, 1) + timedelta(days=n)) in official.weekend_workdays
        or (day.weekday() < 5 and day not in official)
    ]
    elapsed = sum(day <= AS_OF for day in worked)
    fact = sum(d["amount"] for d in naive.won(22))
    tile = tables["five"][0]
    assert (tile["elapsed"], tile["total"], tile["fact"]) == (elapsed, len(worked), fact)
    assert tile["value"] == pytest.approx(fact / elapsed * len(worked) / 20_000)
    days = [row for row in tables["pace_daily"] if row["metric"] == "revenue"]
    assert days[21]["fact"] == fact
    assert days[22]["fact"] is None
    assert days[20]["forecast"] is None
    assert days[-1]["forecast"] == pytest.approx(tile["forecast"])
    assert days[-1]["plan"] == 20_000


def test_pipeline(pair):
    tables, naive = pair
    still_open = [row for row in naive.deals if row["status"] == "open"]
    stages = Counter(row["stage"] for row in still_open)
    assert {row["stage"]: row["count"] for row in tables["pipeline"]} == dict(stages)
    cover = tables["cover"][0]
    assert cover["open_count"] == len(still_open)
    assert cover["without_amount"] == sum(row["amount"] is None for row in still_open)
    usual = timedelta(days=round(cover["cycle_median"]))
    due = [
        (row["expected_close"] or row["start"] + usual, row["amount"] or 0) for row in still_open
    ]
    assert cover["overdue"] == sum(day < AS_OF for day, _ in due)
    assert cover["open_amount"] == sum(
        amount for day, amount in due if AS_OF <= day < date(2026, 12, 1)
    )
    assert {row["why"] for row in tables["stuck"]} <= {"overdue", "stuck", "no_amount"}


def test_cost(pair):
    tables, naive = pair
    tile = tables["five"][4]
    spend = sum(row["cost"] for row in naive.spend if row["day"] > AS_OF - timedelta(days=90))
    customers = len(naive.won(90))
    assert (tile["spend"], tile["customers"]) == (spend, customers)
    assert tile["value"] == spend / customers
    year = naive.won(365)
    average = sum(row["amount"] for row in year) / len(year)
    assert tile["limit"] == pytest.approx(average * 0.5 * 0.3)
    over = tile["value"] / tile["limit"]
    assert tile["status"] == ("good" if over <= 1 else "warn" if over <= 1.2 else "bad")
