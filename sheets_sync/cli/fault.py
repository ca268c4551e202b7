"""What is kept of an error of our own: its traceback, in a file to send to the developers."""

from __future__ import annotations

import os
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path

from sheets_sync.config import HIDDEN

KEPT = 10


def record(error: BaseException, folder: Path) -> Path:
    """Write the traceback beside the facts of the workspace, or where temporary files lie."""
    text = "".join(traceback.format_exception(error))
    for place in (folder / HIDDEN, Path(tempfile.gettempdir())):
        path = place / f"fault-{os.getpid()}.txt"
        try:
            path.write_text(text, encoding="utf-8")
        except OSError:
            with suppress(OSError):
                path.unlink()
            continue
        with suppress(OSError):
            for old in sorted(place.glob("fault-*.txt"), key=_age)[:-KEPT]:
                old.unlink()
        return path.resolve()
    return Path(os.devnull)


def _age(path: Path) -> float:
    return path.stat().st_mtime
