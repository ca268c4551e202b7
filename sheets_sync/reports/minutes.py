"""Minutes: a row a week with its numbers as they were frozen, and whether the meeting was held.

The meeting of a row is the one after its week: the first that could look at the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from sheets_sync.calendars import week_name, week_start
from sheets_sync.reports.ground import Found, Ground
from templates.meeting.agenda import next_slot
from templates.meeting.presence import is_held
from templates.settings import WEEKDAYS
from templates.tab import Row

COMPANY = "company"
FROZEN: Mapping[str, str] = {
    "run_rate": "run_rate",
    "coverage": "coverage_raw",
    "conversion_max": "conversion_max",
    "conversion_min": "conversion_min",
    "qualified_share": "qualified_share",
    "customer_cost": "customer_cost",
    "tasks_created": "tasks_created",
    "tasks_closed": "tasks_closed",
    "disputes_settled": "disputes_settled",
}
"""The column of the minutes: the metric that the history keeps."""

WEEK = timedelta(days=7)
WEEKS_COUNTED = 8
HASH_DIGITS = 12


def counted(ground: Ground, day: date) -> Iterator[Found]:
    """Yield what the snapshot keeps of the work in the seven days up to a day.

    Each row also says when the meeting about that week is, as it is settled now.
    """
    first = day - timedelta(days=6)
    days = {
        "tasks_created": [row.get("first_seen") for row in ground.typed.get("tasks", ())],
        "tasks_closed": [row.get("done_on") for row in ground.typed.get("tasks", ())],
        "disputes_settled": [row.get("decided_on") for row in ground.typed.get("disputes", ())],
    }
    at = scheduled(ground, day)
    for metric, found in days.items():
        n = sum(isinstance(each, date) and first <= each <= day for each in found)
        yield {"metric": metric, "value": n, "reason": None, "scheduled_at": at}


def scheduled(ground: Ground, day: date) -> datetime:
    """Return when the first meeting after a day is."""
    clock = time.fromisoformat(str(ground.settings["meeting_time"]))
    weekday = WEEKDAYS.index(str(ground.settings["meeting_weekday"]))
    return next_slot(datetime.combine(day, time.max), weekday, clock)


def report(ground: Ground) -> list[Found]:
    """Return the weeks that are frozen or that people wrote about, oldest first.

    Weeks before set-up are there only if people wrote about them.
    """
    kept: dict[str, dict[str, Row]] = {}
    for row in ground.history:
        if row.get("scope") == COMPANY and _is_week(str(row["week"])):
            kept.setdefault(str(row["week"]), {})[str(row["metric"])] = row
    typed = {str(row["week"]): row for row in ground.typed.get("minutes", ())}
    lived = {week for week, rows in kept.items() if _is_lived(rows)}
    weeks = sorted(lived | {week for week in typed if _is_week(week)})
    return [_row(ground, week, kept.get(week, {}), typed.get(week, {})) for week in weeks]


def _is_lived(rows: Mapping[str, Row]) -> bool:
    """Tell whether the numbers of a meeting were frozen when their week was over."""
    reasons = {rows[metric].get("reason") for metric in FROZEN.values() if metric in rows}
    return bool(reasons) and "looked_back" not in reasons


def _is_week(name: str) -> bool:
    """Tell whether a text names a week.

    >>> _is_week("2026-W47"), _is_week("baseline"), _is_week("2026-W60")
    (True, False, False)
    """
    try:
        date.fromisocalendar(*_iso(name))
    except ValueError:
        return False
    return True


def _iso(week: str) -> tuple[int, int, int]:
    """Return year, week and day of a week's Sunday."""
    year, _, number = week.partition("-W")
    return int(year), int(number), 7


def _row(ground: Ground, week: str, kept: Mapping[str, Row], typed: Row) -> Found:
    numbers = {id_: kept.get(metric, {}).get("value") for id_, metric in FROZEN.items()}
    sunday = date.fromisocalendar(*_iso(week))
    frozen = kept.get("tasks_created", {}).get("scheduled_at")
    at = frozen if isinstance(frozen, datetime) else scheduled(ground, sunday)
    return {
        "week": week,
        "scheduled_at": at,
        **numbers,
        "numbers_hash": fingerprint(numbers) if kept else None,
        "frozen_at": next((row["frozen_at"] for row in kept.values()), None),
        "held_on": _held_on(typed, at),
    }


def _held_on(typed: Row, at: datetime) -> date | None:
    """Return the day of a meeting that was held: as typed, else as it was due."""
    if not is_held(typed):
        return None
    day = typed.get("held_on")
    return day if isinstance(day, date) else at.date()


def fingerprint(numbers: Mapping[str, object]) -> str:
    """Return a short hash of a week's numbers: two prints of them are the same, or are not.

    >>> fingerprint({"run_rate": 1.0}) == fingerprint({"run_rate": 1.0})
    True
    """
    text = "\n".join(f"{id_}={value!r}" for id_, value in sorted(numbers.items()))
    return sha256(text.encode()).hexdigest()[:HASH_DIGITS]


def held(ground: Ground) -> set[date]:
    """Return the days of the meetings that were held."""
    return {row["held_on"] for row in report(ground) if row["held_on"]}


def meetings_held(ground: Ground) -> tuple[int | None, int]:
    """Return in how many of the last eight whole weeks a meeting was held, and of how many.

    Weeks count from set-up, or from the first meeting on record if that is earlier.
    """
    met = held(ground)
    frozen = [row["frozen_at"] for row in ground.history if isinstance(row["frozen_at"], datetime)]
    began = min([*met, *(moment.date() for moment in frozen)], default=None)
    if began is None:
        return None, 0
    end = week_start(ground.as_of + timedelta(days=1))
    n = max(0, min(WEEKS_COUNTED, (end - week_start(began)).days // 7))
    weeks = {week_name(end - WEEK * back) for back in range(1, n + 1)}
    return (len(weeks & {week_name(day) for day in met}) if n else None), n
