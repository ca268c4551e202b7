"""When a workspace is due, and how the last sync went that the schedule began."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sheets_sync.config import CONFIG, HIDDEN, Schedule, load
from sheets_sync.cron import Cron, next_time, parse
from sheets_sync.errors import SmarketingError
from sheets_sync.state import open_state

if TYPE_CHECKING:
    from templates.words import Words

BACK = timedelta(hours=3)
"""A clock put back by no more than this repeats nothing; by more, and it was wrong before (so does
cron)."""

SPREAD = timedelta(minutes=5)
"""Among several workspaces each has its own delay, below this and always the same."""

_RECORD = "schedule"


@dataclass(frozen=True, slots=True)
class Plan:
    """When a workspace is synced."""

    folder: Path
    text: str  # as it is written
    zone: ZoneInfo
    delay: timedelta = timedelta(0)

    @property
    def cron(self) -> Cron:
        """What is written, read."""
        return parse(self.text)

    def next(self, after: datetime) -> datetime:
        """Return the first time after a moment."""
        return next_time(self.cron, self.zone, after - self.delay) + self.delay

    def due(self, last: datetime | None, now: datetime) -> datetime:
        """Return when the next sync is due, the last having begun at `last`.

        What was missed meanwhile is due at once, and once however often it was missed.
        """
        return self.next(now if last is None or last - now > BACK else last)

    def is_done(self, last: datetime | None, now: datetime) -> bool:
        """Tell whether a sync that began at `last` was the one that is due now."""
        return last is not None and last - now <= BACK and self.next(last) > now


@dataclass(frozen=True, slots=True)
class Last:
    """The last sync that the schedule began: its exit code and what was said, once it ended."""

    begun: datetime
    code: int | None = None
    said: str = ""


def read_plan(folder: Path, words: Words, *, is_spread: bool = False) -> Plan:
    """Read when a workspace is synced.

    Raises:
        FixConfig: its config cannot be read, or is wrong.
    """
    config = load(folder, words)
    schedule = config.schedule or Schedule()
    delay = _share(folder) * SPREAD if is_spread else timedelta(0)
    return Plan(folder, schedule.sync, ZoneInfo(config.company.timezone), delay)


def _share(folder: Path) -> float:
    """Return a number of [0, 1) that is always the same for a folder, and evenly spread."""
    return zlib.crc32(str(folder.resolve()).encode()) / 2**32


def recall(folder: Path) -> Last | None:
    """Return the last sync that a schedule began; None where there was none, or nobody can tell."""
    if not (folder / CONFIG).exists():
        return None
    with suppress(OSError, sqlite3.Error, SmarketingError):
        if kept := open_state(folder / HIDDEN).get(_RECORD):
            return Last(datetime.fromisoformat(kept["begun"]), kept["code"], kept["said"])
    return None


def remember(folder: Path, last: Last) -> None:
    """Keep how the last sync went, if the workspace can be written to."""
    kept = {"begun": last.begun.isoformat(), "code": last.code, "said": last.said}
    with suppress(OSError, sqlite3.Error, SmarketingError):
        open_state(folder / HIDDEN).put(_RECORD, kept)
