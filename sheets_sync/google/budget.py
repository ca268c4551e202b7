"""How often one user may call Google: so many reads and so many writes in any minute."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sheets_sync.ledger import ledger
from sheets_sync.limits import Keeping, Window, alone

A_USER, A_PROJECT = 60, 300

Windows = tuple[Window, Window]
"""Of reads and of writes."""


@dataclass(slots=True)
class Budget:
    """The calls of one user, of which a project may have several."""

    project: Windows
    user: Windows = field(default_factory=lambda: (Window(A_USER), Window(A_USER)))
    of_project: Keeping = alone
    of_user: Keeping = alone
    lock: threading.Lock = field(default_factory=threading.Lock)

    def book(self, now: float, *, is_write: bool) -> float:
        """Book a call; return how long it has to wait."""
        project, user = ([each.calls for each in both] for both in (self.project, self.user))
        with self.lock, self.of_project(project, now), self.of_user(user, now):
            windows = (self.project[is_write], self.user[is_write])
            pause = max(window.wait(now) for window in windows)
            for window in windows:
                window.take(now + pause)
            return pause


_PROJECTS: dict[str, Windows] = {}
_BUDGETS: dict[tuple[str, str], Budget] = {}


def budget_of(user: str, project: str = "") -> Budget:
    """Return the budget that all workspaces of this computer share."""
    shared = _PROJECTS.setdefault(project, (Window(A_PROJECT), Window(A_PROJECT)))
    found = Budget(
        shared, of_project=ledger(f"project {project}"), of_user=ledger(f"user {project} {user}")
    )
    return _BUDGETS.setdefault((project, user), found)
