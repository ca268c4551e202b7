"""What became of writes: the CRM is asked what it holds, after a run as after a crash."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource, SmarketingError
from sheets_sync.writeback.wanted import TASK

if TYPE_CHECKING:
    from sheets_sync.writeback.audit import Audit, Cell, Entry
    from sheets_sync.writeback.desk import Desk

WRITTEN, FAILED, UNCLEAR = "written", "failed", "unclear"


def settle(audit: Audit, desks: Sequence[Desk], errors: list[SmarketingError]) -> None:
    """Give every open entry its outcome; those of a CRM that does not answer stay open."""
    entries = [entry for entry in audit.entries() if not entry.outcome]
    for desk in desks:
        mine = [entry for entry in entries if entry.cell.crm == desk.recipient.name]
        if not mine:
            continue
        try:
            held = desk.held({entry.cell for entry in mine})
        except LookAtSource as error:
            errors.append(error)
            continue
        for entry in mine:
            audit.end(entry.id, *became(entry, held))


def became(entry: Entry, held: dict[Cell, str | None]) -> tuple[str, str]:
    """Return what became of an entry, by what the CRM holds, and the answer to keep."""
    now = held.get(entry.cell)
    if entry.cell.what == TASK:
        is_there = now is not None and not (entry.undoes and json.loads(now)["is_done"])
        is_done = is_there == (entry.undoes is None)
        return (WRITTEN if is_done else FAILED), (now if is_there and now else entry.answer)
    if entry.cell in held and now == entry.after:
        return WRITTEN, entry.answer
    is_as_before = entry.cell in held and now == entry.before
    return (FAILED if is_as_before else UNCLEAR), entry.answer
