"""`--as-of`: what was known on a day, for the commands that read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheets_sync.reading import Reading
    from sheets_sync.workspace import Workspace


@contextmanager
def known(workspace: Workspace, day: date | None) -> Iterator[tuple[Reading, Reading]]:
    """Open what was known at the end of a day, and beside it what is known of that day now.

    The same twice where nothing else was known then: no day, one before set-up, or the last one.
    """
    from sheets_sync.hindsight import end_of, is_past, known_on
    from sheets_sync.reading import open_reading

    now = datetime.now(UTC)
    with open_reading(workspace, now, day) as present:
        if day is None or not is_past(workspace, day, now):
            yield present, present
            return
        moment = end_of(workspace, day)
        with known_on(workspace, day) as then, open_reading(then, moment, day) as past:
            yield past, present
