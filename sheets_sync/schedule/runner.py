"""Many workspaces, each synced when it is due, as its config says at the time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import TYPE_CHECKING

from sheets_sync.child import Ended
from sheets_sync.config import CONFIG
from sheets_sync.errors import SmarketingError
from sheets_sync.schedule.clockwork import Clockwork
from sheets_sync.schedule.plan import Last, Plan, read_plan, recall, remember
from sheets_sync.schedule.results import happened

if TYPE_CHECKING:
    from templates.words import Words

TICK = 5.0
"""Seconds after which clock and configs are looked at again, a sleep of the computer included."""

FINISH = 30.0
"""Seconds in which syncs under way may finish when the schedule is stopped."""

Tell = Callable[[str], None]
"""Is told the name of what is due, left out or done."""

Stamp = tuple[int, int]
"""When a config was changed, and its size."""


@dataclass(slots=True)
class Runner:
    """Syncs workspaces when they are due.

    `places` returns their folders, `sync` syncs one in a program of its own and waits for it,
    `clock` tells the time; all are asked again and again. `say` says a line.
    """

    places: Callable[[], Sequence[Path]]
    sync: Callable[[Path], Ended]
    clock: Callable[[], datetime]
    say: Callable[[str], object]
    words: Words
    make: Callable[[Tell, Tell, Tell], Clockwork]
    plans: dict[Path, Plan] = field(default_factory=dict)
    running: set[Path] = field(default_factory=set)
    is_stopping: bool = False
    _clockwork: Clockwork = field(init=False)
    _stamps: dict[Path, Stamp | None] = field(default_factory=dict)
    _begun: dict[Path, datetime] = field(default_factory=dict)
    _missed: set[Path] = field(default_factory=set)  # due while the sync before was under way
    _looked: datetime | None = None

    def __post_init__(self) -> None:
        """Wind up the clockwork."""
        self._clockwork = self.make(
            lambda name: self._begin(Path(name)),
            lambda name: self._late(Path(name)),
            lambda name: self._ended(Path(name)),
        )

    def turn(self) -> float:
        """Look at configs and clock, begin what is due; return how many seconds to wait."""
        self._look()
        return min(self._clockwork.turn(), TICK)

    def once(self) -> None:
        """Sync what is due now, or was never synced by a schedule, and wait for it."""
        self._look()
        for folder, plan in self.plans.items():
            if self._last(folder) is None:
                self._put(plan, self.clock())
        self._clockwork.turn()
        self._clockwork.shutdown()

    def stop(self, halt: Event) -> None:
        """Begin nothing more, let what is under way finish, then ask it to stop; wait for it."""
        self.is_stopping = True
        self._clockwork.pause()
        deadline = monotonic() + FINISH
        try:
            while self.running and monotonic() < deadline:
                sleep(0.1)
        finally:  # who asks a second time does not wait
            halt.set()
            self._clockwork.shutdown()

    def _look(self) -> None:
        now = self.clock()
        try:
            folders = list(self.places())
        except (SmarketingError, OSError):  # a disk that is away for a while
            folders = list(self._stamps)
        is_spread = len(folders) > 1
        for folder in self._stamps.keys() - set(folders):
            self._forget(folder)
        for folder in folders:
            stamp = _stamp(folder)
            if folder not in self._stamps or stamp != self._stamps[folder]:
                self._stamps[folder] = stamp
                self._read(folder, now, is_spread=is_spread)
        if self._looked and now < self._looked:
            for plan in self.plans.values():
                self._put(plan, plan.due(self._last(plan.folder), now))
        self._looked = now

    def _forget(self, folder: Path) -> None:
        del self._stamps[folder]
        if self.plans.pop(folder, None):
            self._clockwork.drop(str(folder))
            self._tell(folder, "gone")

    def _read(self, folder: Path, now: datetime, *, is_spread: bool) -> None:
        """Plan as the config says; where it is wrong, as it said before."""
        try:
            plan = read_plan(folder, self.words, is_spread=is_spread)
        except (SmarketingError, OSError) as error:
            why = error.say(self.words) if isinstance(error, SmarketingError) else str(error)
            self._tell(folder, "wrong", why=why)
            return
        known = self.plans.get(folder)
        if plan == known:
            return
        self.plans[folder] = plan
        first = plan.next(now) if known else plan.due(self._last(folder), now)
        self._put(plan, first)
        self._tell(folder, "planned", at=self.words.moment(max(first, now).astimezone(plan.zone)))

    def _put(self, plan: Plan, first: datetime) -> None:
        self._clockwork.put(str(plan.folder), plan.next, first)

    def _last(self, folder: Path) -> datetime | None:
        """Return when the last sync was begun, by us or by another schedule."""
        kept = recall(folder)
        known = [self._begun.get(folder), kept and kept.begun]
        return max((moment for moment in known if moment), default=None)

    def _late(self, folder: Path) -> None:
        self._missed.add(folder)
        self._tell(folder, "late")

    def _ended(self, folder: Path) -> None:
        """Make up for what was missed meanwhile."""
        plan = self.plans.get(folder)
        if plan and folder in self._missed:
            self._put(plan, self.clock())
        self._missed.discard(folder)

    def _tell(self, folder: Path, event: str, **parts: object) -> str:
        """Say what happens to a workspace, with the time there; return it without these."""
        said, plan = self.words(f"cli.schedule.{event}", **parts), self.plans.get(folder)
        at = self.words.moment(self.clock().astimezone(plan.zone if plan else None))
        self.say(self.words("cli.schedule.line", at=at, folder=folder, text=said))
        return said

    def _begin(self, folder: Path) -> None:
        """Sync a workspace, unless another schedule just did; this runs in a thread of its own."""
        now, plan = self.clock(), self.plans.get(folder)
        if self.is_stopping or plan is None or plan.is_done(self._last(folder), now):
            return
        self._begun[folder] = now
        self._missed.discard(folder)
        remember(folder, Last(now))
        self.running.add(folder)
        try:
            ended = self.sync(folder)
        except Exception as error:  # noqa: BLE001  (one workspace never stops the others)
            remember(folder, Last(now, 1, self._tell(folder, "wrong", why=str(error))))
        else:
            remember(
                folder,
                Last(
                    now,
                    ended.exit_code,
                    self._tell(folder, "ended", text=happened(ended, self.words)),
                ),
            )
        finally:
            self.running.discard(folder)


def _stamp(folder: Path) -> Stamp | None:
    try:
        about = (folder / CONFIG).stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size
