"""What a command costs in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of the processor, peak megabytes, and what the command printed."""

    clock: float
    seconds: float
    megabytes: float
    printed: str


def smarketing(*arguments: str) -> Cost:
    """Run the command of this environment; where the system does not count, nothing is measured."""
    return spent([str(Path(sys.executable).with_name("smarketing")), *arguments])


def spent(command: list[str]) -> Cost:
    """Run a command."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    printed = child.stdout.read() if child.stdout else ""
    _, status, used = os.wait4(child.pid, 0)
    clock = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)}: {printed}")
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Cost(clock, used.ru_utime + used.ru_stime, kilobytes / 1024, printed)
