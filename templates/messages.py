"""The texts of messages: lines under a heading, short enough for a phone, and cut honestly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from templates.briefly import told
from templates.cells import day
from templates.meeting.digest import MOST, QUOTED
from templates.meeting.plaintext import plain
from templates.tab import Facts, Row
from templates.words import Words

BULLET = "• "
WHY = 240
"""Characters of the reason of a failure."""


class Rule(StrEnum):
    """What is worth a message; the setting `<rule>_to` says to whom."""

    DIGEST = "digest"
    NORMS = "norms"
    FAILURES = "failures"
    TASKS = "tasks"


def norm_line(row: Row, facts: Facts, words: Words) -> str:
    """Say which of the five numbers left its norm."""
    return f"{BULLET}{told(row, facts, words)}"


def failure_line(name: str, why: str, words: Words) -> str:
    """Say what fails, and why."""
    known = f"message.failing.{name}"
    return f"{BULLET}{words(known) if words.has(known) else plain(name, QUOTED)}: {plain(why, WHY)}"


def task_lines(facts: Facts, today: date, words: Words) -> list[str]:
    """Return the open tasks that are due today and those that are late, each under its heading."""
    rows = [row for row in facts.tables.get("tasks_due", ()) if row.get("status") != "done"]
    whole = [(until, row) for row in rows if (until := day(row.get("due")))]
    due = [_task(row, facts, words) for until, row in whole if until == today]
    late = [
        _task(row, facts, words, words("message.was_due", day=words.day(until)))
        for until, row in whole
        if until < today
    ]
    return [
        *([words("message.due"), *due] if due else []),
        *([words("message.late"), *late] if late else []),
    ]


def _task(row: Row, facts: Facts, words: Words, was_due: str = "") -> str:
    """Write a task and whose it is: a person only where names are said."""
    is_named = facts.settings.get("names") == "full" and row.get("owner")
    whose = str(row["owner"]) if is_named else _department(row, words)
    about = ", ".join(filter(None, [plain(whose, QUOTED), was_due]))
    text = f"{BULLET}{plain(str(row.get('text') or ''), QUOTED)}"
    return f"{text} ({about})" if about else text


def _department(row: Row, words: Words) -> str:
    text = f"choice.{row.get('dept')}"
    return words(text) if words.has(text) else ""


def written(
    rule: Rule,
    texts: Sequence[str],
    facts: Facts,
    words: Words,
    *,
    link: str = "",
    is_again: bool = False,
) -> str:
    """Write a message of at most 900 characters: a heading, and as many lines as there is room for.

    The digest is a text of its own, which has its link.
    """
    again = words("message.again") if is_again else ""
    if rule is Rule.DIGEST:
        whole = "\n".join(texts)
        return "\n".join(filter(None, [_cut(whole, MOST - len(again) - 1), again]))
    day_ = words.day(facts.synced_at)
    head = words(f"message.head.{rule}", company=plain(facts.company, QUOTED), day=day_)
    lines = "\n".join(texts).split("\n")
    texts = [_shortened(head, lines, kept, words, again, link) for kept in range(len(lines) + 1)]
    return next((text for text in reversed(texts) if len(text) <= MOST), texts[0])


def _shortened(head: str, lines: Sequence[str], kept: int, words: Words, *tail: str) -> str:
    """Write a message with its first lines; how many of the others are left out is said."""
    while kept and not lines[kept - 1].startswith(BULLET):
        kept -= 1
    left = sum(line.startswith(BULLET) for line in lines[kept:])
    more = words("message.more", n=words.number(left)) if left else ""
    return "\n".join(filter(None, [head, *lines[:kept], more, *tail]))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
