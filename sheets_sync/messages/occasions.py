"""What there is to tell: the coming meeting, norms that broke, what fails, tasks that are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

from sheets_sync.letterbook import DIGEST
from sheets_sync.messages.deciding import Occasion
from sheets_sync.messages.failing import Failure
from templates.layout import number
from templates.meeting.agenda import MEETING_MINUTES, coming, week_told
from templates.meeting.digest import digest
from templates.messages import Rule, failure_line, norm_line, task_lines
from templates.tab import Facts, Row, Status
from templates.words import Words

DAY, WEEK = timedelta(days=1), timedelta(days=7)
IN_NORM = {Status.GOOD, Status.TOO_GOOD}
TWICE = 2


def occasions(facts: Facts, words: Words, link: str) -> list[Occasion]:
    """Return what the facts of a sync give to tell, now or soon."""
    return [*meetings(facts, words, link), *_norms(facts, words), *_tasks(facts, words)]


def meetings(facts: Facts, words: Words, link: str) -> Iterator[Occasion]:
    """Yield the digest of the last meeting, which may have been missed, and of the coming one."""
    hours = timedelta(hours=float(str(facts.settings["digest_hours"])))
    for synced_at in (facts.synced_at - WEEK, facts.synced_at):
        then = replace(facts, synced_at=synced_at)
        at = coming(then)
        text = digest(facts, words, link)
        until = at + timedelta(minutes=MEETING_MINUTES)
        yield Occasion(f"{DIGEST}{week_told(then)}", Rule.DIGEST, text, at - hours, until)


def _norms(facts: Facts, words: Words) -> Iterator[Occasion]:
    for row in facts.tables.get("five", ()):
        if row.get("status") == Status.BAD:
            text = norm_line(row, facts, words)
            yield Occasion(f"{Rule.NORMS}.{row['id']}", Rule.NORMS, text, facts.synced_at)


def kept_norms(facts: Facts) -> set[str]:
    """Return the occasions that are over, as their number is back in its norm.

    A number that is unknown, or better and still outside, is not.
    """
    rows = facts.tables.get("five", ())
    return {f"{Rule.NORMS}.{row['id']}" for row in rows if _is_kept(row)}


def _is_kept(row: Row) -> bool:
    value, low, high = (number(row, name) for name in ("value", "low", "high"))
    if row.get("status") in IN_NORM:
        return True
    if value is None or row.get("status") != Status.WARN:
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _tasks(facts: Facts, words: Words) -> Iterator[Occasion]:
    today = facts.synced_at.date()
    lines = task_lines(facts, today, words)
    if lines:
        midnight = datetime.combine(today, time())
        since = datetime.combine(today, time.fromisoformat(str(facts.settings["tasks_time"])))
        id_ = f"{Rule.TASKS}.{today}"
        yield Occasion(id_, Rule.TASKS, "\n".join(lines), since, midnight + DAY)


def failures(failing: Mapping[str, Failure], words: Words, now: datetime) -> list[Occasion]:
    """Return what has failed twice in a row."""
    return [
        Occasion(f"{Rule.FAILURES}.{name}", Rule.FAILURES, failure_line(name, why, words), now)
        for name, (times, why) in failing.items()
        if times >= TWICE
    ]


def working(told: Iterable[str], failing: Mapping[str, Failure]) -> set[str]:
    """Return which of the occasions told are over, as the thing works again."""
    prefix = f"{Rule.FAILURES}."
    return {
        id_ for id_ in told if id_.startswith(prefix) and id_.removeprefix(prefix) not in failing
    }
