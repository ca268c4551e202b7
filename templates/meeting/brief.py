"""The coming meeting, ready to be shown: its items in order, each with what lies beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from templates.meeting.agenda import Item, coming, facilitated_by, items
from templates.meeting.blocks import Block
from templates.meeting.content import content
from templates.tab import Facts
from templates.words import Words


@dataclass(frozen=True, slots=True)
class Section:
    """An item with its blocks, or collapsed to one line that says why."""

    item: Item
    title: str
    blocks: Sequence[Block]
    why_closed: str = ""


def sections(facts: Facts, words: Words) -> list[Section]:
    """Return the items of the coming meeting, those without content collapsed."""
    return [_section(item, facts, words) for item in items(facts, words)]


def _section(item: Item, facts: Facts, words: Words) -> Section:
    blocks = [] if item.why_closed else _once(content(item.topic, facts, words))
    nothing = f"meeting.nothing.{item.topic}"
    if not blocks and not item.why_closed and words.has(nothing):
        item = replace(item, minutes=0.0, why_closed=words(nothing))
    return Section(item, titled(item, words), blocks, item.why_closed)


def _once(blocks: Sequence[Block]) -> list[Block]:
    """Leave out what was said already: two numbers may lack the same."""
    return [block for at, block in enumerate(blocks) if block not in blocks[:at]]


def titled(item: Item, words: Words) -> str:
    """Write the heading of an item: its number and title, its minutes, and who leads it."""
    place = words.number(item.order, 0 if item.order.is_integer() else 1)
    parts = [f"{place}. {item.title}"]
    if item.minutes:
        parts.append(words("meeting.minutes_of", n=words.number(item.minutes)))
    return " · ".join([*parts, *filter(None, [item.led_by])])


def headline(found: Sequence[Section], facts: Facts, words: Words) -> str:
    """Say when the meeting is, how long it takes, and whose turn it is to lead."""
    at = coming(facts)
    return words(
        "meeting.headline",
        weekday=words(f"choice.{facts.settings['meeting_weekday']}"),
        at=words.moment(at),
        minutes=words.number(sum(each.item.minutes for each in found)),
        led_by=words(f"choice.{facilitated_by(at.date())}"),
    )
