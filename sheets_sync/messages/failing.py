"""What fails, and how often in a row by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource

if TYPE_CHECKING:
    from sheets_sync.state import Run, Sync

WHOLE = "workbook"
"""Under which name a sync fails that brought nothing into the workbook."""

STOPPED = 130
TOOK = {0, LookAtSource.exit_code}
"""Codes of syncs that heard of every source."""

Failure = tuple[int, str]
"""How many times in a row something has failed, and the newest reason."""


def failing(syncs: Sequence[Sync], runs: Sequence[Run]) -> dict[str, Failure]:
    """Return the sources that fail, and the sync if it does as a whole; all are the newest first.

    A sync that somebody stopped, or that is under way, tells nothing; one that was killed failed.
    """
    told = [
        sync
        for place, sync in enumerate(syncs)
        if sync.exit_code != STOPPED and (place or sync.exit_code is not None)
    ]
    whole = _in_a_row([sync.exit_code not in TOOK for sync in told])
    names = {name for sync in told for name in sync.failed}
    times = {
        name: _in_a_row(
            [name in sync.failed for sync in told if name in sync.failed or sync.exit_code in TOOK]
        )
        for name in names
    }
    reasons = _reasons(runs)
    found = {name: (n, reasons.get(name, "")) for name, n in sorted(times.items()) if n}
    return {**found, WHOLE: (whole, told[0].message)} if whole else found


def _in_a_row(claims: Sequence[bool]) -> int:
    return next((n for n, claim in enumerate(claims) if not claim), len(claims))


def _reasons(runs: Sequence[Run]) -> Mapping[str, str]:
    """Return why each source failed last."""
    return {run.source: run.message for run in reversed(runs) if run.message}
