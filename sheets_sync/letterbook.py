"""What was told to whom: the intent before a message is sent, the outcome after.

Of a message whose sending was interrupted nobody can know whether it arrived: it is sent once more
and says so itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sheets_sync.state import State
    from templates.tab import Row, Value

PREFIX, BEGAN = "message.", "messages_since"
DIGEST = "digest."
KEPT_DAYS = 60


class Stage(StrEnum):
    """How far a message has come."""

    BEGUN = "begun"
    BEGUN_AGAIN = "begun_again"
    SENT = "sent"
    FAILED = "failed"
    MISSED = "missed"  # not sent while it was worth telling; that was said


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one occasion for one recipient, and when."""

    stage: Stage
    at: datetime


Entries = Mapping[tuple[str, str], Entry]
"""By occasion and recipient."""


@dataclass(frozen=True, slots=True)
class Letterbook:
    """The entries that a state keeps."""

    state: State

    def began(self) -> datetime | None:
        """Return since when messages have been sent at all."""
        at = self.state.get(BEGAN)
        return None if at is None else datetime.fromisoformat(at)

    def begin(self, now: datetime) -> None:
        """Keep since when messages are sent, if this is the first time."""
        if self.began() is None:
            self.state.put(BEGAN, now.isoformat())

    def entries(self) -> dict[tuple[str, str], Entry]:
        """Return what was told."""
        found = {}
        for name, kept in self.state.get_all(PREFIX).items():
            occasion, _, recipient = name.partition("|")
            at = datetime.fromisoformat(kept["at"])
            found[occasion, recipient] = Entry(Stage(kept["stage"]), at)
        return found

    def write(self, occasions: Iterable[str], recipient: str, stage: Stage, at: datetime) -> None:
        """Keep what became of some occasions for a recipient, all or none; sent remains sent."""
        told = self.entries()
        kept = {"stage": str(stage), "at": at.isoformat()}
        self.state.put_all(
            {
                f"{PREFIX}{id_}|{recipient}": kept
                for id_ in occasions
                if (id_, recipient) not in told or told[id_, recipient].stage is not Stage.SENT
            }
        )

    def forget(self, over: Collection[str], now: datetime) -> None:
        """Forget the occasions that are over, and those of long ago that come but once."""
        old = now - timedelta(days=KEPT_DAYS)
        gone = [
            key
            for key, entry in self.entries().items()
            if key[0] in over or (key[0].startswith("tasks.") and entry.at < old)
        ]
        self.state.put_all({f"{PREFIX}{id_}|{recipient}": None for id_, recipient in gone})

    def take_back(self, moment: datetime) -> None:
        """Forget what was told from a moment on."""
        late = [key for key, entry in self.entries().items() if entry.at >= moment]
        self.state.put_all({f"{PREFIX}{id_}|{recipient}": None for id_, recipient in late})


def with_digests(minutes: Sequence[Row], state: State, settings: Mapping[str, Value]) -> list[Row]:
    """Return the minutes with when the digest of each week went out, on the company's clock."""
    zone = ZoneInfo(str(settings["timezone"]))
    sent: dict[str, datetime] = {}
    for (occasion, _), entry in Letterbook(state).entries().items():
        if entry.stage is Stage.SENT:
            sent[occasion] = min(sent.get(occasion, entry.at), entry.at)
    told = {id_: at.astimezone(zone).replace(tzinfo=None) for id_, at in sent.items()}
    return [{**row, "digest_sent_at": told.get(f"{DIGEST}{row['week']}")} for row in minutes]
