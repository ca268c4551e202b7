"""How long a sync and its stages take: a stopwatch, so that no clock set back disturbs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from sheets_sync.sources.ahead import Tell


@dataclass(slots=True)
class Watch:
    """How long each stage took, or was waited for; each is told as it begins."""

    now: datetime  # when the watch was started
    tell: Tell
    seconds: dict[str, float] = field(default_factory=dict)
    _start: float = field(default_factory=perf_counter)
    _inner: float = 0.0

    def moment(self) -> datetime:
        """Return the present moment: the beginning, and what has passed since."""
        return self.now + timedelta(seconds=perf_counter() - self._start)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage, without the stages inside it."""
        self.tell(name)
        start, before = perf_counter(), self._inner
        self._inner = 0.0
        try:
            yield
        finally:
            took = perf_counter() - start
            self.seconds[name] = round(self.seconds.get(name, 0) + took - self._inner, 3)
            self._inner = before + took
