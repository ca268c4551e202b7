"""Working days: the country's production calendar, and what a company overrides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

DAY = timedelta(days=1)
SATURDAY = 5


@cache
def _official(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    import holidays

    try:
        known = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return frozenset(), frozenset()
    return frozenset(known), frozenset(known.weekend_workdays)


def is_working(
    day: date, country: str = "RU", overrides: Mapping[date, bool] | None = None
) -> bool:
    """Tell whether people work on a day; weekends that were made working days count.

    >>> is_working(date(2024, 4, 27)), is_working(date(2026, 1, 9))
    (True, False)
    """
    if overrides and day in overrides:
        return overrides[day]
    holidays, moved = _official(country, day.year)
    return day in moved or (day.weekday() < SATURDAY and day not in holidays)


def worked(
    all_days: Iterable[date], known: Mapping[date, bool], country: str = "RU"
) -> dict[date, bool]:
    """Tell of each day whether people work on it: as is known, else as the country does.

    >>> worked([date(2026, 1, 9), date(2026, 1, 12)], {date(2026, 1, 12): False})
    {datetime.date(2026, 1, 9): False, datetime.date(2026, 1, 12): False}
    """
    return {day: known[day] if day in known else is_working(day, country) for day in all_days}


def days(start: date, end: date) -> Iterator[date]:
    """Yield the days of `[start, end)`."""
    while start < end:
        yield start
        start += DAY


def month_start(day: date) -> date:
    """Return the first day of the month.

    >>> month_start(date(2026, 11, 23))
    datetime.date(2026, 11, 1)
    """
    return day.replace(day=1)


def next_month(day: date) -> date:
    """Return the first day of the following month.

    >>> next_month(date(2026, 12, 5))
    datetime.date(2027, 1, 1)
    """
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def week_start(day: date) -> date:
    """Return the Monday of the week.

    >>> week_start(date(2026, 11, 22))
    datetime.date(2026, 11, 16)
    """
    return day - timedelta(days=day.weekday())


def week_name(day: date) -> str:
    """Return the ISO week of a day.

    >>> week_name(date(2027, 1, 1))
    '2026-W53'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def rows(
    start: date, end: date, country: str, overrides: Mapping[date, bool]
) -> Iterator[tuple[date, date, date, date, bool, bool]]:
    """Yield the rows of the table `calendar` for `[start, end)`."""
    for day in days(start, end):
        quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        official = is_working(day, country)
        works = overrides.get(day, official)
        yield day, week_start(day), month_start(day), quarter, works, official


@dataclass(frozen=True, slots=True)
class Days:
    """How much of a period has passed: whole days, or shares of the period by profile."""

    elapsed: float
    total: float


def month_days(
    as_of: date,
    *,
    mode: str = "working",
    country: str = "RU",
    overrides: Mapping[date, bool] | None = None,
    profile: Mapping[int, float] | None = None,
) -> Days:
    """Count the days of the month of `as_of`, which itself has passed.

    `mode` is `working`, `calendar` or `profile`: in the last, the n-th working day weighs
    `profile[n]`, a share of the month learnt from earlier months.

    >>> month_days(date(2026, 11, 13))
    Days(elapsed=9, total=20)
    >>> month_days(date(2026, 11, 13), mode="calendar")
    Days(elapsed=13, total=30)
    """
    start, end = month_start(as_of), next_month(as_of)
    worked = {day: is_working(day, country, overrides) for day in days(start, end)}
    return spent(worked, as_of, mode=mode, profile=profile)


def spent(
    worked: Mapping[date, bool],
    as_of: date,
    *,
    mode: str = "working",
    profile: Mapping[int, float] | None = None,
) -> Days:
    """Count what has passed of the given days, True for a working one, by the end of `as_of`.

    >>> spent({date(2026, 11, 20): True, date(2026, 11, 21): False}, date(2026, 11, 20))
    Days(elapsed=1, total=1)
    """
    if mode == "calendar":
        return Days(sum(day <= as_of for day in worked), len(worked))
    passed = sum(works for day, works in worked.items() if day <= as_of)
    total = sum(worked.values())
    if mode == "profile" and profile:
        weights = [profile.get(place, 0.0) for place in range(1, total + 1)]
        return Days(sum(weights[:passed]), sum(weights))
    return Days(passed, total)


def working_hours(
    start: datetime,
    end: datetime,
    *,
    opens: time = time(9),
    closes: time = time(18),
    country: str = "RU",
    overrides: Mapping[date, bool] | None = None,
) -> float:
    """Return the working hours between two local times; never negative.

    >>> working_hours(datetime(2026, 11, 20, 17), datetime(2026, 11, 23, 10))
    2.0
    """
    hours = 0.0
    for day in days(start.date(), end.date() + DAY):
        if is_working(day, country, overrides):
            begin = max(start, datetime.combine(day, opens, start.tzinfo))
            until = min(end, datetime.combine(day, closes, start.tzinfo))
            hours += max((until - begin).total_seconds(), 0) / 3600
    return hours
