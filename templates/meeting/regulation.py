"""How the meeting is held, written out from the agenda."""

from __future__ import annotations

from templates.layout import number
from templates.meeting.agenda import CONDITIONS, coming, typed
from templates.meeting.agenda import is_on as stands
from templates.meeting.plaintext import plain
from templates.tab import Facts, Row
from templates.words import Words


def regulation(facts: Facts, words: Words) -> list[str]:
    """Return the regulation: when, who leads, and what is done in which minutes."""
    rows = [row for row in typed(facts, words) if stands(row) and row.get("item")]
    rows.sort(key=lambda row: (number(row, "order") is None, number(row, "order") or 0))
    minutes = sum(number(row, "minutes") or 0 for row in rows)
    opening = words(
        "regulation.opening",
        company=plain(facts.company),
        weekday=words(f"regulation.on.{facts.settings['meeting_weekday']}"),
        clock=f"{coming(facts):%H:%M}",
        minutes=words.number(minutes),
    )
    rules = [words(f"regulation.{rule}") for rule in ("leads", "before", "debate", "carried")]
    return [opening, *rules, *_steps(rows, words), words("regulation.held")]


def _steps(rows: list[Row], words: Words) -> list[str]:
    """Write a line an item, with the minutes in which it runs."""
    lines, start = [], 0.0
    for row in rows:
        end = start + (number(row, "minutes") or 0)
        span = words("regulation.span", first=words.number(start), last=words.number(end))
        when = span if end > start else words("regulation.before_start")
        condition = str(row.get("condition") or "always")
        text = words("regulation.step", when=when, item=_ended(plain(str(row["item"]))))
        if condition in CONDITIONS and condition != "always":
            text += " " + words("regulation.only", condition=words(f"choice.{condition}"))
        if row.get("led_by"):
            text += " " + words("regulation.led_by", led_by=plain(str(row["led_by"])))
        if row.get("leaves"):
            text += " " + words("regulation.leaves", leaves=plain(str(row["leaves"])))
        lines.append(text)
        start = end
    return lines


def _ended(text: str) -> str:
    """Return a text with a full stop, unless it ends with a mark of its own.

    >>> _ended("Pace"), _ended("On pace?")
    ('Pace.', 'On pace?')
    """
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
