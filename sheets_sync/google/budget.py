"""How often one user may call Google: so many reads and so many writes in any minute."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sheets_sync.limits import Window

A_USER, A_PROJECT = 60, 300


@dataclass(slots=True)
class Budget:
    """The calls of one user, of which a project may have several."""

    project: tuple[Window, Window]
    user: tuple[Window, Window] = field(default_factory=lambda: (Window(A_USER), Window(A_USER)))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def book(self, now: float, *, is_write: bool) -> float:
        """Book a call; return how long it has to wait."""
        with self.lock:
            windows = (self.project[is_write], self.user[is_write])
            pause = max(window.wait(now) for window in windows)
            for window in windows:
                window.take(now + pause)
            return pause


_PROJECTS: dict[str, tuple[Window, Window]] = {}
_BUDGETS: dict[tuple[str, str], Budget] = {}


def budget_of(user: str, project: str = "") -> Budget:
    """Return the budget that all workspaces of this process share."""
    shared = _PROJECTS.setdefault(project, (Window(A_PROJECT), Window(A_PROJECT)))
    return _BUDGETS.setdefault((project, user), Budget(shared))
