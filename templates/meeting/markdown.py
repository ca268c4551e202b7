"""The brief as Markdown that can be pasted into a messenger: lines, no tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from templates.meeting.blocks import Block, Listing, written
from templates.meeting.brief import Section, headline, sections
from templates.meeting.digest import questions
from templates.tab import Facts, Status
from templates.words import UNKNOWN, Words

MARKS = {Status.BAD: "🔴 ", Status.WARN: "🟡 ", Status.TOO_GOOD: "🔵 "}
MARKUP = re.compile(r"[\\`*\[\]<>~|]|(?<!\w)_|_(?!\w)")
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ISOLATE, POP = "\u2068", "\u2069"


def markdown(facts: Facts, words: Words) -> str:
    """Return the brief as Markdown."""
    found = sections(facts, words)
    return "\n".join([*_head(found, facts, words), *_body(found, facts, words)]) + "\n"


def _head(found: list[Section], facts: Facts, words: Words) -> Iterator[str]:
    yield f"# {words('tab.meeting')} · {plain(facts.company)}"
    yield ""
    yield headline(found, facts, words)
    asks = questions(facts, words)
    if asks:
        yield ""
        yield f"**{words('brief.questions')}**"
        yield from (f"{place}. {plain(text)}" for place, text in enumerate(asks, start=1))


def _body(found: list[Section], facts: Facts, words: Words) -> Iterator[str]:
    for section in found:
        yield ""
        if section.why_closed:
            yield f"_{plain(section.title)} — {section.why_closed}_"
            continue
        yield f"**{plain(section.title)}**"
        for block in section.blocks:
            yield from _lines(block, facts, words)
        if section.item.leaves:
            yield f"→ {plain(section.item.leaves)}"


def _lines(block: Block, facts: Facts, words: Words) -> Iterator[str]:
    if not isinstance(block, Listing):
        yield f"- {MARKS.get(block.status, '') if block.status else ''}{plain(block.text)}"
        return
    yield f"{plain(block.title)}:"
    names = [words(f"column.{item.id}") for item in block.fields]
    for first, *rest in written(block, words, facts.currency):
        told = [
            f"{MARKS.get(cell.status, '') if cell.status else ''}{named(name, plain(cell.text))}"
            for name, cell in zip(names[1:], rest, strict=True)
            if cell.text not in {UNKNOWN, ""}
        ]
        yield f"- **{plain(first.text)}**" + (f": {', '.join(told)}" if told else "")


def named(name: str, text: str) -> str:
    """Return a text after its name, unless it says that itself.

    >>> named("Norm", "norm from 3"), named("Plan", "30")
    ('norm from 3', 'plan 30')
    """
    name = name.lower()
    return text if text.lower().startswith(name) else f"{name} {text}"


def plain(text: str) -> str:
    r"""Return a text of somebody else so that it stays text, on one line, in its own direction.

    >>> plain("*all* <b>\n# [x](y) spring_sale")
    '\\*all\\* \\<b\\> # \\[x\\](y) spring_sale'
    """
    line = MARKUP.sub(lambda found: f"\\{found[0]}", " ".join(text.split()))
    return f"{ISOLATE}{line}{POP}" if DIRECTIONS.search(line) else line
