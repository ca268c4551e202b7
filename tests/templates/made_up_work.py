"""Work that people wrote down: whole, half filled in, and wrong; with what the sync knows of it."""

from __future__ import annotations

from datetime import date

AS_OF, TODAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 23)

TASK = {"first_seen": date(2026, 11, 2), "meeting": "2026-W45", "today": TODAY,
        "next_meeting": MONDAY}  # fmt: skip
TASKS = {
    "T-0001": ({**TASK, "carried": 3, "first_due": date(2026, 11, 6)},
               {"text": "Call", "owner": "Ann", "due": date(2026, 11, 27), "status": "doing"}),
    "T-0002": ({**TASK, "carried": 3, "first_due": date(2026, 11, 6)},
               {"text": "Call", "due": date(2026, 11, 6), "status": "done",
                "done_on": date(2026, 11, 9)}),
    "T-0003": ({**TASK, "carried": 0, "first_due": date(2026, 11, 30)},
               {"text": "Call", "due": date(2026, 11, 30)}),
    "T-0004": ({**TASK, "carried": 4, "first_due": None},
               {"text": "Call", "due": "soon", "status": "dropped", "done_on": "then"}),
    "T-0005": ({}, {"text": "Call", "due": date(2026, 11, 6)}),
    "T-0006": ({**TASK, "carried": 0, "first_due": date(2026, 11, 6)},
               {"due": date(2026, 11, 6), "status": "begun"}),
}  # fmt: skip

WORK = {"tasks": TASKS}
"""By tab and key: the machine's cells, and what people typed."""
