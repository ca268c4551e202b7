"""Workspaces handed out to other machines: Dask says who syncs which, each in its own program."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any

from sheets_sync.child import LIMIT, Ended, HandOut, sync_apart
from sheets_sync.errors import FixConfig, WaitAndRetry

if TYPE_CHECKING:
    from templates.words import Words

PATIENCE = 15.0
"""Seconds in which the scheduler has to answer, and a worker to be there."""

ABSENCE = 15.0
"""Seconds after which it is looked whether any worker is left."""

_PAUSE = 2.0


def there(address: str, words: Words, limit: float = LIMIT) -> HandOut:
    """Return how the workers of a cluster are handed workspaces, as paths that they know, too.

    Raises:
        FixConfig: Dask is not installed, nobody answers at the address, no worker is there, or one
            has another version of smarketing, or none.
    """
    return partial(_ends, address, words, limit)


def _ends(
    address: str, words: Words, limit: float, folders: Sequence[Path], options: Sequence[str]
) -> Iterator[Ended]:
    """Yield how syncs end, as they do; who stops waiting stops those under way, too."""
    try:
        from distributed import Client
    except ImportError:
        raise FixConfig("no_dask") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it is said in our words
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError):
        raise FixConfig("no_cluster", address=address) from None
    lost = Ended(Path(), 1, "", FixConfig("no_workers", address=address).say(words))
    with client:
        _greet(client, address)
        asked = {
            client.submit(_sync, folder.absolute(), options, limit, pure=False): folder
            for folder in folders
        }
        while asked:
            for future in _done(client, list(asked)):
                yield replace(_ended(future) or lost, folder=asked.pop(future))


def _greet(client: Any, address: str) -> None:
    """Make sure that there are workers, and that they do what is done here."""
    try:
        client.wait_for_workers(1, PATIENCE)
    except TimeoutError:
        raise FixConfig("no_workers", address=address) from None
    ours = version("smarketing")
    for worker, theirs in client.run(version, "smarketing", on_error="return").items():
        if theirs != ours:
            raise FixConfig("other_version", address=worker, ours=ours)


def _done(client: Any, futures: Sequence[Any]) -> Sequence[Any]:
    """Wait until some have ended, and return them; all of them where no worker is left."""
    from distributed import wait

    try:
        wait(futures, ABSENCE, "FIRST_COMPLETED")
    except TimeoutError:
        return () if client.nthreads() else futures
    except CancelledError:
        pass  # by the end of the scheduler
    return [future for future in futures if future.done()]


def _ended(future: Any) -> Ended | None:
    """Return how a sync ended; None where nobody knows, as its workers are gone."""
    if future.status == "finished":
        ended: Ended = future.result()
        return ended
    if future.status != "error":
        return None
    error = future.exception()
    was_killed = type(error).__name__ == "KilledWorker"  # one worker after the other
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
