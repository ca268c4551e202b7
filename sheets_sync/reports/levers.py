"""Levers: what a step of each factor brings in money, of what the month can still bring.

A lead of tomorrow has to come and to close before the month ends; deals that are open anyway go
on closing every day. So more or better leads count only as far as the cycle lets them, while
conversion, deal size and the cost of customers act on all the days left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from formulas.cycle import MIN_DEALS
from formulas.lever import closing_in_time
from sheets_sync.calendars import month_start, next_month
from sheets_sync.reports import bottleneck, channels, managers, quality_share
from sheets_sync.reports.ground import BEGINNING, Found, Ground, compute, number

FEW_CUSTOMERS = 5


@dataclass(frozen=True, slots=True)
class Month:
    """The month that a change of today can still reach, and the days that are left of it."""

    first: date
    days: int
    days_left: int

    @property
    def part_left(self) -> float:
        """The part of the month that is still to come."""
        return self.days_left / self.days


def month_ahead(as_of: date) -> Month:
    """Return the month of the day after: on the last day of a month it is the next one.

    >>> month_ahead(date(2026, 11, 24)).days_left, month_ahead(date(2026, 11, 30)).days_left
    (6, 31)
    """
    tomorrow = as_of + timedelta(days=1)
    end = next_month(tomorrow)
    first = month_start(tomorrow)
    return Month(first, (end - first).days, (end - tomorrow).days)


@dataclass(frozen=True, slots=True)
class Best:
    """The best channel or seller with enough behind it; people go unnamed unless set so."""

    value: float
    n: int
    kind: str  # channel, manager
    name: str | None


@dataclass(frozen=True, slots=True)
class Lever:
    """A factor: what it is now, what it should be, and what the best has."""

    id: str
    now: float | None
    n: int | None
    norm: float | None
    best: Best | None
    in_time: float | None


def report(ground: Ground) -> list[Found]:
    """Return the five levers, the one with the largest effect within reach first."""
    month = summary(ground)[0]
    rows = [_row(lever, month) for lever in _levers(ground)]
    return sorted(rows, key=_order)


def summary(ground: Ground) -> list[Found]:
    """Return the month that is looked at, and what it brings at today's rates, in one row."""
    month = month_ahead(ground.as_of)
    known = {lever.id: lever.now for lever in _levers(ground)}
    cost = channels.cost(ground, ground.recent.first, ground.as_of)
    return [{
        "month": month.first,
        "days": month.days,
        "days_left": month.days_left,
        "month_spend": _a_month(ground, cost.spend, month),
        "month_revenue": compute(
            "month_revenue", **{name: known[name] for name in FACTORS}
        ),
    }]  # fmt: skip


FACTORS = ("leads", "qualified_share", "conversion", "average_deal")


def _row(lever: Lever, month: Found) -> Found:
    best = lever.best
    effects = EFFECTS[lever.id](lever, month, (lever.norm, best.value if best else None))
    return {
        "lever": lever.id,
        "now": lever.now,
        "n": lever.n,
        "norm": lever.norm,
        "best": best and best.value,
        "best_n": best and best.n,
        "best_kind": best and best.kind,
        "best_name": best and best.name,
        "in_time": lever.in_time,
        **dict(zip(("effect_step", "effect_norm", "effect_best"), effects, strict=True)),
    }


Effects = tuple[float | None, float | None, float | None]
Targets = tuple[float | None, float | None]


def _of_share(lever: Lever, month: Found, targets: Targets) -> Effects:
    revenue = month["month_revenue"]
    step = compute("lever_point", month_revenue=revenue, now=lever.now, in_time=lever.in_time)
    return step, *_gains(lever, month, targets)


def _of_amount(lever: Lever, month: Found, targets: Targets) -> Effects:
    step = compute("lever_percent", amount=month["month_revenue"], in_time=lever.in_time)
    return step, *_gains(lever, month, targets)


def _gains(lever: Lever, month: Found, targets: Targets) -> tuple[float | None, float | None]:
    norm, best = (
        compute(
            "lever_gain",
            month_revenue=month["month_revenue"],
            now=lever.now,
            target=target,
            in_time=lever.in_time,
        )
        for target in targets
    )
    return norm, best


def _of_cost(lever: Lever, month: Found, targets: Targets) -> Effects:
    spend = month["month_spend"] if lever.now is not None else None
    norm, best = (
        compute("lever_saving", spend=spend, now=lever.now, target=target, in_time=lever.in_time)
        for target in targets
    )
    return compute("lever_percent", amount=spend, in_time=lever.in_time), norm, best


EFFECTS: Mapping[str, Callable[[Lever, Found, Targets], Effects]] = {
    "leads": _of_amount,
    "qualified_share": _of_share,
    "conversion": _of_share,
    "average_deal": _of_amount,
    "customer_cost": _of_cost,
}


