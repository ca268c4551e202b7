"""Workspaces handed out to other machines: Dask says who syncs which, each in its own program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from sheets_sync.child import LIMIT, Ended, HandOut, sync_apart
from sheets_sync.errors import FixConfig, WaitAndRetry

PATIENCE = 15.0
"""Seconds in which the scheduler has to answer, and a worker to be there."""

_PAUSE = 2.0


def there(address: str, limit: float = LIMIT) -> HandOut:
    """Return how the workers of a cluster are handed workspaces, as paths that they know, too.

    Raises:
        FixConfig: Dask is not installed, nobody answers at the address, or no worker is there.
    """
    return partial(_ends, address, limit)


def _ends(
    address: str, limit: float, folders: Sequence[Path], options: Sequence[str]
) -> Iterator[Ended]:
    """Yield how syncs end, as they do; who stops waiting stops those under way, too."""
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise FixConfig("no_dask") from None
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError):
        raise FixConfig("no_cluster", address=address) from None
    with client:
        try:
            client.wait_for_workers(1, PATIENCE)
        except TimeoutError:
            raise FixConfig("no_workers", address=address) from None
        asked = {
            client.submit(_sync, folder.absolute(), options, limit, pure=False): folder
            for folder in folders
        }
        for future in as_completed(asked):
            yield replace(_ended(future), folder=asked[future])


def _ended(future: Any) -> Ended:
    """Return how a sync ended; one that took worker after worker with it was killed."""
    error = future.exception()
    if error is None:
        ended: Ended = future.result()
        return ended
    was_killed = type(error).__name__ == "KilledWorker"
    return Ended(Path(), -9 if was_killed else 1, "", "" if was_killed else str(error))


def _sync(folder: Path, options: Sequence[str], limit: float) -> Ended:
    """Sync a workspace on a worker.

    A sync outlives a worker that is killed, and holds its workspace: the next worker waits for it.
    """
    stop, until = _Unwanted(), monotonic() + limit
    while True:
        ended = sync_apart(folder, options, limit=limit, stop=stop)
        is_held = ended.code == WaitAndRetry.exit_code and monotonic() < until
        if not is_held or stop.wait(_PAUSE):
            return ended


class _Unwanted(Event):
    """Set once nobody waits for the task of this thread any more."""

    def __init__(self) -> None:
        from distributed import get_worker

        super().__init__()
        worker = get_worker()
        self._task = worker.state.tasks[worker.get_current_task()]

    def wait(self, timeout: float | None = None) -> bool:
        """Look at the task, and wait so many seconds."""
        if self._task.state == "cancelled":
            self.set()
        return super().wait(timeout)
