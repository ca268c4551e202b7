"""Open deals: by stage, against what is left of the plan, and those that need a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from formulas.cycle import MIN_DEALS, stuck_after
from sheets_sync.calendars import month_start, next_month
from sheets_sync.reports import pace
from sheets_sync.reports.ground import BEGINNING, YEAR, Found, Ground, compute, why

USUAL_PROBABILITY = {
    "lead": 0.05, "contacted": 0.10, "qualified": 0.20, "proposal": 0.40, "invoice": 0.70,
}  # fmt: skip
"""Chances of a stage of which neither the firm's past nor the CRM says anything."""

ENTRANTS = 30  # closed deals that a stage needs for a chance of its own
PULL = 20  # closed deals' worth of the overall rate that steady it
ENOUGH_CLOSED = 30
CYCLES = 4  # the win rate looks this many cycles back
SHORTEST = 90
AMOUNT_FLOOR = 0.8  # of lost deals with an amount, below which a win rate by value misleads
LISTED = 20


def prepare(ground: Ground) -> None:
    """Make the table `standing` of the open deals, which several reports read."""
    ground.connection.execute(
        "create or replace temp table usual_probability (canonical varchar, p double)"
    )
    ground.connection.executemany(
        "insert into usual_probability values (?, ?)", list(USUAL_PROBABILITY.items())
    )
    cycle = ground.cycle
    text = files("sheets_sync").joinpath("reports", "standing.sql").read_text(encoding="utf-8")
    ends = _ends(ground, BEGINNING, ground.as_of)
    ground.new_rows(
        text,
        median=cycle.median,
        stuck_after=stuck_after(cycle.median, cycle.p90),
        close_rate=compute("close_rate", won=ends["won"], lost=ends["lost"]),
        pull=PULL,
        entrants=ENTRANTS,
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
    win_rate, n = _win_rate(ground, day)
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
    if found["is_without_rate"]:
        return None, "no_fx"
    if found["amount"] is None or remaining is None:
        return None, "no_data"
    if remaining <= 0:
        return None, "zero_denominator"
    return why("coverage_raw", open_amount=found["amount"], plan=now.plan, fact=now.fact)


def _open(ground: Ground, day: date) -> Found:
    """Sum up the deals that were open on a day and due in its month; the overdue are left out.

    What the stages were on an earlier day is not known, so only today's are weighted.
    """
    end = next_month(day)
    if day == ground.as_of:
        sql = """
            select
                cast(sum(amount) as double) as amount,
                cast(sum(amount * p) as double) as weighted,
                count(*) as n,
                coalesce(bool_or(is_without_rate), false) as is_without_rate
            from standing where due < $end and not is_overdue
            """
        found = ground.row(sql, end=end)
    else:
        sql = """
            select
                cast(sum(nullif(amount_base, 0)) as double) as amount,
                cast(null as double) as weighted,
                count(*) as n,
                coalesce(bool_or(is_without_rate), false) as is_without_rate
            from deals_now
            where created_on <= $day and (status = 'open' or closed_on > $day)
                and coalesce(expected_close, greatest(created_on + cast($median as integer),
                    cast($day as date) + 1), $day) between $day and $end - 1
            """
        found = ground.row(sql, day=day, end=end, median=ground.cycle.median)
    if not found["n"] and ground.row("select count(*) as n from deals_now")["n"]:
        return {**found, "amount": 0.0, "weighted": 0.0}
    return found


def _win_rate(ground: Ground, day: date) -> tuple[float | None, int]:
    """Return the win rate of the last few cycles, or of a year where these say too little."""
    if ground.recent.id == "all":
        return _closed(ground, BEGINNING, day)
    days = min(max(round(CYCLES * (ground.cycle.median or YEAR)), SHORTEST), YEAR)
    rate, n = _closed(ground, day - timedelta(days=days - 1), day)
    return (rate, n) if n >= ENOUGH_CLOSED else _closed(ground, day - timedelta(days=YEAR - 1), day)


def _closed(ground: Ground, first: date, last: date) -> tuple[float | None, int]:
    """Return the share of closed deals that were won, by value if lost deals have amounts too."""
    found = _ends(ground, first, last)
    won, lost = found["won"], found["lost"]
    if not lost:  # only won deals were exported, or nothing is closed yet: that is no rate
        return None, won
    if found["lost_with_amount"] >= AMOUNT_FLOOR * lost and found["won_amount"]:
        rate = compute("win_rate", revenue=found["won_amount"], lost_amount=found["lost_amount"])
        return rate, won + lost
    return compute("close_rate", won=won, lost=lost), won + lost


def _ends(ground: Ground, first: date, last: date) -> Found:
    """Count how deals ended; one without a closing day is placed by its creation."""
    sql = """
        select
            count(*) filter (where status = 'won') as won,
            count(*) filter (where status = 'lost') as lost,
            count(nullif(amount_base, 0)) filter (where status = 'lost') as lost_with_amount,
            cast(sum(amount_base) filter (where status = 'won') as double) as won_amount,
            cast(sum(amount_base) filter (where status = 'lost') as double) as lost_amount
        from deals_now
        where status in ('won', 'lost')
            and coalesce(closed_on, created_on, $last) between $first and $last
        """
    return ground.row(sql, first=first, last=last)


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
            cast(sum(amount * p) as double) as weighted
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
    """Return the largest open deals that are overdue, stuck or without an amount."""
    sql = f"""
        select
            deal_id, title, manager, stage, cast(known_amount as double) as amount,
            days_in_stage, expected_close, why
        from standing
        where why is not null
        order by known_amount desc nulls last, days_in_stage desc nulls last, deal_id
        limit {LISTED}
        """
    return [{**row, "manager": ground.name(row["manager"])} for row in ground.rows(sql)]
