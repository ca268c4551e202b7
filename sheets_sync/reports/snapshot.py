"""What is known of a week when it is over: kept once, so that nobody argues about it later.

A week is frozen by the first sync after its Sunday, as it looked on that Sunday. Set-up freezes the
baseline, and looks back so that trends do not begin empty: those rows say so in their reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from formulas.interval import wilson
from sheets_sync.calendars import week_name, week_start
from sheets_sync.reports import (
    channels,
    five,
    funnel,
    minutes,
    pace,
    quality_share,
    results,
    rounds,
    trend,
)
from sheets_sync.reports.ground import Found, Ground, compute

BASELINE = "baseline"
COMPANY = "company"
LOOKS_BACK = 8  # weeks before set-up
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Moment:
    """A week to be frozen, its last day, and whether it was over before set-up."""

    week: str
    day: date
    is_looked_back: bool = False


def frozen(ground: Ground) -> list[Found]:
    """Return the rows of the weeks that are over and not frozen yet, oldest first."""
    moments = due(ground)
    if not moments and BASELINE not in {row["week"] for row in ground.history}:
        return []
    on_time = {moment.week for moment in moments if not moment.is_looked_back}
    rows = [row for moment in moments for row in _rows(ground, moment)]
    rows += [{**row, "fact_basis": ground.fact_basis} for row in trend.frozen(ground, on_time)]
    return sorted(rows, key=lambda row: (row["week"] != BASELINE, row["week"]))


def report(ground: Ground) -> list[Found]:
    """Return what was known of every week that is over, oldest first."""
    return [dict(row) for row in ground.history]


def due(ground: Ground) -> list[Moment]:
    """Return the weeks to freeze, oldest first, and at set-up the baseline before them."""
    began = _first_day(ground)
    if began is None:
        return []
    known = {str(row["week"]) for row in ground.history}
    is_begun, newest = BASELINE in known, max(known - {BASELINE}, default="")
    day = week_start(ground.as_of + timedelta(days=1)) - timedelta(days=1)
    weeks: list[Moment] = []
    while day > began and week_name(day) > newest and (is_begun or len(weeks) < LOOKS_BACK):
        is_past = not is_begun and day < ground.as_of
        weeks.insert(0, Moment(week_name(day), day, is_looked_back=is_past))
        day -= WEEK
    return weeks if is_begun else [Moment(BASELINE, ground.as_of), *weeks]


def _first_day(ground: Ground) -> date | None:
    sql = """
        select min(day) as day from (
            select min(created_on) as day from leads_now
            union all select min(coalesce(created_on, closed_on)) from deals_now
            union all select min(day) from spend_now
        )
        """
    found: date | None = ground.row(sql)["day"]
    return found


def _rows(ground: Ground, moment: Moment) -> Iterator[Found]:
    for row in _known(ground, moment):
        is_told = moment.is_looked_back and row.get("value") is not None
        yield {
            "week": moment.week,
            "scope": COMPANY,
            "fact_basis": ground.fact_basis,
            "rule_version": trend.rule_version(ground, moment.day),
            **row,
            **({"reason": "looked_back"} if is_told else {}),
        }


def _known(ground: Ground, moment: Moment) -> Iterator[Found]:
    yield from _five(ground, moment.day)
    yield from _forecasts(ground, moment.day)
    yield from _week(ground, moment.day)
    yield from minutes.counted(ground, moment.day)
    if ground.as_of - moment.day < WEEK:  # of days longer ago only rows with a date can tell
        yield _told(ground, "unknown_index")
        yield _told(ground, "customer_cost_full")
        yield from results.frozen(ground)
        yield from _stages(ground)
        yield from rounds.frozen(ground)


def _five(ground: Ground, day: date) -> Iterator[Found]:
    run_rate, coverage, conversion, share, cost = five.on(ground, day)
    yield {**_stated(run_rate), "plan": run_rate["plan"]}
    yield {**_stated(coverage), "plan": coverage["required"]}
    for name, place in (("max", "best"), ("min", "worst")):
        won, n = conversion[f"{place}_won"], conversion[f"{place}_n"]
        yield {
            **_stated(conversion),
            "metric": f"conversion_{name}",
            "value": conversion[place],
            "reason": None if n else conversion["reason"] or "too_few",
            **_counted(won, n),
        }
    yield {
        **_stated(conversion),
        "metric": "conversion_median",
        "value": conversion["median"],
        "reason": None if conversion["median"] is not None else conversion["reason"] or "too_few",
    }
    yield {**_stated(share), "low": share["ci_low"], "high": share["ci_high"]}
    yield {**_stated(cost), "plan": cost["limit"]}


def _stated(found: Found) -> Found:
    """Return what a row has of one of the five numbers."""
    return {"metric": found["id"], **{name: found[name] for name in ("value", "reason", "n")},
            "status": str(found["status"])}  # fmt: skip


def _counted(successes: int | None, n: int | None) -> Found:
    interval = wilson(successes or 0, n or 0)
    return {"n": n, "low": interval.low, "high": interval.high}


def _forecasts(ground: Ground, day: date) -> Iterator[Found]:
    """Yield where the month will end, of each thing that has a pace."""
    for metric in pace.METRICS:
        now = pace.pace(ground, metric, day)
        value = compute("forecast", fact=now.fact, elapsed=now.days.elapsed, total=now.days.total)
        yield {
            "metric": f"forecast:{metric}",
            "value": value,
            "reason": None if value is not None
            else "no_data" if now.fact is None else "period_not_started",
            "n": now.n,
            "plan": now.plan,
        }  # fmt: skip


SUMS = """
    select
        (select count(*) from leads_now where created_on between $first and $last) as leads,
        (select count(*) from leads_now where created_on between $first and $last
            and verdict_text = 'qualified') as qualified,
        (select count(*) from deals_now where status = 'won'
            and won_on between $first and $last) as won,
        (select case when count(*) filter (where is_without_rate) = 0
            then cast(coalesce(sum(amount_base), 0) as double) end
            from deals_now where status = 'won' and won_on between $first and $last) as revenue,
        (select cast(sum(cost_base) as double) from spend_now
            where day between $first and $last) as spend
    """
ROWS_OF: Mapping[str, str] = {
    "leads": "leads", "qualified": "verdicts", "won": "deals", "revenue": "deals",
    "spend": "spend",
}  # fmt: skip
"""What must have brought rows at all for a sum to be known."""


def _week(ground: Ground, day: date) -> Iterator[Found]:
    """Yield what came in the seven days up to a day, and the share of qualified by channel."""
    first = day - timedelta(days=6)
    sums, told = ground.row(SUMS, first=first, last=day), ground.row(channels.KNOWN)
    for name, rows in ROWS_OF.items():
        value = sums[name] if told.get(rows, True) else None
        yield {"metric": name, "value": value, "reason": None if value is not None else "no_data"}
    sql = f"""
        select channel, {quality_share.COUNTS} from leads_now
        where created_on between $first and $last and channel is not null
        group by channel order by channel
        """
    is_counted = bool(ground.settings["spam_counts"])
    for row in ground.rows(sql, first=first, last=day) if told["verdicts"] else ():
        qualified, n = quality_share.judged(row, is_spam_counted=is_counted)
        yield {
            "metric": "qualified_share",
            "scope": row["channel"],
            "value": wilson(qualified, n).share,
            "reason": None if n else "no_data",
            **_counted(qualified, n),
        }


def _stages(ground: Ground) -> Iterator[Found]:
    """Yield how many of the leads of the window reached each stage of the funnel."""
    for row in funnel.report(ground):
        is_known = row["count"] is not None
        yield {
            "metric": "stage_reached",
            "scope": row["stage"],
            "value": row["count"],
            "reason": None if is_known else "no_data",
        }


def _told(ground: Ground, metric: str) -> Found:
    found = ground.told[metric]
    return {
        "metric": metric,
        "value": None if found.value is None else float(found.value),
        "reason": found.reason,
        "n": found.n,
    }
