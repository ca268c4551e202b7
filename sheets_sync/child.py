"""A sync as a program of its own: its end is nobody else's, and its memory is given back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import inf
from pathlib import Path
from threading import Event
from time import monotonic
from typing import IO, Any, Protocol

PROGRAM = (sys.executable, "-P", "-m", "sheets_sync.cli")
LIMIT = 3600.0
"""Seconds after which a sync is stopped: what its sources brought is kept, the next goes on."""

GRACE = 20.0
"""Seconds that a sync which is asked to stop has to leave by itself."""

_TICK = 0.05

Program = subprocess.Popen[bytes]
Exit = tuple[int, int | None]
"""The code of a program that has ended, and the most memory it took."""

if sys.platform == "win32":
    _GROUP: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}

    def _ask(program: Program) -> None:
        program.send_signal(signal.CTRL_BREAK_EVENT)

    def _kill(program: Program) -> None:
        program.kill()

    def _ended(program: Program) -> Exit | None:
        code = program.poll()
        return None if code is None else (code, None)

else:
    _GROUP: dict[str, Any] = {"process_group": 0}
    _UNIT = 1 if sys.platform == "darwin" else 1024

    def _ask(program: Program) -> None:
        os.killpg(program.pid, signal.SIGTERM)

    def _kill(program: Program) -> None:
        os.killpg(program.pid, signal.SIGKILL)

    def _ended(program: Program) -> Exit | None:
        pid, status, usage = os.wait4(program.pid, os.WNOHANG)
        if not pid:
            return None
        program.returncode = os.waitstatus_to_exitcode(status)
        return program.returncode, usage.ru_maxrss * _UNIT


@dataclass(frozen=True, slots=True)
class Ended:
    """How a sync ended, and what it said; without a code it was stopped at the limit.

    `code` is negative where a signal ended it. `seconds` it took; `peak` is the most memory it had,
    in bytes, None where the system does not tell (Windows). On Linux it is never below what the
    program had that began it.
    """

    folder: Path
    code: int | None
    out: str
    err: str
    seconds: float = 0.0
    peak: int | None = None

    @property
    def exit_code(self) -> int:
        """The code for a shell: 1 where the program did not live to give one.

        >>> [Ended(Path(), code, "", "").exit_code for code in (0, 4, -9, None)]
        [0, 4, 1, 1]
        """
        return self.code if self.code is not None and self.code >= 0 else 1

    @property
    def summary(self) -> Mapping[str, Any] | None:
        """The object that `sync --json` printed; None where there is none.

        >>> Ended(Path(), 2, '{"workspace": "a", "error": "…"}', "").summary
        {'workspace': 'a', 'error': '…'}
        >>> Ended(Path(), -9, '{"works', "").summary
        """
        lines = self.out.splitlines()
        try:
            told = json.loads(lines[-1]) if lines else None
        except ValueError:
            return None
        return told if isinstance(told, dict) else None


class HandOut(Protocol):
    """A way to have workspaces synced, with the options of `smarketing sync`."""

    def __call__(self, folders: Sequence[Path], options: Sequence[str], /) -> Iterator[Ended]:
        """Yield how each sync ends, as they do; who stops waiting stops those under way, too."""
        ...


def sync_apart(
    folder: Path,
    options: Sequence[str] = (),
    *,
    limit: float = LIMIT,
    stop: Event | None = None,
    grace: float = GRACE,
) -> Ended:
    """Sync a workspace in a program of its own, with the options of `smarketing sync`.

    When `stop` is set the program is asked to leave, and killed with all that it began if it has
    not left `grace` seconds later; after `limit` seconds it is killed at once.
    """
    call = [*PROGRAM, "sync", *options, "--", str(folder)]
    start = monotonic()
    with (
        subprocess.Popen(  # noqa: S603  (our own program)
            call,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
            **_GROUP,
        ) as begun,
        ThreadPoolExecutor(2) as hands,
    ):
        said = [hands.submit(_read, pipe) for pipe in (begun.stdout, begun.stderr)]
        code, peak = _end(begun, start + limit, stop or Event(), grace)
    out, err = (text.result() for text in said)
    return Ended(folder, code, out, err, monotonic() - start, peak)


def _read(pipe: IO[bytes] | None) -> str:
    return pipe.read().decode("utf-8", "replace") if pipe else ""


def _end(
    program: Program, deadline: float, stop: Event, grace: float
) -> tuple[int | None, int | None]:
    """Wait until a program has ended, or make it end; return its code and its memory."""
    if exit_ := _waited(program, deadline, stop):
        return exit_
    is_late = not stop.is_set()
    if not is_late:
        _ask(program)
        exit_ = _waited(program, monotonic() + grace)
    if not exit_:
        _kill(program)
        exit_ = _waited(program)
    code, peak = exit_ or (None, None)
    return None if is_late else code, peak


def _waited(program: Program, deadline: float = inf, stop: Event | None = None) -> Exit | None:
    """Wait until a program has ended, a moment is reached, or somebody says stop."""
    stop = stop or Event()
    while not (exit_ := _ended(program)):
        if monotonic() >= deadline or stop.wait(_TICK):
            return None
    return exit_
