"""What the scorecard asks of the rows: trends, weeks in the norm, trust."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from formulas.cycle import MIN_DEALS
from formulas.experiment import share_change
from formulas.interval import norm_band
from sheets_sync.calendars import DAY, month_start, week_name, week_start
from sheets_sync.metrics.norms import Norm
from sheets_sync.metrics.pace import answers, chosen
from sheets_sync.metrics.ratios import Numbers, add_inputs, cost_limit, counted, evaluate
from sheets_sync.metrics.sums import Known
from sheets_sync.periods import Period, month, trailing

if TYPE_CHECKING:
    from datetime import date

    from sheets_sync.metrics.question import Question

FOUR_WEEKS, RECENT, QUARTER = 28, 90, 91
WEEKS, FEWEST_WEEKS, LAST_WEEKS = 26, 8, 4
MONTHS = 3
ENOUGH_COHORT = 30
WEEK = timedelta(days=7)


def trends(asked: Question, numbers: Numbers) -> Numbers:
    """Return the metrics that exist for the scorecard, as far as rows tell them."""
    return {
        "verdict_on_time_share": _verdicts_on_time(asked),
        "weeks_in_norm_4w": _weeks_in_norm(asked),
        "lead_plan_ratio": _lead_plan(asked, numbers),
        "owner_known_share": _owned(asked),
        "source_and_spend_match_share": _matched(asked),
        "plan_attainment_3m": _attained(asked),
        "cohort_conversion_trend": _conversion_trend(asked),
        "cac_to_target": _cost_to_limit(asked),
        "median_cycle_ratio_qoq": _cycle_trend(asked),
    }


def _verdicts_on_time(asked: Question) -> Known:
    """Count verdicts within the deadline among the leads whose deadline has passed."""
    if asked.covered.totals["qualified"] is None and asked.covered.totals["unqualified"] is None:
        return Known(None, "no_data")
    period = asked.natural(FOUR_WEEKS)
    start = f"and l.created_on >= date '{period.start}'" if period.start else ""
    sql = _ON_TIME.format(
        days=int(asked.setting("verdict_deadline_wd") or 0),
        as_of=asked.as_of,
        end=period.end,
        start=start,
    )
    [(on_time, due, without_time)] = asked.connection.execute(sql).fetchall()
    if not due and without_time:
        return Known(None, "no_data", period=period)
    found = counted(
        "verdict_on_time_share",
        {"verdicts_on_time": Known(on_time), "verdicts_due": Known(due)},
        "verdicts_on_time",
        "verdicts_due",
    )
    [numbers] = asked.numbers(period).values()
    reasoned = evaluate("reason_share", numbers)
    return replace(found, period=period, parts={"reason_share": _float(reasoned)})


def _float(known: Known) -> float | None:
    return None if known.value is None else float(known.value)


# A verdict without a time says nothing about being in time, and is left out. Working
# days are numbered, so that a deadline is the day with a higher number.
_ON_TIME = """
with numbered as (
    select day, sum(is_working::integer) over (order by day) as number from calendar
),

judged as (
    select l.verdict_on, l.verdict_text, c.number + {days} as deadline, v.number as given,
        (select number from numbered where day = date '{as_of}') as now
    from leads_now as l
    join numbered as c on c.day = l.created_on
    left join numbered as v on v.day = l.verdict_on
    where l.created_on < date '{end}' {start}
)

select
    count(*) filter (where now > deadline and given <= deadline),
    count(*) filter (where now > deadline and (verdict_text = 'pending' or given is not null)),
    count(*) filter (where now > deadline and verdict_text <> 'pending' and given is null)
