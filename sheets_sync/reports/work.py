"""What all work that people agree on stands on: the day, the meetings, the working days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync.calendars import DAY, days, worked
from sheets_sync.reports import minutes
from sheets_sync.reports.ground import Found, Ground
from templates.settings import WEEKDAYS

if TYPE_CHECKING:
    from templates.tab import Row


def today(ground: Ground) -> date:
    """Return the day on which people look: the first that is not over."""
    return min(ground.as_of + DAY, ground.today)


def typed(ground: Ground, tab: str) -> list[Found]:
    """Return the rows of a tab in which people have left anything."""
    return [dict(row) for row in ground.typed.get(tab, ()) if _is_filled(row)]


def _is_filled(row: Row) -> bool:
    key = next(iter(row))
    typed = (id_ for id_ in row if id_ not in {key, "first_seen"} and "." not in id_)
    return any(row[id_] is not None for id_ in typed)


def meetings(ground: Ground) -> list[date]:
    """Return the days of the meetings that were held: somebody of each department was there."""
    return sorted(day for day in minutes.held(ground) if day <= today(ground))


def weekday(ground: Ground) -> int:
    """Return the day of the week on which people meet, Monday as 0."""
    return WEEKDAYS.index(str(ground.settings["meeting_weekday"]))


def next_meeting(ground: Ground) -> date:
    """Return the day of the meeting that comes next, which may be today."""
    day = today(ground)
    return day + timedelta(days=(weekday(ground) - day.weekday()) % 7)


def working_days(ground: Ground, first: date, last: date) -> dict[date, bool]:
    """Tell of each day from `first` to `last` whether the company works on it."""
    sql = "select day, is_working from calendar where day between $first and $last"
    known = {row["day"]: row["is_working"] for row in ground.rows(sql, first=first, last=last)}
    return worked(days(first, last + DAY), known)


def next_working_day(ground: Ground, day: date) -> date:
    """Return the first working day after a day."""
    longest_rest = 31
    coming = working_days(ground, day + DAY, day + timedelta(days=longest_rest))
    return next((each for each, works in coming.items() if works), day + DAY)
