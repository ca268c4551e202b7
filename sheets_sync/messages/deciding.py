"""What to send now: each occasion once to each recipient, never in quiet hours, none in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sheets_sync.letterbook import Entries, Stage
from templates.messages import Rule

SETTLED = {Stage.SENT, Stage.MISSED}
INTERRUPTED = {Stage.BEGUN, Stage.BEGUN_AGAIN}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to be told once, from `since` and before `until`, on the company's clock."""

    id: str
    rule: Rule
    text: str
    since: datetime
    until: datetime = datetime.max  # noqa: DTZ901  (a clock without its zone)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one recipient; `is_again` if it may have arrived already."""

    recipient: str
    rule: Rule
    occasions: tuple[Occasion, ...]
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What to send now, what waits for the end of quiet hours, and what it is too late for."""

    send: Sequence[Letter] = ()
    waiting: Sequence[Letter] = ()
    missed: Sequence[Letter] = ()


Quiet = tuple[time, time] | None
"""From when to when nothing is sent; around midnight if the first is the later one."""


def is_quiet(quiet: Quiet, clock: time) -> bool:
    """Tell whether a time of day lies in quiet hours, whose end does not belong to them.

    >>> night = (time(21), time(7))
    >>> is_quiet(night, time(23)), is_quiet(night, time(7)), is_quiet((time(1), time(5)), time(6))
    (True, False, False)
    """
    if quiet is None:
        return False
    start, end = quiet
    if start < end:
        return start <= clock < end
    return clock >= start or clock < end


def decide(
    occasions: Sequence[Occasion],
    recipients: Mapping[Rule, Sequence[str]],
    told: Entries,
    *,
    now: datetime,
    quiet: Quiet,
    began: datetime,
) -> Decision:
    """Decide what to send, by what was told before.

    `now` and `began`, since when messages are sent at all, are on the company's clock.
    """
    missed, due = [], []
    for letter in _owed(occasions, recipients, told, now):
        [occasion] = letter.occasions
        entry = told.get((occasion.id, letter.recipient))
        if entry and entry.stage is Stage.BEGUN_AGAIN:
            missed.append(letter)
        elif occasion.until > now:
            due.append(letter)
        elif entry or occasion.since >= began:
            missed.append(letter)
    letters = _together(due)
    if is_quiet(quiet, now.time()):
        return Decision((), letters, missed)
    return Decision(letters, (), missed)


def _owed(
    occasions: Sequence[Occasion],
    recipients: Mapping[Rule, Sequence[str]],
    told: Entries,
    now: datetime,
) -> Iterator[Letter]:
    """Yield every occasion that has come, for everybody who has not been told of it."""
    for occasion in occasions:
        for recipient in recipients.get(occasion.rule, ()) if occasion.since <= now else ():
            entry = told.get((occasion.id, recipient))
            if entry is None or entry.stage not in SETTLED:
                is_again = entry is not None and entry.stage in INTERRUPTED
                yield Letter(recipient, occasion.rule, (occasion,), is_again)


def _together(letters: Sequence[Letter]) -> list[Letter]:
    """Put what one recipient is told by one rule into one message."""
    found: dict[tuple[str, Rule, bool], tuple[Occasion, ...]] = {}
    for letter in letters:
        key = letter.recipient, letter.rule, letter.is_again
        found[key] = (*found.get(key, ()), *letter.occasions)
    return [Letter(who, rule, all_, again) for (who, rule, again), all_ in found.items()]