from judged
"""


def _weeks_in_norm(asked: Question) -> Known:
    """Count the weeks of the last four whose share lies in the band of the 26 before them."""
    end = week_start(asked.anchor + DAY)
    weeks = _judged(asked, end)
    last, before = weeks[:LAST_WEEKS], [week for week in weeks[LAST_WEEKS:] if week and week[1]]
    period = Period(f"{end - WEEK * LAST_WEEKS}..{end - DAY}", end - WEEK * LAST_WEEKS, end)
    if any(week is None for week in last):
        return Known(None, "no_data", period=period)
    norm = asked.norms.of("qualified_share", end - DAY)
    if len(before) < FEWEST_WEEKS and not norm.is_set:
        return Known(None, "too_few", period=period)
    usual = sum(week[0] for week in before) / (sum(week[1] for week in before) or 1)
    known = [week for week in last if week and week[1]]
    inside = sum(_is_within(norm, usual, *week) for week in known)
    return Known(inside, n=len(known), period=period)


def _is_within(norm: Norm, usual: float, qualified: float, judged: float) -> bool:
    band = norm_band(usual, judged)
    low, high = (norm.low, norm.high) if norm.is_set else (band.low, band.high)
    share = qualified / judged
    return (low is None or share >= low) and (high is None or share <= high)


def _judged(asked: Question, end: date) -> list[tuple[float, float] | None]:
    """Return qualified and judged leads of the weeks before a Monday, newest first."""
    mondays = [end - WEEK * back for back in range(1, WEEKS + LAST_WEEKS + 1)]
    weekly = asked.split(("week",))
    found = weekly.numbers(Period("", mondays[-1], end))
    weeks: list[tuple[float, float] | None] = []
    for monday in mondays:
        key = (week_name(monday),)
        numbers = found.get(key) or weekly.nothing(key, Period("", monday, monday + WEEK))
        add_inputs(numbers, asked.settings)
        parts = [numbers[name].value for name in ("qualified", "unqualified", "counted_spam")]
        is_known = all(part is not None for part in parts)
        weeks.append(
            (float(parts[0] or 0), sum(float(p or 0) for p in parts)) if is_known else None
        )
    return weeks


def _lead_plan(asked: Question, numbers: Numbers) -> Known:
    planned = asked.plans.of("qualified", asked.pace_period)
    given = {**numbers, "planned": Known(planned, None if planned else "no_plan")}
    return replace(evaluate("lead_plan_ratio", given), period=asked.pace_period)


def _owned(asked: Question) -> Known:
    period = asked.trailing(RECENT)
    [numbers] = asked.numbers(period).values()
    return replace(counted("owner_known_share", numbers, "deals_owned", "deals"), period=period)


def _matched(asked: Question) -> Known:
    """Return the smaller of two shares of money: won with a known source, spent on a channel."""
    period = asked.trailing(RECENT)
    [numbers] = asked.numbers(period).values()
    return replace(evaluate("source_and_spend_match_share", numbers), period=period)


def _attained(asked: Question) -> Known:
    """Return the fact of the last three closed months against their plan."""
    period, months = _closed_months(asked)
    [numbers] = asked.numbers(period).values()
    metric = chosen(asked, (), period, numbers)
    planned = sum(asked.plans.of(metric, month) is not None for month in months)
    if planned < MONTHS:
        return Known(None, "no_plan", n=planned, period=period)
    found = answers(asked, (), period, metric, numbers[metric])["plan_attainment"]
    return Known(found.value, found.reason, MONTHS, period=period)


def _closed_months(asked: Question) -> tuple[Period, list[Period]]:
    months = [month(month_start(asked.anchor + DAY) - DAY)]
    while len(months) < MONTHS:
        assert months[0].start is not None  # noqa: S101
        months.insert(0, month(months[0].start - DAY))
    name = f"{months[0].name}..{months[-1].name}"
    return Period(name, months[0].start, months[-1].end), months


def _cohorts(asked: Question) -> tuple[Period, Period]:
    last = (asked.mature.end or asked.as_of + DAY) - DAY
    return trailing(last, RECENT), trailing(last - timedelta(days=RECENT), RECENT)


def periods(asked: Question) -> tuple[Period, ...]:
    """Return the periods whose sums the trends need."""
    four_weeks, recent = asked.natural(FOUR_WEEKS), asked.natural(RECENT)
    return asked.trailing(RECENT), four_weeks, recent, _closed_months(asked)[0], *_cohorts(asked)


def _conversion_trend(asked: Question) -> Known:
    """Return how the conversion of the newest mature 90 days differs from the 90 before."""
    cohorts = _cohorts(asked)
    rates = []
    for period in cohorts:
        [numbers] = asked.numbers(period).values()
        won, qualified = numbers["won_of_qualified"], numbers["qualified_cohort"]
        if won.value is None or qualified.value is None:
            return Known(None, won.reason, period=cohorts[0])
        rates.append((int(won.value), int(qualified.value)))
    now, before = rates
    if min(now[1], before[1]) < ENOUGH_COHORT:
        return Known(None, "too_few", min(now[1], before[1]), period=cohorts[0])
    change = share_change(before, now)
    norm = asked.norms.of("manager_conversion", asked.as_of)
    target = norm.target or norm.low
    parts = {
        "delta": change.difference,
        "p_value": change.p_value,
        "rate_to_target": now[0] / now[1] / target if target else None,
    }
    n = min(now[1], before[1])
    return Known(change.difference, None, n, change.low, change.high, cohorts[0], parts=parts)


def _cost_to_limit(asked: Question) -> Known:
    """Return what a customer of three months cost, as a part of what one may cost."""
    period = asked.natural(RECENT)
    [numbers] = asked.numbers(period).values()
    add_inputs(numbers, asked.settings, asked.usual_deal)
    numbers["customer_cost"] = evaluate("customer_cost", numbers)
    found = evaluate("cac_to_target", {**numbers, "limit": cost_limit(asked, numbers)})
    customers = numbers["customers"].value
    return replace(found, n=None if customers is None else int(customers), period=period)


def _cycle_trend(asked: Question) -> Known:
    """Return the median cycle of 91 days against that of the 91 before."""
    now = trailing(asked.anchor, QUARTER)
    before = trailing(asked.anchor - timedelta(days=QUARTER), QUARTER)
    medians, counts = [], []
    for period in (now, before):
        [(median, n)] = asked.connection.execute(
            "select quantile_cont(days, 0.5), count(*) from cycles"
            " where won_on >= ? and won_on < ?",
            [period.start, period.end],
        ).fetchall()
        medians.append(median)
        counts.append(n)
    if min(counts) < MIN_DEALS:
        return Known(None, "too_few" if any(counts) else "no_data", min(counts), period=now)
    target = asked.setting("cycle_target")
    parts = {"median_to_target": medians[0] / target if target else None}
    return Known(medians[0] / medians[1], n=min(counts), period=now, parts=parts)
