"""The record of a sync: when it began and ended, which sources failed, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sheets_sync.disk import told
from sheets_sync.errors import LookAtSource, SmarketingError, TargetNotWritten, exit_code
from sheets_sync.journal import note
from sheets_sync.state import Run, State, Sync
from sheets_sync.store import Arrival

if TYPE_CHECKING:
    from sheets_sync.model import Source
    from sheets_sync.store import Store
    from sheets_sync.watch import Watch
    from sheets_sync.workspace import Workspace
    from templates.words import Words

COUNTS = ("read", "new", "changed", "rejected", "gone")
WORKBOOK, WHOLE = "workbook", "sync"
"""What stands in the log in the place of a source."""


@dataclass(slots=True)
class Record:
    """What is noted of a sync while it goes on."""

    state: State
    watch: Watch
    arrivals: list[Arrival] = field(default_factory=list)
    _times: list[tuple[datetime, datetime]] = field(default_factory=list)
    _written: list[Run] = field(default_factory=list)

    def take(self, store: Store, sources: Iterable[Source]) -> None:
        """Take what is new in each source."""
        for source in sources:
            began = self.watch.moment()
            self.arrivals.append(store.take(source, now=self.watch.now))
            self._times.append((began, self.watch.moment()))

    def write(self, began: datetime, changed: int) -> None:
        """Note that so many cells of the workbook were changed."""
        self._written = [Run(began, self.watch.moment(), WORKBOOK, changed=changed)]

    def runs(self, words: Words) -> list[Run]:
        """Return what is known of the sources and of the workbook, newest first."""
        taken = [
            _run(arrival, *times, words)
            for arrival, times in zip(self.arrivals, self._times, strict=True)
        ]
        return [*self._written, *reversed(taken)]

    def end(self, number: int, words: Words, error: BaseException | None = None) -> None:
        """Keep what became of the sync."""
        ended, runs = self.watch.moment(), self.runs(words)
        said, code = "", 0
        if error:
            said = error.say(words) if isinstance(error, SmarketingError) else type(error).__name__
            code = exit_code(error)
            place = WORKBOOK if isinstance(error, TargetNotWritten) else WHOLE
            runs.insert(0, Run(self.watch.now, ended, place, message=said))
        failed = {each.source: each.error.say(words) for each in self.arrivals if each.error}
        code = code or (LookAtSource.exit_code if failed else 0)
        message = "\n".join([*filter(None, [said]), *failed.values()])
        sync = Sync(self.watch.now, ended, code, tuple(failed), message, self.watch.seconds)
        self.state.finish(number, sync, [*reversed(runs)])
        note(self.state.path.parent, self._entry(sync, runs, error))

    def _entry(
        self, sync: Sync, runs: Iterable[Run], error: BaseException | None
    ) -> dict[str, Any]:
        """Return what the journal says of a sync."""
        errors = {each.source: each.error.id for each in self.arrivals if each.error}
        return {
            "began": sync.started.isoformat(timespec="milliseconds"),
            "ended": self.watch.moment().isoformat(timespec="milliseconds"),
            "exit_code": sync.exit_code,
            "error": error.id
            if isinstance(error, SmarketingError)
            else error and type(error).__name__,
            "seconds": dict(self.watch.seconds),
            "parts": [
                {
                    "name": run.source,
                    "seconds": round((run.finished - run.started).total_seconds(), 3),
                    **{count: getattr(run, count) for count in COUNTS if getattr(run, count)},
                    **({"error": errors[run.source]} if run.source in errors else {}),
                }
                for run in runs
            ],
        }


@contextmanager
def recorded(workspace: Workspace, watch: Watch) -> Iterator[Record]:
    """Keep when a sync ran and how it ended; one that is killed has begun and never ended."""
    state = workspace.state
    record = Record(state, watch)
    _note_killed(workspace)
    number = state.begin(watch.now)
    try:
        yield record
    except BaseException as raised:
        error = told(raised, workspace.folder)
        with suppress(Exception):  # what went wrong may keep this from being written, too
            record.end(number, workspace.words(state.recall("settings")), error)
        if error is raised:
            raise
        raise error from raised
    record.end(number, workspace.words(state.recall("settings")))


def _note_killed(workspace: Workspace) -> None:
    """Note in the log that the sync before this one was killed, if it was."""
    state = workspace.state
    for last in state.syncs(1):
        if last.finished is None:
            said = workspace.words(state.recall("settings"))("log.killed")
            state.note([Run(last.started, last.started, WHOLE, message=said)])


def _run(arrival: Arrival, started: datetime, finished: datetime, words: Words) -> Run:
    counts = arrival.counts.values()
    return Run(
        started,
        finished,
        arrival.source,
        read=sum(count.read for count in counts),
        new=sum(count.new for count in counts),
        changed=sum(count.changed for count in counts),
        rejected=sum(count.quarantined for count in counts),
        gone=sum(count.gone for count in counts),
        message=arrival.error.say(words) if arrival.error else "",
    )
