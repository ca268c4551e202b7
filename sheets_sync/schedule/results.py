"""What became of syncs, in words."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.child import LIMIT, Ended
from sheets_sync.config import CONFIG, HIDDEN
from sheets_sync.errors import SmarketingError, WaitAndRetry
from sheets_sync.schedule.plan import recall
from sheets_sync.state import Sync, open_state

if TYPE_CHECKING:
    from templates.words import Words

Result = tuple[datetime, str]
"""When a sync began, and what became of it."""


def happened(ended: Ended, words: Words) -> str:
    """Say how a sync ended that `sync --json` did."""
    if ended.code is None:
        return words("cli.sync.hung", folder=ended.folder, minutes=words.number(LIMIT / 60))
    if ended.code < 0:
        return words("cli.sync.died", folder=ended.folder, signal=-ended.code)
    if ended.code == WaitAndRetry.exit_code:
        return words("cli.schedule.locked")
    told = ended.summary or {"error": ended.err.strip()}
    if "error" in told:
        return str(told["error"])
    done = words(
        "cli.schedule.done",
        seconds=words.number(ended.seconds, 1),
        changed=words.number(sum(told["cells_changed"].values())),
    )
    failed = [source["error"] for source in told["sources"].values() if source["error"]]
    return "\n".join([done, *failed])


def results(folder: Path, words: Words, newest: int) -> list[Result]:
    """Return the newest results of a workspace, newest first: of every sync, whoever began it."""
    if not (folder / CONFIG).exists():
        return []
    syncs: list[Sync] = []
    with suppress(OSError, sqlite3.Error, SmarketingError):
        syncs = open_state(folder / HIDDEN).syncs(newest)
    found = [(sync.started, _became(sync, words)) for sync in syncs]
    last = recall(folder)
    if last and last.code and last.said and not any(last.begun <= began for began, _ in found):
        found.insert(0, (last.begun, last.said))  # it did not come to be a sync
    return found[:newest]


def _became(sync: Sync, words: Words) -> str:
    if sync.finished is None:
        return words("cli.schedule.unfinished")
    if sync.exit_code == 0:
        seconds = (sync.finished - sync.started).total_seconds()
        return words("cli.schedule.synced", seconds=words.number(seconds, 1))
    return sync.message
