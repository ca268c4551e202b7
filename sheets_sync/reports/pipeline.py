"""Open deals: by stage, against what is left of the plan, and those that need a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from formulas.cycle import MIN_DEALS, stuck_after
from sheets_sync.calendars import month_start, next_month
from sheets_sync.metrics.pipeline import ENOUGH_CLOSED, due_day, win_rates
from sheets_sync.reports import pace
from sheets_sync.reports.ground import Found, Ground, compute, why
from templates.tabs.pipeline import WHY

LISTED = 6


def prepare(ground: Ground) -> None:
    """Make the table `standing` of the open deals, which several reports read."""
    cycle = ground.cycle
    text = files("sheets_sync").joinpath("reports", "standing.sql").read_text(encoding="utf-8")
    ground.new_rows(
        text.replace("{due}", due_day(cycle, ground.as_of)),
        stuck_after=stuck_after(cycle.median, cycle.p90),
        few=MIN_DEALS,
        is_imputed=bool(ground.settings["impute_amount"]),
    )


@dataclass(frozen=True, slots=True)
class Cover:
    """Open deals of a month against what is left of its plan."""

    plan: float | None
    fact: float | None
    open_amount: float | None
    weighted: float | None
    n: int
    remaining: float | None
    coverage: float | None
    reason: str | None
    win_rate: float | None
    win_rate_n: int
    required: float | None
    short_open: float | None


def cover(ground: Ground, day: date) -> Cover:
    """Return the cover of the month of `day`, as far as it can be told for an earlier day."""
    found = _open(ground, day)
    now = pace.pace(ground, "revenue", day)
    remaining = compute("plan_gap", plan=now.plan, fact=now.fact)
    rate = win_rates(ground.asked(day), {(): {}})[()]
    win_rate, n = None if rate.value is None else float(rate.value), rate.n or 0
    known_rate = win_rate if n >= ENOUGH_CLOSED and win_rate else None
    gap = {"plan": now.plan, "fact": now.fact}
    covered, reason = _coverage(found, now, remaining)
    is_met = remaining is not None and remaining <= 0
    return Cover(
        plan=now.plan,
        fact=now.fact,
        open_amount=found["amount"],
        weighted=found["weighted"],
        n=found["n"],
        remaining=remaining,
        coverage=covered,
        reason=reason,
        win_rate=win_rate,
        win_rate_n=n,
        required=compute("required_coverage", win_rate=known_rate),
        short_open=None
        if is_met
        else compute("short_open", **gap, win_rate=known_rate, open_amount=found["amount"]),
    )


def _coverage(
    found: Found, now: pace.Pace, remaining: float | None
) -> tuple[float | None, str | None]:
    if not now.plan:
        return None, "no_plan"
    if found["amount"] is None or remaining is None:
        return None, found["reason"] or "no_data"
    if remaining <= 0:
        return None, "zero_denominator"
    return why("coverage_raw", open_amount=found["amount"], plan=now.plan, fact=now.fact)


def _open(ground: Ground, day: date) -> Found:
    """Sum up the deals that were open on a day and due in its month; the overdue are left out.

    What the stages were on an earlier day is not known, so only today's are weighted.
    """
    if day == ground.as_of:
        amount, weighted = (ground.told[name] for name in ("pipeline_open", "pipeline_weighted"))
        return {
            "amount": None if amount.value is None else float(amount.value),
            "weighted": None if weighted.value is None else float(weighted.value),
            "n": amount.n or 0,
            "reason": amount.reason,
        }
    sql = f"""
        select
            cast(sum(nullif(amount_base, 0)) as double) as amount,
            cast(null as double) as weighted,
            count(*) as n,
            case when coalesce(bool_or(is_without_rate), false) then 'no_fx' end as reason
        from deals_now
        where created_on <= $day and (status = 'open' or closed_on > $day)
            and {due_day(ground.cycle, day)} between $day and $end - 1
        """
    return ground.row(sql, day=day, end=next_month(day))


def stages(ground: Ground) -> list[Found]:
    """Return the open deals by stage, with the chance of each stage and where it comes from."""
    sql = """
        select
            stage,
            coalesce(min(stage_sort), 99) as sort,
            count(*) as count,
            cast(sum(amount) as double) as amount,
            avg(p) as probability,
            case
                when bool_or(origin = 'own') then 'own'
                when bool_or(origin = 'crm') then 'crm'
                when bool_or(origin = 'default') then 'default'
            end as origin,
            coalesce(max(own_n), 0) as n,
            cast(sum(cast(amount as decimal(20, 2)) * cast(p as decimal(17, 8))) as double)
                as weighted
        from standing
        group by stage
        order by sort, stage nulls last
        """
    return ground.rows(sql)


def summary(ground: Ground) -> list[Found]:
    """Return the cover of the month in one row."""
    now = cover(ground, ground.as_of)
    sql = """
        select
            count(*) as open_count,
            count(*) filter (where known_amount is null) as without_amount,
            count(*) filter (where is_overdue) as overdue,
            count(*) filter (where is_stuck) as stuck
        from standing
        """
    cycle = ground.cycle
    return [{
        "month": month_start(ground.as_of),
        "plan": now.plan,
        "fact": now.fact,
        "open_amount": now.open_amount,
        "weighted": now.weighted,
        "win_rate": now.win_rate,
        "win_rate_n": now.win_rate_n,
        **ground.row(sql),
        "cycle_median": cycle.median,
        "cycle_p75": cycle.p75,
        "cycle_n": cycle.n,
        "days_left": (next_month(ground.as_of) - ground.as_of).days - 1,
        "average_deal": ground.average_deal,
    }]  # fmt: skip


def stuck(ground: Ground) -> list[Found]:
    """Return the open deals to talk about, the largest of each reason, the largest first.

    `in_all` counts the deals of the same reason.
    """
    first = "known_amount desc nulls last, days_in_stage desc nulls last, deal_id"
    shown = " union all ".join(
        f"(select * from standing where why = '{each}' order by {first} limit {LISTED})"
        for each in WHY
    )
    sql = f"""
        select
            deal_id, title, s.manager, s.stage, cast(known_amount as double) as amount,
            days_in_stage, s.expected_close, why, in_all
        from ({shown}) as s
        join (select why, count(*) as in_all from standing group by why) as c using (why)
        join deal as r using (source, deal_id)
        order by {first}
        """
    return [{**row, "manager": ground.name(row["manager"])} for row in ground.rows(sql)]
