"""The last fourteen months, one row each."""

from __future__ import annotations

from datetime import date

from sheets_sync.calendars import next_month
from sheets_sync.reports import managers
from sheets_sync.reports.ground import Found, Ground

MONTHS = 14
MONTHS_OF_CONVERSION = 3


def report(ground: Ground) -> list[Found]:
    """Return the months from the first with any fact to the month that is looked at."""
    return [_month(ground, month, found) for month, found in sums(ground).items()]


def sums(ground: Ground) -> dict[date, Found]:
    """Return what came in each of these months; None where no rows tell of it."""
    first = _back(ground.month, MONTHS - 1)
    sql = """
        with fact as (
            select date_trunc('month', created_on) as month, 1 as leads,
                case when verdict_text = 'qualified' then 1 else 0 end as qualified,
                null::decimal(38, 2) as spend, 0 as won, 0 as customers,
                null::decimal(38, 2) as revenue
            from leads_now where created_on between $first and $as_of
            union all
            select date_trunc('month', won_on), 0, 0, null, 1,
                case when is_first_won then 1 else 0 end, amount_base
            from deals_now where status = 'won' and won_on between $first and $as_of
            union all
            select date_trunc('month', day), 0, 0, cost_base, 0, 0, null
            from spend_now where day between $first and $as_of
        )
        select
            cast(month as date) as month, cast(sum(leads) as bigint) as leads,
            cast(sum(qualified) as bigint) as qualified,
            cast(sum(spend) as double) as spend, cast(sum(customers) as bigint) as customers,
            cast(sum(revenue) as double) as revenue, cast(sum(won) as bigint) as won
        from fact
        group by month
        order by month
        """
    found = {row["month"]: row for row in ground.rows(sql, first=first)}
    knows = ground.row("""
        select
            (select count(*) > 0 from leads_now) as leads,
            (select count(*) > 0 from leads_now where verdict_text <> 'pending') as qualified,
            (select count(*) > 0 from deals_now) as won
        """)
    return {
        month: _known(found.get(month, {}), knows)
        for month in _months(min(found, default=next_month(ground.as_of)), ground.month)
    }


def _months(first: date, last: date) -> list[date]:
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def _back(month: date, months: int) -> date:
    """Return the month so many months earlier.

    >>> _back(date(2026, 2, 1), 3)
    datetime.date(2025, 11, 1)
    """
    index = month.year * 12 + month.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _known(found: Found, knows: Found) -> Found:
    won = found.get("won", 0) if knows["won"] else None
    return {
        "leads": found.get("leads", 0) if knows["leads"] else None,
        "qualified": found.get("qualified", 0) if knows["qualified"] else None,
        "spend": found.get("spend"),
        "customers": found.get("customers", 0) if knows["won"] else None,
        "revenue": (found.get("revenue") or (None if won else 0.0)) if knows["won"] else None,
        "won": won,
    }


def _month(ground: Ground, month: date, found: Found) -> Found:
    together = [_back(month, back) for back in range(MONTHS_OF_CONVERSION)]
    best, middle, lowest = managers.rates(ground, together)
    return {
        "month": month,
        **found,
        "limit": ground.limit,
        "conversion_max": best,
        "conversion_median": middle,
        "conversion_min": lowest,
    }
