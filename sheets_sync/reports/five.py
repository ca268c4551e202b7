"""The five statistics: value, norm, the number a period earlier, colour, and what they rest on."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from formulas.interval import wilson
from sheets_sync.reports import channels, managers, pace, pipeline, quality_share
from sheets_sync.reports.ground import BEGINNING, Found, Ground, compute, why
from templates.tab import Status

ON_PLAN, NEAR_PLAN = 1.0, 0.9
NEAR_COVERAGE = 0.8
OVER_LIMIT = 1.2
EARLY_DAYS = 3
WEEK = timedelta(days=7)


def report(ground: Ground) -> list[Found]:
    """Return the five statistics, in the order of the overview."""
    return on(ground, ground.as_of)


def on(ground: Ground, day: date) -> list[Found]:
    """Return the five statistics as of the end of a day, as far as that can still be told."""
    return [make(ground, day) for make in MAKERS]


def month_back(day: date) -> date:
    """Return the same day a month earlier, or that month's last.

    >>> month_back(date(2026, 3, 31))
    datetime.date(2026, 2, 28)
    """
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _rising(value: float | None, good: float | None, warn: float | None) -> Status:
    """Colour a number that should be high."""
    if value is None or good is None or warn is None:
        return Status.UNKNOWN
    return Status.GOOD if value >= good else Status.WARN if value >= warn else Status.BAD


def _pace_metric(ground: Ground, day: date) -> str:
    """Choose what the pace is of: revenue, unless only leads are planned or known."""
    revenue, qualified = (pace.pace(ground, metric, day) for metric in pace.METRICS)
    is_qualified = (revenue.plan is None and qualified.plan is not None) or (
        revenue.fact is None and qualified.fact is not None
    )
    return qualified.metric if is_qualified else revenue.metric


def run_rate(ground: Ground, day: date) -> Found:
    """Return the pace to the month's plan."""
    metric = _pace_metric(ground, day)
    now, before = (pace.pace(ground, metric, each) for each in (day, day - WEEK))
    value, reason = _run_rate(now)
    elapsed, total = now.days.elapsed, now.days.total
    plan_gap = compute("plan_gap", plan=now.plan, fact=now.fact)
    is_early = elapsed <= EARLY_DAYS
    return {
        "id": "run_rate",
        "value": value,
        "kind": "share",
        "reason": reason,
        "low": ON_PLAN,
        "high": None,
        "n": now.n,
        "previous": _run_rate(before)[0],
        "previous_period": "week",
        "status": Status.UNKNOWN if is_early else _rising(value, ON_PLAN, NEAR_PLAN),
        "basis": "too_early" if is_early and value is not None else None,
        "metric": metric,
        "fact": now.fact,
        "plan": now.plan,
        "forecast": compute("forecast", fact=now.fact, elapsed=elapsed, total=total),
        "need_per_day": compute("need_per_day", plan=now.plan, fact=now.fact, elapsed=elapsed,
                                total=total),
        "pace_per_day": compute("pace_per_day", fact=now.fact, elapsed=elapsed),
        "elapsed": elapsed,
        "total": total,
        "plan_gap": plan_gap,
    }  # fmt: skip


def _run_rate(now: pace.Pace) -> tuple[float | None, str | None]:
    if now.fact is None:
        return None, "no_data"
    if not now.plan:
        return None, "no_plan"
    if not now.days.elapsed:
        return None, "period_not_started"
    return why(
        "run_rate", fact=now.fact, elapsed=now.days.elapsed, total=now.days.total, plan=now.plan
    )


def coverage(ground: Ground, day: date) -> Found:
    """Return how far the open deals of the month cover what is left of its plan."""
    now, before = (pipeline.cover(ground, each) for each in (day, day - WEEK))
    required = now.required
    is_met = now.remaining is not None and now.remaining <= 0
    status = _rising(now.coverage, required, required and NEAR_COVERAGE * required)
    return {
        "id": "coverage_raw",
        "value": now.coverage,
        "kind": "ratio",
        "reason": now.reason,
        "low": required,
        "high": None,
        "n": now.n,
        "previous": before.coverage,
        "previous_period": "week",
        "status": Status.GOOD if is_met else status,
        "basis": "plan_met" if is_met else None,
        "open_amount": now.open_amount,
        "weighted": now.weighted,
        "remaining": now.remaining,
        "win_rate": now.win_rate,
        "win_rate_n": now.win_rate_n,
        "required": required,
        "short_open": now.short_open,
    }


