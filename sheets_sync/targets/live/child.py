"""Excel is asked in a process of its own: while a person types into a cell, it does not answer."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

from sheets_sync.errors import TargetNotWritten

Json = dict[str, Any]

PROGRAM = (sys.executable, "-m", "excel_addin.live")
_SECONDS = 30.0
_CELLS_A_SECOND = 2_000
_LONGEST = 300  # letters of a message that is passed on


def is_possible() -> bool:
    """Tell whether this machine may have Excel, and what speaks with it is installed."""
    return sys.platform in {"win32", "darwin"} and find_spec("xlwings") is not None


def ask(question: Json, program: tuple[str, ...] = PROGRAM, seconds: float | None = None) -> Json:
    """Ask Excel, and wait as long as the work may take.

    Raises:
        TargetNotWritten: a person is typing, or Excel fails.
    """
    tabs = question.get("tabs", ())
    cells = sum(len(block["cells"]) for tab in tabs for block in tab["blocks"])
    limit = _SECONDS + cells / _CELLS_A_SECOND if seconds is None else seconds
    try:
        done = subprocess.run(  # noqa: S603  (our own program)
            program,
            input=json.dumps(question),
            capture_output=True,
            encoding="utf-8",
            errors="replace",  # what Python says of a fault is in the code page of the machine
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TargetNotWritten("excel_busy") from None
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [""])[-1][:_LONGEST]
        raise TargetNotWritten("excel_failed", why=why)
    found: Json = json.loads(done.stdout)
    return found
