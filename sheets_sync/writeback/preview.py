"""What would be written to CRMs, cell by cell, with what they hold now; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource, SmarketingError
from sheets_sync.lock import workspace_lock
from sheets_sync.reading import open_reading
from sheets_sync.state import STATE
from sheets_sync.writeback.audit import Audit, Cell, Entry
from sheets_sync.writeback.desk import Desk, Goal, goals, open_desks
from sheets_sync.writeback.settling import WRITTEN, settle
from sheets_sync.writeback.wanted import Note, Wish, wishes

if TYPE_CHECKING:
    from sheets_sync.state import State
    from sheets_sync.workspace import Workspace

KEPT = "writeback"
"""Under which the state keeps the last preview."""
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that would be written, with what it holds and would hold, and how people call that."""

    cell: Cell
    title: str
    before: str | None
    after: str
    shown: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be written; `number` is another one as soon as anything of it is."""

    number: str
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]
    errors: tuple[SmarketingError, ...]


def preview(workspace: Workspace, now: datetime) -> Preview:
    """Return what would be written now, and keep it: only what was shown can be written.

    Raises:
        FixConfig: no CRM takes anything, or there was no sync yet.
        WaitAndRetry: another program holds the workspace.
    """
    audit = Audit(workspace.hidden / STATE)
    changes: list[Change] = []
    notes: list[Note] = []
    with (
        workspace_lock(workspace.hidden),
        open_reading(workspace, now, None) as reading,
        open_desks(reading) as (desks, errors),
    ):
        settle(audit, desks, errors)
        told = list(wishes(reading, [desk.recipient for desk in desks]))
        wanted = [each for each in told if isinstance(each, Wish)]
        notes += [each for each in told if isinstance(each, Note)]
        entries = audit.entries()
        for desk in desks:
            found, why_not = goals(desk, wanted, errors)
            pending, taken_back = unsettled(found, entries)
            notes += [*why_not, *taken_back]
            try:
                shown = list(_compared(desk, pending))
            except LookAtSource as error:
                errors.append(error)
                continue
            changes += [each for each in shown if isinstance(each, Change)]
            notes += [each for each in shown if isinstance(each, Note)]
        number = number_of(changes)
        workspace.state.put(KEPT, {"number": number, "changes": [asdict(each) for each in changes]})
    return Preview(number, tuple(changes), tuple(notes), tuple(errors))


def number_of(changes: Sequence[Change]) -> str:
    """Return the number of a preview, by what it would write over what."""
    spelled = json.dumps([[asdict(each.cell), each.before, each.after] for each in changes])
    return sha256(spelled.encode()).hexdigest()[:DIGITS]


def kept(state: State) -> tuple[str, list[Change]]:
    """Return the number of the last preview, and what it showed."""
    found = state.get(KEPT) or {"number": "", "changes": []}
    return found["number"], [_change(each) for each in found["changes"]]


def _change(told: Mapping[str, object]) -> Change:
    cell, shown = told["cell"], told["shown"]
    return Change(**{**told, "cell": Cell(**cell), "shown": tuple(shown)})  # type: ignore[arg-type]


def unsettled(found: Iterable[Goal], entries: Iterable[Entry]) -> tuple[list[Goal], list[Note]]:
    """Return what is to be written: typed after it was last written, or something else.

    What was written and taken back since, is not written again until somebody types it anew.
    """
    last: dict[Cell, Entry] = {}
    undone = set()
    for entry in entries:
        if entry.outcome == WRITTEN and entry.undoes is None:
            last[entry.cell] = entry
        elif entry.outcome == WRITTEN:
            undone.add(entry.undoes)
    pending, notes = [], []
    for goal in found:
        entry_ = last.get(goal.cell)
        if entry_ is None or entry_.after != goal.after or goal.wish.at > entry_.at:
            pending.append(goal)
        elif entry_.id in undone:
            notes.append(Note("taken_back", {"run": entry_.run, **place(goal.cell)}))
    return pending, notes


def place(cell: Cell) -> dict[str, object]:
    """Return how texts name a cell."""
    return {"what": cell.what, "kind": cell.kind, "record": cell.record, "key": cell.key}


def _compared(desk: Desk, pending: Sequence[Goal]) -> Iterator[Change | Note]:
    """Compare with what the CRM holds now; what it holds already is no change."""
    held = desk.held([goal.cell for goal in pending])
    for goal in pending:
        if goal.cell not in held:
            yield Note("gone", place(goal.cell))
        elif not is_reached(goal, held[goal.cell]):
            before = held[goal.cell]
            shown = goal.shown(before), goal.shown(goal.after)
            yield Change(goal.cell, goal.title, before, goal.after, shown)


def is_reached(goal: Goal, held: str | None) -> bool:
    """Tell whether a field holds what it should; a task that is there is as it should be."""
    return held == goal.after if goal.errand is None else held is not None
