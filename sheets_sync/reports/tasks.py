"""Tasks: what is open, what is late, and at how many meetings it was so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync.calendars import week_name
from sheets_sync.reports import work
from sheets_sync.reports.ground import Found, Ground

if TYPE_CHECKING:
    from templates.tab import Row

ENDED = {"done", "dropped"}
WEEK = timedelta(days=7)
CARD = re.compile(
    r"(?:№|#|\b(?:сделк|заявк)\w*|\b(?:deal|lead)\b)\s*№?\s*([\w-]*\d[\w-]*)", re.IGNORECASE
)
"""How a text names a deal or a lead: «сделка 100245», "lead #17"."""


def due(row: Row) -> date | None:
    """Return when a task was due at first: moving the date later makes nothing on time."""
    now, first = row.get("due"), row.get("first.due")
    if not isinstance(now, date):
        return None
    return first if isinstance(first, date) else now


def ended_on(row: Row) -> date | None:
    """Return when a task was done or dropped, None while it is open."""
    done_on, since = row.get("done_on"), row.get("since.status") or row.get("first_seen")
    if isinstance(done_on, date):
        return done_on
    return since if row.get("status") in ENDED and isinstance(since, date) else None


def carried(row: Row, meetings: Sequence[date]) -> int:
    """Count the meetings at which a task was known, open and overdue.

    >>> told = {"first_seen": date(2026, 11, 2), "due": date(2026, 11, 6)}
    >>> mondays = [date(2026, 11, day) for day in (2, 9, 16)]
    >>> carried(told, mondays), carried({**told, "done_on": date(2026, 11, 13)}, mondays)
    (2, 1)
    """
    first, seen, end = due(row), row.get("first_seen"), ended_on(row)
    if first is None or not isinstance(seen, date):
        return 0
    return sum(first < day and seen <= day and (end is None or day < end) for day in meetings)


def report(ground: Ground) -> list[Found]:
    """Return what the sync knows of every task."""
    rows = work.typed(ground, "tasks")
    held, day, coming = work.meetings(ground), work.today(ground), work.next_meeting(ground)
    links = _links(ground, rows)
    return [
        {
            "task_id": row["task_id"],
            "first_seen": row["first_seen"],
            "meeting": row["first_seen"] and week_name(row["first_seen"]),
            "first_due": due(row),
            "carried": carried(row, held),
            "crm_link": next(filter(None, map(links.get, _named(row))), None),
            "today": day,
            "next_meeting": coming,
        }
        for row in rows
    ]


def _named(row: Found) -> list[str]:
    return CARD.findall(row.get("text") or "")


def _links(ground: Ground, rows: Sequence[Found]) -> dict[str, str]:
    """Return the CRM's cards of the deals and leads that are named in tasks."""
    ids = sorted({id_ for row in rows for id_ in _named(row)})
    if not ids:
        return {}
    sql = """
        with card as (
            select deal_id as id, link from deal where not is_deleted
            union all
            select lead_id, link from leads_now
        )
        select id, min(link) as link from card
        where link is not null and id in (select id from named) group by id
        """
    ground.give("named", "id varchar", [(id_,) for id_ in ids])
    return {row["id"]: row["link"] for row in ground.new_rows(sql)}


def due_tasks(ground: Ground) -> list[Found]:
    """Return the tasks that a meeting speaks of, those carried over most often first.

    `status` is `late`, else that of an open task, or `done`: since the last meeting.
    """
    held, day = work.meetings(ground), work.today(ground)
    since = next((each for each in reversed(held) if each < day), day - WEEK)
    rows = []
    for row in work.typed(ground, "tasks"):
        first, end = due(row), ended_on(row)
        if not row.get("text") or row.get("status") == "dropped" or (end and end < since):
            continue
        times = carried(row, held)
        is_late = first is not None and first < (end or day)
        status = "late" if is_late else row.get("status") or "to_do"
        rows.append(
            {
                "task_id": row["task_id"],
                "text": row["text"],
                "owner": ground.name(row.get("owner")),
                "dept": row.get("dept"),
                "due": first,
                "late_days": ((end or day) - first).days if first and is_late else None,
                "carried": times,
                "status": "done" if end else status,
                "done_on": end,
                "hypothesis": row.get("hypothesis"),
            }
        )
    return sorted(rows, key=_urgency)


def _urgency(row: Found) -> tuple[object, ...]:
    order = ("late", "doing", "to_do", "done")
    is_done = row["status"] == "done"
    return is_done, -row["carried"], order.index(row["status"]), row["due"] or date.max
