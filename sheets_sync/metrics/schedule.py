"""How much of a month has passed: by working days, by calendar days, or as months usually go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from sheets_sync.calendars import Days, month_start, spent
from sheets_sync.periods import month

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from sheets_sync.metrics.plans import Plans

MONTHS_OF_PROFILE = (3, 12)

COMING = {
    "revenue": """
        select
            won_on as day, manager, channel, amount_base as amount,
            is_without_rate as is_unknown
        from deals_now
        where status = 'won'
        """,
    "qualified": """
        select
            created_on as day, manager, channel, cast(1 as decimal(38, 2)) as amount,
            false as is_unknown
        from leads_now
        where verdict_text = 'qualified'
        """,
}
"""What each metric counts, by the day on which it counts."""


def schedule(plans: Plans, metric: str, day: date, mode: str) -> Callable[[date], Days]:
    """Return what counts the days of the month of `day` that have passed by a day of it.

    `mode` is the setting `pace_mode`. Too few months to learn a profile from: by working days.
    """
    worked = plans.worked(month(day))
    learnt = plans.profile(metric, month_start(day)) if mode == "profile" else {}

    def passed(by: date) -> Days:
        if not learnt:
            return spent(worked, by, mode="calendar" if mode == "calendar" else "working")
        plain, shares = spent(worked, by), spent(worked, by, mode="profile", profile=learnt)
        if not shares.total:
            return plain
        return Days(plain.total * shares.elapsed / shares.total, plain.total)

    return passed


def profile(connection: DuckDBPyConnection, metric: str, month: date) -> dict[int, float]:
    """Learn how much of a month its n-th working day brings; nothing from too few months."""
    fewest, most = MONTHS_OF_PROFILE
    first = date(month.year - most // 12, month.month, 1)
    found = connection.execute(
        _PROFILE.format(coming=COMING[metric], first=first, month=month)
    ).fetchall()
    if not found or found[0][2] < fewest:
        return {}
    return {place: share or 0.0 for place, share, _ in found}


_PROFILE = """
with placed as (
    select
        day, month_start,
        greatest(1, sum(case when is_working then 1 else 0 end)
            over (partition by month_start order by day)) as place
    from calendar
),
coming as (select day, amount from ({coming})),
shares as (
    select
        p.month_start, p.place,
        cast(sum(c.amount) as double) / nullif(
            cast(sum(sum(c.amount)) over (partition by p.month_start) as double), 0) as share
    from coming as c join placed as p on p.day = c.day
    where p.month_start >= date '{first}' and p.month_start < date '{month}'
    group by p.month_start, p.place
)
select
    cast(place as integer) as place,
    sum(share) / (select count(distinct month_start) from shares) as share,
    (select count(distinct month_start) from shares) as months
from shares
group by place
"""
