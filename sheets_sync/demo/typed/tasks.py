"""What was agreed at the meetings of the last weeks: done, late, carried, and for next week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync.calendars import DAY, week_start

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words


@dataclass(frozen=True, slots=True)
class Task:
    """A task: how many meetings ago it was written down, days to its due, days past it if done."""

    who: str
    dept: str
    meetings_ago: int
    due_in: int
    done_after: int | None = None
    status: str = "to_do"
    hypothesis: str | None = None


TASKS = (
    Task("seller.3", "sales", 5, 4, done_after=-1),
    Task("marketer.1", "marketing", 5, 4, status="doing"),
    Task("seller.1", "sales", 4, 4, done_after=0, hypothesis="H-0001"),
    Task("marketer.2", "marketing", 4, 3, status="dropped"),
    Task("marketer.1", "marketing", 3, 4, done_after=3),
    Task("seller.2", "sales", 3, 4, done_after=-2),
    Task("marketer.2", "marketing", 2, 4, status="doing"),
    Task("seller.4", "sales", 1, 3, done_after=-1),
    Task("marketer.1", "marketing", 1, 4, done_after=0),
    Task("seller.5", "sales", 1, 2),
    Task("marketer.1", "marketing", 0, 4, status="doing", hypothesis="H-0003"),
    Task("seller.1", "sales", 0, 3),
    Task("marketer.2", "marketing", 0, 9),
)


def diary(last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield the tasks on the day on which each was written down, and again when it was ended."""
    monday = week_start(last_day + DAY)
    for number, task in enumerate(TASKS, start=1):
        key, seen = f"T-{number:04d}", monday - timedelta(weeks=task.meetings_ago)
        due = seen + timedelta(days=task.due_in)
        row: dict[str, Value] = {
            "text": words(f"demo.task.{number}"),
            "owner": words(f"demo.{task.who}"),
            "dept": task.dept,
            "due": due,
            "hypothesis": task.hypothesis,
        }
        yield seen, {"tasks": {key: row}}
        if task.done_after is not None:
            done = due + timedelta(days=task.done_after)
            yield done, {"tasks": {key: {**row, "status": "done", "done_on": done}}}
        elif task.status != "to_do":
            yield seen + DAY, {"tasks": {key: {**row, "status": task.status}}}