def conversion(ground: Ground, day: date) -> Found:
    """Return the department's conversion, with its best and lowest seller."""
    team = managers.team(ground, day)
    before = managers.team(ground, month_back(day), team.basis)
    ranked = sorted(team.ranked, key=lambda person: (person.rate or 0, person.n))
    lowest, best = (
        (ranked[0], ranked[-1]) if len(ranked) > 1 else (None, ranked[0] if ranked else None)
    )
    is_named = ground.settings["names"] == "full"
    is_proven = lowest is not None and team.is_below(lowest)
    norm = ground.norm("manager_conversion", day).low
    status = (
        Status.BAD if norm is not None and team.share is not None and team.share < norm
        else Status.WARN if is_proven
        else Status.GOOD if len(ranked) > 1
        else Status.UNKNOWN
    )  # fmt: skip
    return {
        "id": "manager_conversion",
        "value": team.share,
        "kind": "share",
        "reason": team.reason,
        "low": norm,
        "high": None,
        "n": team.n,
        "previous": before.share,
        "previous_period": "month",
        "status": status,
        "basis": "close_rate" if team.basis == "closed" else None,
        "is_proven": is_proven,
        "median": team.median,
        "window": ground.year.id,
        **_person("best", best, is_named=is_named),
        **_person("worst", lowest, is_named=is_named),
    }


def _person(place: str, person: managers.Person | None, *, is_named: bool) -> Found:
    return {
        place: person and person.rate,
        f"{place}_name": person.name if person and is_named else None,
        f"{place}_won": person and person.won,
        f"{place}_n": person and person.n,
    }


def qualified_share(ground: Ground, day: date) -> Found:
    """Return the share of qualified leads against the firm's own band."""
    now, before = quality_share.newest(ground, day)
    value = now.share
    band = quality_share.band(ground, now)
    interval = wilson(now.qualified, now.judged)
    is_little = now.judged < quality_share.enough_on(ground, day)
    reason = "no_data" if not now.judged else "too_few" if is_little else None
    status = _banded(value, (band.low, band.high)) if reason is None else Status.UNKNOWN
    is_judged, has_leads = ground.knows("qualified"), ground.knows("leads")
    return {
        "id": "qualified_share",
        "value": value,
        "kind": "share",
        "reason": reason,
        "low": band.low,
        "high": band.high,
        "n": now.judged if is_judged else None,
        "previous": before.share,
        "previous_period": "week" if now.window == "week" else "month",
        "status": status,
        "basis": None,
        "qualified": now.qualified if is_judged else None,
        "judged": now.judged if is_judged else None,
        "pending": now.pending if has_leads else None,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "window": now.window,
    }


def _banded(value: float | None, band: Sequence[float | None]) -> Status:
    low, high = band
    if value is None or low is None or high is None:
        return Status.UNKNOWN
    return Status.BAD if value < low else Status.TOO_GOOD if value > high else Status.GOOD


def customer_cost(ground: Ground, day: date) -> Found:
    """Return what a new customer of the last three months cost in advertising."""
    is_whole, length = ground.recent.id == "all", ground.as_of - ground.recent.first
    now, before = (
        channels.cost(ground, BEGINNING if is_whole else last - length, last)
        for last in (day, month_back(day))
    )
    value, reason = now.customer_cost
    limit = ground.limit
    is_over = value is None or limit is None
    status = (
        Status.UNKNOWN if is_over
        else Status.GOOD if value <= limit  # type: ignore[operator]
        else Status.WARN if value <= OVER_LIMIT * limit  # type: ignore[operator]
        else Status.BAD
    )  # fmt: skip
    return {
        "id": "customer_cost",
        "value": value,
        "kind": "money",
        "reason": reason,
        "low": None,
        "high": limit,
        "n": now.customers,
        "previous": before.customer_cost[0],
        "previous_period": "month",
        "status": status,
        "basis": "no_customers" if now.spend and now.customers == 0 else None,
        "spend": now.spend,
        "customers": now.customers,
        "leads": now.leads if ground.knows("leads") else None,
        "limit": limit,
        "period": ground.recent.id,
    }


MAKERS = (run_rate, coverage, conversion, qualified_share, customer_cost)
