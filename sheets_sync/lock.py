"""One sync at a time in a workspace: a lock of the operating system, which a crash releases."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sheets_sync.errors import WaitAndRetry

LOCK = "lock"

if sys.platform == "win32":
    import msvcrt

    def grasp(file: IO[bytes]) -> None:
        """Lock a file for this program, until it is closed; raise OSError where another has it."""
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def grasp(file: IO[bytes]) -> None:
        """Lock a file for this program, until it is closed; raise OSError where another has it."""
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def workspace_lock(folder: Path) -> Iterator[None]:
    """Hold the workspace whose hidden folder this is.

    Raises:
        WaitAndRetry: another sync holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+b") as file:
        try:
            grasp(file)
        except OSError:
            raise WaitAndRetry("locked", folder=folder.parent) from None
        file.seek(1)  # Windows forbids reading the locked byte, the first
        file.truncate(1)
        file.write(str(os.getpid()).encode())
        file.flush()
        yield
