"""A sync as a program of its own: its end is nobody else's, and its memory is given back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAM = (sys.executable, "-P", "-m", "sheets_sync.cli")
LIMIT = 3600.0
"""Seconds after which a sync is stopped: what its sources brought is kept, the next goes on."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a sync ended, and what it said; without a code it was stopped at the limit."""

    folder: Path
    code: int | None  # negative: by a signal
    out: str
    err: str

    @property
    def exit_code(self) -> int:
        """The code for a shell: 1 where the program did not live to give one.

        >>> [Ended(Path(), code, "", "").exit_code for code in (0, 4, -9, None)]
        [0, 4, 1, 1]
        """
        return self.code if self.code is not None and self.code >= 0 else 1


def sync_apart(folder: Path, options: Sequence[str] = (), limit: float = LIMIT) -> Ended:
    """Sync a workspace in a program of its own, with the options of `smarketing sync`."""
    call = [*PROGRAM, "sync", *options, "--", str(folder)]
    with subprocess.Popen(  # noqa: S603  (our own program)
        call,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONUTF8": "1"},
    ) as program:
        try:
            out, err = program.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            program.kill()
            return Ended(folder, None, "", "")
    return Ended(folder, program.returncode, out, err)
