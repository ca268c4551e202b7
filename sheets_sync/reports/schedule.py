"""How much of a month has passed: by working days, by calendar days, or as months usually go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sheets_sync.calendars import Days, days, is_working, month_start, next_month, spent
from sheets_sync.reports.ground import Ground

MONTHS_OF_PROFILE = (3, 12)

COMING = {
    "revenue": """
        select
            won_on as day, manager, channel, cast(amount_base as double) as amount,
            is_without_rate as is_unknown
        from deals_now
        where status = 'won'
        """,
    "qualified": """
        select created_on as day, manager, channel, 1e0 as amount, false as is_unknown
        from leads_now
        where verdict_text = 'qualified'
        """,
}
"""What each metric counts, by the day on which it counts."""


def schedule(ground: Ground, metric: str, day: date) -> Callable[[date], Days]:
    """Return what counts the days of the month of `day` that have passed by a day of it.

    The setting `pace_mode` says how. Too few months to learn a profile from: by working days.
    """
    sql = "select day, is_working from calendar where day >= $first and day < $end order by day"
    month, end = month_start(day), next_month(day)
    known = {row["day"]: row["is_working"] for row in ground.rows(sql, first=month, end=end)}
    worked = {each: known.get(each, is_working(each)) for each in days(month, end)}
    mode = str(ground.settings["pace_mode"])
    learnt = _profile(ground, metric, month) if mode == "profile" else {}

    def passed(by: date) -> Days:
        if not learnt:
            return spent(worked, by, mode="calendar" if mode == "calendar" else "working")
        plain, shares = spent(worked, by), spent(worked, by, mode="profile", profile=learnt)
        if not shares.total:
            return plain
        return Days(plain.total * shares.elapsed / shares.total, plain.total)

    return passed


def _profile(ground: Ground, metric: str, month: date) -> dict[int, float]:
    """Learn how much of a month its n-th working day brings; nothing from too few months."""
    fewest, most = MONTHS_OF_PROFILE
    sql = f"""
        with placed as (
            select
                day, month_start,
                greatest(1, sum(case when is_working then 1 else 0 end)
                    over (partition by month_start order by day)) as place
            from calendar
        ),
        coming as (select day, amount from ({COMING[metric]})),
        shares as (
            select
                p.month_start, p.place,
                sum(c.amount) / nullif(sum(sum(c.amount)) over (partition by p.month_start), 0)
                    as share
            from coming as c join placed as p on p.day = c.day
            where p.month_start >= $first and p.month_start < $month
            group by p.month_start, p.place
        )
        select
            cast(place as integer) as place,
            sum(share) / (select count(distinct month_start) from shares) as share,
            (select count(distinct month_start) from shares) as months
        from shares
        group by place
        """
    first = date(month.year - most // 12, month.month, 1)
    found = ground.rows(sql, first=first, month=month)
    if not found or found[0]["months"] < fewest:
        return {}
    return {row["place"]: row["share"] or 0.0 for row in found}
