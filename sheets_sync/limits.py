"""How often a service may be called: so many calls in any stretch of time."""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

Times = Sequence[deque[float]]
Keeping = Callable[[Times, float], AbstractContextManager[None]]
"""Holds times that others may know of too, as of now, while one looks at them and adds to them."""

MINUTE = 61.0
"""The minutes of others are not ours: a second more makes sure of it."""


@dataclass(slots=True)
class Window:
    """At most `most` calls in any stretch of `seconds`.

    >>> window = Window(2)
    >>> [window.take(at) for at in (0.0, 10.0, 11.0)]
    [0.0, 0.0, 50.0]
    """

    most: int
    seconds: float = MINUTE
    calls: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Return how long the next call has to wait."""
        if len(self.calls) < self.most:
            return 0.0
        return max(0.0, self.calls[-self.most] + self.seconds - now)

    def take(self, now: float) -> float:
        """Book a call at the next moment that is free; return how long it has to wait.

        Moments may come out of order, as from programs that looked at the clock before they had
        the ledger: the last `most` calls by time are all that any of them has to know.
        """
        pause = self.wait(now)
        insort(self.calls, now + pause)
        while len(self.calls) > self.most:
            self.calls.popleft()
        return pause


def alone(times: Times, now: float) -> AbstractContextManager[None]:  # noqa: ARG001
    """Keep times that nobody else knows of."""
    return nullcontext()
