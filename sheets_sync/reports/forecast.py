"""How good the forecasts of the past were, by how much of the month had passed.

What was frozen on the Sundays of a month is compared with how the month ended; where nothing had
been frozen yet, the forecast that the same rows would have given that day stands in for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median

from sheets_sync.calendars import DAY, days, month_start, next_month, week_name
from sheets_sync.metrics.schedule import COMING, schedule
from sheets_sync.reports import pace
from sheets_sync.reports.ground import Found, Ground, compute, number

FEW = 6  # months, with which a median says little
SUNDAY = 6


def report(ground: Ground) -> list[Found]:
    """Return, by metric and week of the month, the median error of the forecast as a share."""
    rows = []
    for metric in pace.METRICS:
        if not pace.knows(ground, metric):
            continue
        errors: dict[int, list[tuple[float, bool]]] = {}
        for week, error, is_kept in _errors(ground, metric):
            errors.setdefault(week, []).append((error, is_kept))
        rows += [
            {
                "metric": metric,
                "week_of_month": week,
                "error": median(error for error, _ in found),
                "n": len(found),
                "kept": sum(is_kept for _, is_kept in found),
                "is_few": len(found) < FEW,
            }
            for week, found in sorted(errors.items())
        ]
    return rows


def _errors(ground: Ground, metric: str) -> Iterator[tuple[int, float, bool]]:
    """Yield week of the month, error and whether the forecast was kept, of each closed Sunday."""
    sql = f"""
        select day, cast(sum(amount) as double) as amount from ({COMING[metric]})
        where day >= $first and day < $end and not is_unknown
        group by day order by day
        """
    end = month_start(ground.as_of + DAY)
    came = ground.rows(sql, first=_back(end), end=end)
    kept = {
        str(row["week"]): number(row.get("value"))
        for row in ground.history
        if row["metric"] == f"forecast:{metric}" and row.get("reason") != "looked_back"
    }
    amounts = {row["day"]: row["amount"] or 0.0 for row in came}
    month = month_start(came[0]["day"]) if came else end
    month = next_month(month) if came and came[0]["day"] > month else month
    while month < end:
        yield from _month(ground, metric, month, amounts, kept)
        month = next_month(month)


def _back(end: date) -> date:
    return end.replace(year=end.year - 1)


def _month(
    ground: Ground,
    metric: str,
    month: date,
    amounts: dict[date, float],
    kept: dict[str, float | None],
) -> Iterator[tuple[int, float, bool]]:
    whole = sum(amounts.get(day, 0.0) for day in days(month, next_month(month)))
    if not whole:
        return
    passed = schedule(ground.plans, metric, month, str(ground.settings["pace_mode"]))
    sundays = [day for day in days(month, next_month(month)) if day.weekday() == SUNDAY]
    for week, day in enumerate(sundays, start=1):
        fact = sum(amounts.get(each, 0.0) for each in days(month, day + timedelta(days=1)))
        found, told = passed(day), kept.get(week_name(day))
        usual = compute("forecast", fact=fact, elapsed=found.elapsed, total=found.total)
        forecast = usual if told is None else told
        if forecast is not None:
            yield week, abs(forecast - whole) / whole, told is not None
