"""What the data answer to the questions of the scorecard, where they can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from formulas.experiment import share_change
from formulas.scorecard import measure
from sheets_sync.reports import channels, funnel, managers, pace, quality, quality_share, response
from sheets_sync.reports.ground import Found, Ground, compute, cycle, number
from templates.scorecard import load as questionnaire
from templates.words import Words, load

QUARTER = 91
MONTHS_OF_PLAN = 3
DEADLINE_DAYS = 28

Record = dict[str, float | int | None]
"""The value of a metric, its n, and the fields that the conditions name."""


def report(ground: Ground) -> list[Found]:
    """Return the criteria that data can answer, with points where there is enough of it."""
    words = load(str(ground.settings["language"]))
    criteria = {criterion.id: criterion for criterion in questionnaire().criteria}
    rows = []
    for id_, (record_of, shown) in ANSWERED.items():
        record = record_of(ground)
        rows.append({
            "criterion": id_,
            "measured": measure(criteria[id_], record),
            "value": shown(record, words),
            "n": record.get("n"),
        })  # fmt: skip
    return rows


def _plan_attainment(ground: Ground) -> Record:
    sql = """
        select distinct month from plan
        where metric = 'revenue' and scope in ('company', 'both', 'dept')
            and month < $month and month >= $month - interval 3 month
        """
    months = [row["month"] for row in ground.rows(sql, month=ground.month)]
    last = [_last_day(month) for month in months]
    paces = [pace.pace(ground, "revenue", day) for day in last]
    fact = sum(each.fact for each in paces if each.fact is not None)
    plan = sum(each.plan for each in paces if each.plan is not None)
    value = compute("plan_attainment", fact=fact, plan=plan) if months else None
    return {"value": value, "n": len(months)}


def _last_day(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _conversion_trend(ground: Ground) -> Record:
    """Compare the newest mature quarter with the one before it."""
    last = ground.mature_by(ground.as_of)
    (before, n_before), (now, n_now) = (
        _won(ground, last - timedelta(days=90 * back - 1 + 90), last - timedelta(days=90 * back))
        for back in (1, 0)
    )
    change = share_change((before, n_before), (now, n_now))
    return {
        "value": change.difference,
        "delta": change.difference,
        "p_value": change.p_value,
        "rate_to_target": None,
        "n": min(n_before, n_now),
    }


def _won(ground: Ground, first: date, last: date) -> tuple[int, int]:
    if managers.basis_of(ground) != "cohort":
        return 0, 0
    sql = """
        select count(*) filter (where is_won) as won, count(*) as n
        from cohort where qualified_on between $first and $last
        """
    found = ground.row(sql, first=first, last=last)
    return found["won"], found["n"]


def _cost_to_limit(ground: Ground) -> Record:
    found = channels.cost(ground, ground.recent.first, ground.as_of)
    value = compute("cac_to_target", customer_cost=found.customer_cost[0], limit=ground.limit)
    return {"value": value, "n": found.customers}


def _cycle_ratio(ground: Ground) -> Record:
    end = ground.as_of
    now, before = (
        cycle(ground.connection, last - timedelta(days=QUARTER - 1), last, is_widened=False)
        for last in (end, end - timedelta(days=QUARTER))
    )
    target = number(ground.settings["cycle_target"])
    return {
        "value": now.median / before.median if now.median and before.median else None,
        "median_to_target": now.median / target if now.median and target else None,
        "n": min(now.n, before.n),
    }


def _known_stages(ground: Ground) -> Record:
    rows = funnel.report(ground)
    return {"value": compute("known_stage_share", **funnel.known(rows)), "n": len(rows)}


def _plan_and_freshness(ground: Ground) -> Record:
    sql = """
        select
            (select count(*) from plan where month = $month and metric = 'revenue') as plans,
            (select max(last_good) from arrival) as last_good
        """
    found = ground.row(sql, month=ground.month)
    last_good = found["last_good"]
    age = (
        max((ground.today - last_good.date()).days, 0) if isinstance(last_good, datetime) else None
    )
    return {"plan_rows_this_month": found["plans"], "sync_age_days": age}


def _owners(ground: Ground) -> Record:
    sql = """
        select
            count(*) as n,
            count(*) filter (where manager is not null
                and not coalesce(closed_on < created_on, false)) as owned
        from deals_now
        where coalesce(created_on, closed_on) between $recent and $as_of
        """
    found = ground.row(sql)
    return {
        "value": compute("owner_known_share", deals_owned=found["owned"], deals=found["n"]),
        "n": found["n"],
    }


def _sources_and_spend(ground: Ground) -> Record:
    sql = """
        with sale as (
            select * from deals_now where status = 'won' and won_on between $recent and $as_of
        ),
        cost as (select * from spend_now where day between $recent and $as_of)
        select
            (select count(*) from sale) as n,
            (select cast(coalesce(sum(amount_base), 0) as double) from sale
                where channel is not null) as revenue_sourced,
            (select cast(sum(amount_base) as double) from sale) as revenue,
            (select cast(coalesce(sum(cost_base), 0) as double) from cost
                where channel is not null) as spend_mapped,
            (select cast(sum(cost_base) as double) from cost) as spend
        """
    found = ground.row(sql)
    n = found.pop("n")
    return {"value": compute("source_and_spend_match_share", **found), "n": n}


def _lead_plan(ground: Ground) -> Record:
    plans = pace.plans_of(ground, ground.as_of)
    planned = plans.get(("qualified", "company", ""))
    value = None
    if planned is not None and managers.basis_of(ground) == "cohort":
        needed = compute(
            "needed_qualified",
            amount=plans.get(("revenue", "company", "")),
            average_deal=ground.average_deal,
            conversion=managers.team(ground, ground.as_of).share,
        )
        value = compute("lead_plan_ratio", planned=planned, needed_qualified=needed)
    return {"value": value, "n": None}


def _answered_in_time(ground: Ground) -> Record:
    value, n = response.in_time(ground)
    return {"value": value, "n": n}


def _verdicts_in_time(ground: Ground) -> Record:
    """Judge the leads of four weeks whose deadline has passed, in working days."""
    sql = """
        with worked as (
            select day, sum(case when is_working then 1 else 0 end) over (order by day) as place
            from calendar
        )
        select
            count(*) as n,
            count(*) filter (where l.verdict_text <> 'pending'
                and b.place - a.place <= $norm) as ok,
            count(*) filter (where l.verdict_text <> 'pending' and b.day is null) as undated,
            count(*) filter (where l.verdict_text = 'unqualified') as unqualified,
            count(*) filter (where l.verdict_text = 'spam') as spam,
            count(*) filter (where l.verdict_text = 'spam'
                or l.verdict_text = 'unqualified' and l.reason is not null) as reasoned
        from leads_now as l
        left join worked as a on a.day = l.created_on
        left join worked as b on b.day = cast(l.verdict_at as date)
        where l.created_on between $first and $deadline
        """
    found = ground.row(
        sql,
        norm=number(ground.settings["verdict_deadline_wd"]),
        first=ground.as_of - timedelta(days=DEADLINE_DAYS - 1),
        deadline=quality.deadline(ground),
    )
    is_dated = found["n"] and not found["undated"]
    return {
        "value": compute(
            "verdict_on_time_share", verdicts_on_time=found["ok"], verdicts_due=found["n"]
        )
        if is_dated
        else None,
        "reason_share": compute(
            "reason_share",
            unqualified_with_reason=found["reasoned"],
            unqualified=found["unqualified"],
            spam=found["spam"],
        ),
        "n": found["n"],
    }


def _weeks_in_norm(ground: Ground) -> Record:
    weeks = [
        row for row in quality_share.report(ground)[-4:]
        if row["band_low"] is not None
    ]  # fmt: skip
    is_counted = bool(ground.settings["spam_counts"])
    inside = 0
    for row in weeks:
        spam = row["spam"] if is_counted else 0
        share = compute("qualified_share", qualified=row["qualified"],
                        unqualified=row["unqualified"], spam=spam)  # fmt: skip
        inside += share is not None and row["band_low"] <= share <= row["band_high"]
    return {"value": inside if weeks else None, "n": len(weeks)}


def _share(record: Mapping[str, float | int | None], words: Words) -> str | None:
    value = record["value"]
    return None if value is None else words.share(value)


def _ratio(record: Mapping[str, float | int | None], words: Words) -> str | None:
    value = record["value"]
    return None if value is None else words.number(value, 2)


def _trend(record: Mapping[str, float | int | None], words: Words) -> str | None:
    delta = record["delta"]
    if delta is None:
        return None
    points, chance = words.number(delta * 100, 1), words.number(record["p_value"], 3)
    return words("report.trend", points=points, p=chance)


def _freshness(record: Mapping[str, float | int | None], words: Words) -> str:
    age = words.number(record["sync_age_days"])
    return words("report.plan_and_freshness", plans=record["plan_rows_this_month"], days=age)


def _weeks(record: Mapping[str, float | int | None], words: Words) -> str | None:
    if record["value"] is None:
        return None
    return words("report.weeks_in_norm", inside=record["value"], n=record["n"])


Shown = Callable[[Mapping[str, float | int | None], Words], str | None]

ANSWERED: Mapping[str, tuple[Callable[[Ground], Record], Shown]] = {
    "M3": (_lead_plan, _ratio),
    "M4": (_answered_in_time, _share),
    "S1": (_known_stages, _share),
    "S2": (_plan_and_freshness, _freshness),
    "S3": (_owners, _share),
    "S4": (_sources_and_spend, _share),
    "Q2": (_verdicts_in_time, _share),
    "Q3": (_weeks_in_norm, _weeks),
    "R1": (_plan_attainment, _share),
    "R2": (_conversion_trend, _trend),
    "R3": (_cost_to_limit, _ratio),
    "R4": (_cycle_ratio, _ratio),
}
"""By criterion: the record of its metric, and how that is written."""
