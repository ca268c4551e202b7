"""Sources read ahead: while the rows of one are being stored, the next is being read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Semaphore
from typing import TYPE_CHECKING

Tell = Callable[..., None]
"""Is told the id of what is being done, and its parts."""

if TYPE_CHECKING:
    from sheets_sync.model import Page, Source

READERS = 2
"""Sources read at once; the pool takes them in order, so the one that is waited for is read."""


@dataclass(frozen=True, slots=True)
class ReadAhead:
    """A source whose pages another thread reads, one page ahead."""

    source: Source
    since: str | None
    tell: Tell
    pages: SimpleQueue[Page | BaseException | None] = field(default_factory=SimpleQueue)
    room: Semaphore = field(default_factory=Semaphore)  # for a page
    is_dropped: Event = field(default_factory=Event)

    @property
    def name(self) -> str:
        """The name of the source."""
        return self.source.name

    def fill(self) -> None:
        """Read the source to its end, or until nobody wants more of it."""
        try:
            for page in self.source.read(self.since):
                if not self._give(page):
                    return
            self._give(None)
        except BaseException as error:  # noqa: BLE001  (raised again where the pages are taken)
            self._give(error)

    def _give(self, page: Page | BaseException | None) -> bool:
        """Hand a page over once the one before it is taken, unless nobody wants it."""
        self.room.acquire()
        if self.is_dropped.is_set():
            return False
        self.pages.put(page)
        return True

    def read(self, since: str | None, /) -> Iterator[Page]:
        """Yield the pages as they come."""
        if since != self.since:
            raise ValueError(since, self.since)
        count = 0
        while (page := self.pages.get()) is not None:
            self.room.release()
            if isinstance(page, BaseException):
                raise page
            count += page.rows_read
            if page.rows_read:
                self.tell("rows", source=self.name, count=count)
            yield page

    def drop(self) -> None:
        """Let the reading thread go, whatever it still has, and whoever waits for its pages."""
        self.is_dropped.set()
        self.room.release()
        self.pages.put(CancelledError())


@contextmanager
def reading_ahead(
    sources: Sequence[Source], cursors: Mapping[str, str], tell: Tell = lambda _, **__: None
) -> Iterator[list[ReadAhead]]:
    """Lend the sources, being read from their cursors; how many rows came is told as they come."""
    ahead = [ReadAhead(source, cursors.get(source.name), tell) for source in sources]
    with ThreadPoolExecutor(READERS) as readers:
        for each in ahead:
            readers.submit(each.fill)
        try:
            yield ahead
        finally:
            for each in ahead:
                each.drop()
