"""Work done beside what its caller does: one piece after the other, in a thread of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

Made = TypeVar("Made")


class Beside:
    """A second pair of hands; whoever leaves waits until they are still.

    >>> with Beside() as hands:
    ...     product = hands.begin(lambda: 6 * 7)
    ...     6 + 7, product()
    (13, 42)
    """

    def __init__(self) -> None:
        """Have nothing to do yet."""
        self._thread = ThreadPoolExecutor(1)
        self._work: Future[Any] | None = None

    def __enter__(self) -> Self:
        """Lend the hands."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait until nothing is done any more."""
        self._thread.shutdown()

    def begin(self, work: Callable[[], Made]) -> Callable[[], Made]:
        """Begin a piece of work; what is returned waits for it, and gives or raises its outcome."""
        self.wait()
        self._work = begun = self._thread.submit(work)
        return begun.result

    def wait(self) -> None:
        """Wait until the last piece of work is done; raise what it raised."""
        if self._work:
            self._work.result()
