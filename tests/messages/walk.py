"""A workspace on its way through weeks of syncs, and what should be told, worked out anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sheets_sync.config import Config, Recipient
from sheets_sync.messages.telling import Post
from sheets_sync.state import Sync
from sheets_sync.workspace import Workspace
from templates.settings import DEFAULTS
from templates.words import load
from tests.templates import made_up

WORDS = load("ru")
BEGIN = datetime(2026, 11, 2, 6, tzinfo=UTC)
MOSCOW = timedelta(hours=3)
VALUES = {"good": 1.1, "bad": 0.5, "warn": 0.95, "unknown": None}
NAMES = ("heads", "boss")
REFUSED, LATE, KILLED = ("refused", "500"), ("unknown", ""), ("killed", "")
SIGNS = {
    "неделя": "digest", "вышло за норму": "norms", "дважды подряд": "failures",
    "задачи на": "tasks",
}  # fmt: skip


class Killed(BaseException):
    """The process ends here."""


@dataclass(frozen=True)
class Step:
    """A sync, so long after the one before, what it finds, and what the services answer."""

    hours: float
    pace: str
    is_due: bool
    code: int
    answer: object


@dataclass
class Walk:
    """The workspace, and what arrived: to whom, by which rule, when, and if it says "again"."""

    folder: Path
    quiet: str
    now: datetime = BEGIN
    arrived: list = field(default_factory=list)
    warnings: Counter = field(default_factory=Counter)

    @property
    def at(self):
        """The present moment on the company's clock."""
        return (self.now + MOSCOW).replace(tzinfo=None)

    @property
    def workspace(self):
        people = tuple(Recipient(name=name, to=f"env:{name.upper()}") for name in NAMES)
        return Workspace(self.folder, Config(messages=people))

    def facts(self, step):
        due = {"task_id": "T", "text": "Call", "due": self.at.date(), "status": "to_do"}
        pace = {"id": "run_rate", "kind": "share", "value": VALUES[step.pace], "low": 1.0,
                "high": None, "status": step.pace, "reason": "no_data", "elapsed": 9}  # fmt: skip
        tables = {"five": [pace], "tasks_due": [due] if step.is_due else []}
        return replace(
            made_up.EMPTY,
            as_of=self.at.date() - timedelta(days=1),
            synced_at=self.at,
            settings={**DEFAULTS, "quiet_hours": self.quiet},
            tables=tables if step.code == 0 else {},
        )

    def take(self, step):
        """Sync once."""
        self.now += timedelta(hours=step.hours)
        state = self.workspace.state
        state.finish(state.begin(self.now), Sync(self.now, self.now, step.code, (), "Oops"))

        def carry(address, text, page, sender):  # noqa: ARG001
            [rule] = [rule for sign, rule in SIGNS.items() if sign in text.splitlines()[0]]
            if step.answer != REFUSED:
                is_again = WORDS("message.again") in text
                self.arrived.append((address, rule, self.at, is_again))
            if step.answer == KILLED:
                raise Killed
            return step.answer

        try:
            told = Post(self.workspace, self.facts(step), self.now, carry).send_due()
        except Killed:
            return
        self.warnings.update(told.warnings)

    def told(self, name):
        """Return how often somebody was told by each rule."""
        return Counter(rule for to, rule, *_ in self.arrived if to == name)


def is_quiet(quiet, at):
    if quiet == "no":
        return False
    start, end = map(time.fromisoformat, quiet.split("-"))
    if start < end:
        return start <= at.time() < end
    return not end <= at.time() < start


def meeting(at):
    """Return the meeting that a moment is before, or in: Mondays at ten, for 45 minutes."""
    monday = datetime.combine(at.date() - timedelta(days=at.weekday()), time(10))
    return monday if at < monday + timedelta(minutes=45) else monday + timedelta(days=7)


AHEAD = timedelta(hours=8)


@dataclass
class Should:
    """What should have been told so far, where services refuse at most."""

    quiet: str
    told: Counter = field(default_factory=Counter)
    began: datetime | None = None
    failed: int = 0
    is_failure_told: bool = False
    is_norm_told: bool = False
    digests: set[datetime] = field(default_factory=set)
    tried: set[datetime] = field(default_factory=set)
    missed: set[datetime] = field(default_factory=set)
    days: set[date] = field(default_factory=set)

    def take(self, step, at):
        self.began = self.began or at
        is_awake = not is_quiet(self.quiet, at)
        can = is_awake and step.answer is None
        self.failed = self.failed + 1 if step.code else 0
        self.is_failure_told = self.is_failure_told and self.failed > 0
        if self.failed >= 2 and can and not self.is_failure_told:
            self.told["failures"] += 1
            self.is_failure_told = True
        if step.code:
            return
        self._norm(step, can=can)
        if step.is_due and can and at.time() >= time(7) and at.date() not in self.days:
            self.told["tasks"] += 1
            self.days.add(at.date())
        self._digest(at, can=can, is_awake=is_awake)

    def _norm(self, step, *, can):
        self.is_norm_told = self.is_norm_told and step.pace != "good"
        if step.pace == "bad" and can and not self.is_norm_told:
            self.told["norms"] += 1
            self.is_norm_told = True

    def _digest(self, at, *, can, is_awake):
        day = meeting(at)
        last = day - timedelta(days=7)
        if last not in self.digests and (last - AHEAD >= self.began or last in self.tried):
            self.missed.add(last)
        if at < day - AHEAD or day in self.digests or not is_awake:
            return
        self.tried.add(day)
        if can:
            self.told["digest"] += 1
            self.digests.add(day)
