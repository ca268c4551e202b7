"""The days of this year and the next, and the rates of other currencies."""

from __future__ import annotations

from datetime import date

from sheets_sync.calendars import days, worked
from sheets_sync.reports.ground import Found, Ground

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YEARS = 2


def report(ground: Ground) -> list[Found]:
    """Return each day with its weekday, and whether people officially work on it."""
    country = str(ground.row("select country from company")["country"])
    first = date(ground.as_of.year, 1, 1)
    end = date(first.year + YEARS, 1, 1)
    sql = "select day, is_official from calendar where day >= $first and day < $end"
    known = {row["day"]: row["is_official"] for row in ground.rows(sql, first=first, end=end)}
    return [
        {
            "date": day.isoformat(),
            "day": day,
            "weekday": WEEKDAYS[day.weekday()],
            "official": "workday" if works else "day_off",
        }
        for day, works in worked(days(first, end), known, country).items()
    ]


def rates(ground: Ground) -> list[Found]:
    """Return the rates that people began, until when each holds, and of how many amounts."""
    sql = """
        with span as (
            select currency, day, lead(day) over (partition by currency order by day) as until
            from fx
        ),
        amount as (
            select currency, closed_on as day from deals_now where amount is not null
            union all
            select currency, day from spend_now where cost is not null
        )
        select s.currency, s.day, s.until, count(a.currency) as amounts
        from span as s
        left join amount as a on a.currency = s.currency
            and (a.day >= s.day or (a.day is null and s.until is null))
            and (s.until is null or a.day < s.until)
        group by s.currency, s.day, s.until
        """
    spans = {(row["currency"], row["day"]): row for row in ground.rows(sql)}
    found = []
    for row in ground.typed.get("fx", ()):
        code = str(row.get("from_currency") or "").strip().upper()
        span = spans.get((code, row.get("from_date")), {})
        until, amounts = span.get("until"), span.get("amounts")
        found.append({"rate_id": row["rate_id"], "until": until, "amounts": amounts})
    return found