def _order(row: Found) -> tuple[bool, float, float]:
    reachable = max(row["effect_norm"] or 0.0, row["effect_best"] or 0.0)
    step = row["effect_step"]
    return step is None, -reachable, -(step or 0.0)


def _levers(ground: Ground) -> tuple[Lever, ...]:
    month = month_ahead(ground.as_of)
    new, old = _new_in_time(ground, month), month.part_left
    seen = bottleneck.view(ground)
    team = managers.team(ground, ground.as_of)
    is_cohort = team.basis == "cohort" and team.reason is None
    judged, qualified = _judged(seen)
    cost = channels.cost(ground, ground.recent.first, ground.as_of)
    return (
        Lever("leads", _a_month(ground, cost.leads or None, month), cost.leads or None,
              _needed_leads(ground), None, new),
        Lever("qualified_share", qualified / judged if judged else None, judged or None,
              seen.share_limit, _best_share(ground, seen), new),
        Lever("conversion", team.share if is_cohort else None, team.n if is_cohort else None,
              seen.conversion_limit, _best_seller(ground, team) if is_cohort else None, old),
        Lever("average_deal", ground.average_deal, None, None, _best_deal(ground), old),
        Lever("customer_cost", cost.customer_cost[0], cost.customers, ground.limit,
              _best_cost(ground), old),
    )  # fmt: skip


def _judged(seen: bottleneck.View) -> tuple[int, int]:
    return sum(n for _, n in seen.shares.values()), sum(k for k, _ in seen.shares.values())


def _a_month(ground: Ground, amount: float | None, month: Month) -> float | None:
    """Scale what came in the days that are looked at to the length of the month."""
    found = ground.row("select min(created_on) as first from leads_now")
    first = max(ground.recent.first, found["first"] or ground.recent.first)
    days = (ground.as_of - first).days + 1
    return None if amount is None or days <= 0 else amount / days * month.days


def _new_in_time(ground: Ground, month: Month) -> float | None:
    """Return the part of the month's leads that can still come and close; None if unknown."""
    found: list[Found] = []
    for first in (ground.year.first, BEGINNING):
        sql = """
            select days, count(*) as n from cycles
            where won_on between $first and $as_of group by days
            """
        found = ground.rows(sql, first=first)
        if sum(row["n"] for row in found) >= MIN_DEALS:
            break
    n = sum(row["n"] for row in found)
    if n < MIN_DEALS:
        return None
    shares = [
        sum(row["n"] for row in found if row["days"] <= day) / n for day in range(month.days_left)
    ]
    return closing_in_time(month.days_left, month.days, shares)


def _needed_leads(ground: Ground) -> float | None:
    """Return the leads that the month was planned to bring, or that its plan of money takes."""
    sql = "select value from plan where month = $month and metric = 'leads' and scope = 'company'"
    typed = ground.rows(sql, month=month_start(ground.as_of))
    return typed[0]["value"] if typed else number(ground.told["needed_leads"].value)


def _best_share(ground: Ground, seen: bottleneck.View) -> Best | None:
    is_spam_counted = bool(ground.settings["spam_counts"])
    found = [
        Best(good / n, n, "channel", row["channel"])
        for row in ground.rows(channels.LEADS)
        for good, n in [quality_share.judged(row, is_spam_counted=is_spam_counted)]
        if row["channel"] and n >= ground.n_min and row["key"] in seen.shares
    ]
    return max(found, key=lambda best: best.value, default=None)


def _best_seller(ground: Ground, team: managers.Team) -> Best | None:
    is_named = ground.settings["names"] == "full"
    found = [
        Best(person.rate, person.n, "manager", person.name if is_named else None)
        for person in team.ranked
        if person.rate is not None
    ]
    return max(found, key=lambda best: best.value, default=None) if len(found) > 1 else None


def _best_deal(ground: Ground) -> Best | None:
    sql = """
        select manager, count(amount_base) as n,
            cast(sum(amount_base) as double) / count(amount_base) as value
        from deals_now
        where status = 'won' and won_on between $year and $as_of and manager is not null
            and amount_base > 0
        group by manager
        """
    is_named = ground.settings["names"] == "full"
    found = [
        Best(row["value"], row["n"], "manager", ground.name(row["manager"]) if is_named else None)
        for row in ground.rows(sql)
        if row["n"] >= ground.n_min
    ]
    return max(found, key=lambda best: best.value, default=None) if len(found) > 1 else None


def _best_cost(ground: Ground) -> Best | None:
    spend = {row["key"]: row["spend"] for row in ground.rows(channels.SPEND)}
    found = [
        Best(spend[row["key"]] / row["customers"], row["customers"], "channel", row["channel"])
        for row in ground.rows(channels.SALES[channels.method(ground)])
        if spend.get(row["key"]) and row["channel"] and row["customers"] >= FEW_CUSTOMERS
    ]
    return min(found, key=lambda best: best.value, default=None)
