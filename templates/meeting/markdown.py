"""The brief as Markdown that can be pasted into a messenger: lines, no tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from templates.meeting.blocks import Block, Listing, written
from templates.meeting.brief import Section, headline, sections
from templates.meeting.digest import MARKS, questions
from templates.meeting.plaintext import plain
from templates.tab import Facts
from templates.words import UNKNOWN, Words

MARKUP = re.compile(r"[\\`*\[\]<>~|]|(?<!\w)_|_(?!\w)")


def markdown(facts: Facts, words: Words) -> str:
    """Return the brief as Markdown."""
    found = sections(facts, words)
    return (
        "\n".join(
            [*_head(found, facts, words), *_body(found, facts, words), *_signature(facts, words)]
        )
        + "\n"
    )


def _head(found: list[Section], facts: Facts, words: Words) -> Iterator[str]:
    yield f"# {words('tab.meeting')} · {escaped(plain(facts.company))}"
    yield ""
    yield headline(found, facts, words)
    asks = questions(facts, words)
    if asks:
        yield ""
        yield f"**{words('brief.questions')}**"
        yield from (f"{place}. {escaped(text)}" for place, text in enumerate(asks, start=1))


def _body(found: list[Section], facts: Facts, words: Words) -> Iterator[str]:
    for section in found:
        yield ""
        if section.why_closed:
            yield f"_{escaped(section.title)} — {section.why_closed}_"
            continue
        yield f"**{escaped(section.title)}**"
        for block in section.blocks:
            yield from _lines(block, facts, words)
        if section.item.leaves:
            yield f"→ {escaped(section.item.leaves)}"


def _signature(facts: Facts, words: Words) -> Iterator[str]:
    """Yield whose the brief is and where to turn, if an agency has put its name to it."""
    brand = facts.brand
    if brand.is_signed:
        links = (f"{text}: {address}" for text, address in brand.links(words))
        yield ""
        yield " · ".join(filter(None, [escaped(plain(brand.name)), *links]))


def _lines(block: Block, facts: Facts, words: Words) -> Iterator[str]:
    if not isinstance(block, Listing):
        yield f"- {MARKS.get(block.status, '') if block.status else ''}{escaped(block.text)}"
        return
    yield f"{escaped(block.title)}:"
    names = [words(f"column.{item.id}") for item in block.fields]
    for first, *rest in written(block, words, facts.currency):
        told = [
            f"{MARKS.get(cell.status, '') if cell.status else ''}{named(name, escaped(cell.text))}"
            for name, cell in zip(names[1:], rest, strict=True)
            if cell.text not in {UNKNOWN, ""}
        ]
        yield f"- **{escaped(first.text)}**" + (f": {', '.join(told)}" if told else "")


def named(name: str, text: str) -> str:
    """Return a text after its name, unless it says that itself.

    >>> named("Norm", "norm from 3"), named("Plan", "30")
    ('norm from 3', 'plan 30')
    """
    name = name.lower()
    return text if text.lower().startswith(name) else f"{name} {text}"


def escaped(text: str) -> str:
    r"""Return a text so that none of it marks up.

    >>> escaped("*all* <b> [x](y) spring_sale")
    '\\*all\\* \\<b\\> \\[x\\](y) spring_sale'
    """
    return MARKUP.sub(lambda found: f"\\{found[0]}", text)
