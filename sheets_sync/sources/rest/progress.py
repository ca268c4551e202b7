"""How far a CRM has been read: the cursor of its source, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sheets_sync.sources.rest.connector import Request


@dataclass(slots=True)
class Progress:
    """How far one listing has been read; times are seconds since 1970 on the CRM's clock."""

    mark: int | None = None  # what changed before this is in the store
    newest: int | None = None  # the newest change that this listing has seen so far
    began: int = 0  # when this listing began
    request: Request | None = None  # where it goes on; None: it is finished
    read: int = 0
    lost: int = 0

    def begin(self, request: Request, now: int) -> None:
        """Begin a listing."""
        self.newest, self.began, self.request = self.mark, now, request
        self.read = self.lost = 0

    def see(self, mark: int) -> None:
        """Note the time of a change."""
        self.newest = mark if self.newest is None else max(self.newest, mark)

    def finish(self) -> None:
        """Move the mark: what changed while this was listed may be missing, and comes next."""
        if self.newest is not None:
            self.mark = max(self.mark or 0, min(self.newest, self.began))


@dataclass(slots=True)
class State:
    """The whole cursor; `reading` tells how records were read when it was written."""

    reading: str
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    listings: dict[str, Progress] = field(default_factory=dict)
    swept: int = 0  # when one last looked for what is gone

    def of(self, listing: str) -> Progress:
        """Return how far a listing has been read."""
        return self.listings.setdefault(listing, Progress())

    def forget_marks(self) -> None:
        """Have all be listed again."""
        self.listings.clear()

    def dump(self) -> str:
        """Write the cursor.

        >>> State("v1").dump()
        '{"reading": "v1", "names": {}, "listings": {}, "swept": 0}'
        """
        return json.dumps(asdict(self), ensure_ascii=False)


def restored(cursor: str | None, reading: str) -> State:
    """Return the state that a cursor tells; a fresh one, with the names, if reading has changed.

    >>> restored('{"reading": "v1", "names": {"users": {"1": "Ann"}}}', "v2").names
    {'users': {'1': 'Ann'}}
    """
    try:
        found: Mapping[str, Any] = json.loads(cursor or "{}")
        names = {name: dict(known) for name, known in found.get("names", {}).items()}
        if found.get("reading") != reading:
            return State(reading, names)
        listings = {name: _progress(kept) for name, kept in found["listings"].items()}
        return State(reading, names, listings, found["swept"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return State(reading)


def _progress(kept: Mapping[str, Any]) -> Progress:
    request = kept["request"]
    return Progress(**{**kept, "request": Request(**request) if request else None})
