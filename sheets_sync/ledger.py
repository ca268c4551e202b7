"""When a service was called by any program of this user: a small file, locked while one looks."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import IO

from sheets_sync.limits import Keeping, Times
from sheets_sync.lock import grasp

ATTEMPTS, PAUSE = 400, 0.005
"""How long the file is waited for: two seconds, a thousand times what a look takes."""

AHEAD = 900.0
"""Seconds: a later time than that is left from before the computer was started."""


def ledger(name: str) -> Keeping:
    """Return how to keep the calls of a service, or of a credential, for all programs.

    The file is named by a digest: neither an address nor whose credential it is stands in it.
    """
    digest = sha256(name.encode()).hexdigest()[:24]
    return partial(kept, caches() / "calls" / f"{digest}.json")


def caches() -> Path:
    """Return the folder for what may be lost, of this user and this product."""
    if sys.platform == "win32":
        place = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        place = Path.home() / "Library" / "Caches"
    else:
        place = Path.home() / ".cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or place) / "smarketing"


@contextmanager
def kept(path: Path, times: Times, now: float) -> Iterator[None]:
    """Put what all programs left into `times`, and leave it for them when it has changed.

    Times are those of `time.monotonic`, which all programs of a computer share and nobody sets.
    Where the file cannot be kept, this program counts its own calls alone.
    """
    with _held(path) as file:
        if file:
            _read(file, times, now)
        yield
        if file:
            _write(file, times)


@contextmanager
def _held(path: Path) -> Iterator[IO[bytes] | None]:
    """Open the file and lock it; None where that is not to be had."""
    file = None
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch()
        file = path.open("r+b")
    if file is None:
        yield None
        return
    try:
        yield file if _is_grasped(file) else None
    finally:
        with suppress(OSError):
            file.close()


def _is_grasped(file: IO[bytes]) -> bool:
    for _ in range(ATTEMPTS):
        try:
            grasp(file)
        except OSError:
            sleep(PAUSE)
        else:
            return True
    return False


def _read(file: IO[bytes], times: Times, now: float) -> None:
    """Read what was left; of a file that was cut off, nothing."""
    file.seek(1)  # Windows forbids reading the locked byte, the first
    with suppress(OSError, ValueError, TypeError):
        found = [[float(at) for at in each] for each in json.loads(file.readline())]
        for mine, theirs in zip(times, found, strict=True):
            mine.clear()
            mine.extend(at for at in theirs if at <= now + AHEAD)


def _write(file: IO[bytes], times: Times) -> None:
    """Write a line over the one before, so that a kill leaves the one or the other."""
    with suppress(OSError):
        file.seek(1)
        file.write(json.dumps([list(each) for each in times]).encode() + b"\n")
        file.flush()
        file.truncate()
