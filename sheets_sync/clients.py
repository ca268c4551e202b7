"""The clients of an agency: how each stands by its last sync, the most troubled first."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync import standing
from sheets_sync.config import CONFIG, HIDDEN, load
from sheets_sync.errors import FixConfig
from sheets_sync.state import STATE, open_state
from templates.clients import FIVE, Trouble
from templates.tab import Status
from templates.trust import FRESH

if TYPE_CHECKING:
    from sheets_sync.state import State, Sync
    from templates.tab import Row, Value
    from templates.words import Words

REMEMBERED = 200
"""Syncs that are looked back on for the last good one."""


def found(roots: Sequence[Path]) -> list[Path]:
    """Return the workspaces under some folders, by name.

    Raises:
        FixConfig: there is none.
    """
    places = [place for root in roots for place in sorted(_under(root))]
    if not places:
        raise FixConfig("no_workspaces", folder=", ".join(map(str, roots)), config=CONFIG)
    return list(dict.fromkeys(places))


def _under(root: Path) -> Iterator[Path]:
    """Yield the folders that hold a config; what lies within one belongs to it."""
    for place, folders, files in os.walk(root):
        if CONFIG in files:
            yield Path(place)
            folders.clear()
        folders[:] = [folder for folder in folders if not folder.startswith(".")]


def clients(root: Path, words: Words, now: datetime) -> list[Row]:
    """Return a row a workspace: what `standing.known` tells, and what befell it since.

    `client` is its folder; `good_at` when its last good sync began; `failed` how many failed since,
    `why` the last of them did; `trouble` what to look at first. What is not known is None.
    """
    rows = [_client(folder, root, words, now) for folder in found([root])]
    return sorted(rows, key=_by_trouble)


def _client(folder: Path, root: Path, words: Words, now: datetime) -> Row:
    state = open_state(folder / HIDDEN) if (folder / HIDDEN / STATE).exists() else None
    stood = (standing.known(state) if state else None) or {}
    place = str(stood.get("place") or "")
    row: dict[str, Value] = {
        "company": folder.resolve().name,
        **stood,
        "client": folder.relative_to(root).as_posix() if folder != root else folder.resolve().name,
        "place": place if "://" in place else str(folder.resolve() / place) if place else None,
        **(_past(state) if state else {"failed": None, "why": "", "good_at": None}),
        "wrong": _wrong(folder, words, stood.get("synced_at")),
    }
    return {**row, "trouble": _trouble(row, now)}


def _past(state: State) -> dict[str, Value]:
    """Return how many syncs have failed since the last good one, and why the last did."""
    syncs = state.syncs(REMEMBERED)
    if syncs and syncs[0].exit_code is None:
        del syncs[0]  # under way
    bad = next((at for at, each in enumerate(syncs) if each.exit_code == 0), len(syncs))
    good: Sync | None = syncs[bad] if bad < len(syncs) else None
    why = syncs[0].message if bad else ""
    return {"failed": bad, "why": why.partition("\n")[0], "good_at": good.started if good else None}


def _wrong(folder: Path, words: Words, synced_at: Value) -> str | None:
    """Say what is wrong with a config that somebody has changed since the last sync."""
    changed = (folder / CONFIG).stat().st_mtime
    if isinstance(synced_at, datetime) and changed < synced_at.timestamp():
        return None
    try:
        load(folder, words)
    except FixConfig as error:
        return error.say(words)
    return None


def _trouble(row: Row, now: datetime) -> str:
    """Return what to look at first."""
    statuses = {row.get(f"{id_}_status") for id_ in FIVE}
    synced_at = row.get("synced_at")
    claims = {
        Trouble.WRONG: bool(row["wrong"]),
        Trouble.NEVER: synced_at is None,
        Trouble.FAILED: bool(row["failed"]),
        Trouble.STALE: _is_old(synced_at, now) or _is_old(row.get("as_of"), now),
        Trouble.DATA: row.get("trust") == Status.BAD,
        Trouble.BAD: Status.BAD in statuses,
        Trouble.MEETINGS: bool(row.get("missed")),
        Trouble.WARN: Status.WARN in statuses,
        Trouble.NONE: True,
    }
    return next(each for each in Trouble if claims[each])


def _is_old(seen: Value, now: datetime) -> bool:
    """Tell whether something is of days ago: a moment, or a day that is over."""
    if isinstance(seen, datetime):
        return now - seen > timedelta(days=FRESH)
    return isinstance(seen, date) and now.date() - seen > timedelta(days=FRESH + 1)


def _by_trouble(row: Row) -> tuple[float | str, ...]:
    """Order clients: by what is to be looked at, how much there is of it, then by name."""
    bad, warn = (
        sum(row.get(f"{id_}_status") == status for id_ in FIVE)
        for status in (Status.BAD, Status.WARN)
    )
    rank = list(Trouble).index(Trouble(str(row["trouble"])))
    counts = (int(str(row.get(name) or 0)) for name in ("failed", "missed"))
    return (rank, -bad, -warn, *(-count for count in counts), str(row["company"]))
