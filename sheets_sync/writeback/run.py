"""Writing what a preview showed, and taking a run back; the audit goes before every write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig, LookAtSource, SmarketingError
from sheets_sync.lock import workspace_lock
from sheets_sync.reading import Reading, open_reading
from sheets_sync.sources.rest.writer import PASSING
from sheets_sync.state import STATE
from sheets_sync.writeback.audit import Audit, Cell, Entry
from sheets_sync.writeback.desk import Desk, Goal, goals, open_desks
from sheets_sync.writeback.preview import Change, kept, place, unsettled
from sheets_sync.writeback.settling import FAILED, UNCLEAR, WRITTEN, settle
from sheets_sync.writeback.wanted import TASK, Note, Wish, wishes

if TYPE_CHECKING:
    from sheets_sync.workspace import Workspace

STOPPING = frozenset({"crm_token", "crm_grant", "crm_grant_lost", "crm_budget"})
MOST_PASSING = 3
"""Records in a row that a CRM did not answer for; then it is left alone."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run wrote, what it left alone and why, and the CRMs that failed."""

    run: int
    entries: tuple[Entry, ...]
    notes: tuple[Note, ...]
    errors: tuple[SmarketingError, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A write that is due: what the CRM has to hold before it, and how it is done.

    `held` is as the CRM tells it, `before` as the audit does: of a field they are the same.
    """

    cell: Cell
    held: str | None
    before: str | None
    after: str | None
    act: Callable[[], object]
    undoes: int | None = None

    def is_done(self, held: str | None) -> bool:
        """Tell whether nothing is left to do."""
        is_new_task = self.cell.what == TASK and self.undoes is None
        return held is not None if is_new_task else held == self.after


@dataclass(slots=True)
class _Run:
    """One run over CRMs that are open."""

    audit: Audit
    reading: Reading
    desks: Sequence[Desk]
    now: datetime
    errors: list[SmarketingError]
    number: int
    notes: list[Note] = field(default_factory=list)

    def perform(self, desk: Desk, steps: Sequence[Step]) -> None:
        """Do one step after the other; a CRM that does not answer is left alone."""
        passing = 0
        for at, step in enumerate(steps):
            try:
                self._do(desk, step)
                passing = 0
            except LookAtSource as error:
                passing = passing + 1 if error.id in PASSING else 0
                if error.id in STOPPING or passing == MOST_PASSING:
                    self.errors.append(error)
                    if left := len(steps) - at - 1:
                        parts = {"crm": desk.recipient.name, "count": left}
                        self.notes.append(Note("not_tried", parts))
                    return

    def _do(self, desk: Desk, step: Step) -> None:
        """Look what the CRM holds, keep what is meant, write."""
        try:
            held = desk.held([step.cell])
            now = held.get(step.cell)
            shown = desk.shown(step.cell, now)
        except LookAtSource as error:
            self.notes.append(self._refused(step, error))
            raise
        if step.cell not in held:
            self.notes.append(Note("gone", place(step.cell)))
        elif step.is_done(now):
            return
        elif now != step.held:
            self.notes.append(Note("crm_changed", {**place(step.cell), "held": shown}))
        else:
            self._write(step)

    def _write(self, step: Step) -> None:
        id_ = self.audit.begin(
            self.number,
            self.now,
            step.cell,
            before=step.before,
            after=step.after,
            undoes=step.undoes,
        )
        try:
            step.act()
        except LookAtSource as error:
            said = f"{error.id}: {error.parts.get('why', '')}"
            if error.id in PASSING:
                self.audit.answer(id_, said)
            else:
                self.audit.end(id_, FAILED, said)
            self.notes.append(self._refused(step, error))
            raise
        self.audit.answer(id_, "ok")

    def _refused(self, step: Step, error: LookAtSource) -> Note:
        why = error.parts.get("why", "")
        return Note(f"refused.{error.id}", {**place(step.cell), "why": why})

    def report(self) -> Report:
        """Ask what became of it all."""
        settle(self.audit, self.desks, self.errors)
        entries = self.audit.entries(self.number)
        self.notes += [
            Note("not_taken", place(entry.cell))
            for entry in entries
            if entry.outcome in {FAILED, UNCLEAR} and entry.answer == "ok"
        ]
        return Report(self.number, tuple(entries), tuple(self.notes), tuple(self.errors))


@contextmanager
def _begun(workspace: Workspace, now: datetime) -> Iterator[_Run]:
    audit = Audit(workspace.hidden / STATE)
    with (
        workspace_lock(workspace.hidden),
        open_reading(workspace, now, None) as reading,
        open_desks(reading) as (desks, errors),
    ):
        settle(audit, desks, errors)
        yield _Run(audit, reading, desks, now, errors, audit.next_run())


def write(workspace: Workspace, number: str, now: datetime) -> Report:
    """Write what the preview of a number showed, as far as nobody has changed it since.

    Raises:
        FixConfig: this is not the last preview.
        WaitAndRetry: another program holds the workspace.
    """
    with _begun(workspace, now) as run:
        shown, changes = kept(workspace.state)
        if number != shown or not changes:
            raise FixConfig("no_such_preview", number=number)
        told = wishes(run.reading, [desk.recipient for desk in run.desks])
        wanted = [each for each in told if isinstance(each, Wish)]
        entries = run.audit.entries()
        for desk in run.desks:
            found, _ = goals(desk, wanted, run.errors)
            pending, _ = unsettled(found, entries)
            mine = [each for each in changes if each.cell.crm == desk.recipient.name]
            steps = list(_due(run, desk, mine, found, pending))
            run.perform(desk, steps)
        return run.report()


def _due(
    run: _Run, desk: Desk, changes: Sequence[Change], found: Sequence[Goal], pending: Sequence[Goal]
) -> Iterator[Step]:
    """Yield the writes that a preview showed and the workbook still wants."""
    wanted, due = ({goal.cell: goal for goal in each} for each in (found, pending))
    for change in changes:
        goal = wanted.get(change.cell)
        if goal is None or goal.after != change.after:
            run.notes.append(Note("sheet_changed", place(change.cell)))
        elif change.cell in due:
            held = change.before
            yield Step(change.cell, held, held, change.after, _writing(desk, goal))


def _writing(desk: Desk, goal: Goal) -> Callable[[], object]:
    errand, cell = goal.errand, goal.cell
    if errand:
        return lambda: desk.writer.make(errand)
    return lambda: desk.writer.write(cell.kind, cell.record, cell.field, goal.after)


def undo(workspace: Workspace, number: int, now: datetime) -> Report:
    """Give back what a run wrote over, where the CRM still holds what the run wrote.

    Raises:
        FixConfig: there is no such run.
        WaitAndRetry: another program holds the workspace.
    """
    with _begun(workspace, now) as run:
        entries = run.audit.entries()
        undone = {each.undoes for each in entries if each.outcome == WRITTEN}
        mine = [each for each in entries if each.run == number]
        if not mine:
            known = ", ".join(sorted({str(each.run) for each in entries})) or "—"
            raise FixConfig("no_such_run", number=number, known=known)
        due = [
            each for each in mine if each.id not in undone and each.outcome in {WRITTEN, UNCLEAR}
        ]
        for desk in run.desks:
            of_desk = [each for each in due if each.cell.crm == desk.recipient.name]
            run.perform(desk, list(_back(run, desk, of_desk)))
        return run.report()


def _back(run: _Run, desk: Desk, entries: Sequence[Entry]) -> Iterator[Step]:
    """Yield the writes that take others back, the last one first."""
    for entry in reversed(entries):
        if entry.cell.what == TASK and entry.undoes:
            run.notes.append(Note("task_gone", place(entry.cell)))
        else:
            is_task = entry.cell.what == TASK
            held, act = (entry.answer, _dropping) if is_task else (entry.after, _restoring)
            yield Step(entry.cell, held, entry.after, entry.before, act(desk, entry), entry.id)


def _dropping(desk: Desk, entry: Entry) -> Callable[[], object]:
    id_ = str(json.loads(entry.answer)["id"])
    return lambda: desk.writer.drop(id_)


def _restoring(desk: Desk, entry: Entry) -> Callable[[], object]:
    cell = entry.cell
    return lambda: desk.writer.write(cell.kind, cell.record, cell.field, entry.before)
