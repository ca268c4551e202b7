"""The brief as one page: nothing outside it is asked for, and what a CRM says stays text."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from templates.brand import OURS
from templates.cards import changed, normed
from templates.meeting.blocks import Block, Listing, written
from templates.meeting.brief import Section, headline, sections
from templates.meeting.content import value_text
from templates.meeting.digest import questions
from templates.meeting.pictures import Picture, pictures, the_funnel, trend
from templates.meeting.plaintext import plain
from templates.meeting.regulation import regulation
from templates.sentences import sentence
from templates.tab import Facts, Row, Status
from templates.words import Words


def html(facts: Facts, words: Words) -> str:
    """Return the brief as a page that opens anywhere, from a phone to a wall, and on paper."""
    found, company = sections(facts, words), plain(facts.company)
    return (
        _environment()
        .get_template("meeting.html.j2")
        .render(
            words=words,
            brand=facts.brand,
            ours=OURS,
            company=company,
            stamp=words(
                "page.stamp",
                company=company,
                as_of=words.day(facts.as_of),
                synced_at=words.moment(facts.synced_at),
            ),
            headline=headline(found, facts, words),
            questions=questions(facts, words),
            cards=[_card(row, facts, words) for row in facts.tables.get("five", ())],
            funnel=_drawn(the_funnel(facts, words)),
            sections=[_section(section, facts, words) for section in found],
            regulation=regulation(facts, words),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("templates", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _card(row: Row, facts: Facts, words: Words) -> dict[str, Any]:
    """Return one of the five numbers as its card shows it."""
    status = str(row.get("status") or Status.UNKNOWN)
    n = row.get("n")
    return {
        "name": words(f"five.{row['id']}"),
        "value": value_text(row, facts, words),
        "norm": normed(row, facts, words),
        "change": changed(row, facts, words),
        "n": None if n is None else words.number(float(str(n))),
        "sentence": sentence(row, facts, words),
        "status": status,
        "state": words(f"status.{status}"),
        "trend": Markup(trend(str(row["id"]), facts, words)),  # noqa: S704  (escaped where drawn)
    }


def _section(section: Section, facts: Facts, words: Words) -> dict[str, Any]:
    topic = section.item.topic
    is_cards = topic == "five"
    drawn = [] if section.why_closed else pictures(topic, facts, words)
    return {
        "title": section.title,
        "why_closed": section.why_closed,
        "is_own": not section.blocks and not section.why_closed,
        "blocks": [] if is_cards else [_block(each, facts, words) for each in section.blocks],
        "is_cards": is_cards and not section.why_closed,
        "pictures": [_drawn(picture) for picture in drawn],
        "leaves": section.item.leaves,
    }


def _block(block: Block, facts: Facts, words: Words) -> dict[str, Any]:
    if isinstance(block, Listing):
        return {
            "title": block.title,
            "headers": [
                (words(f"column.{item.id}"), cell.is_number)
                for item, cell in zip(block.fields, _first(block, facts, words), strict=True)
            ],
            "rows": written(block, words, facts.currency),
        }
    return {"text": block.text, "status": block.status or ""}


def _first(listing: Listing, facts: Facts, words: Words) -> list[Any]:
    return written(listing, words, facts.currency)[0]


def _drawn(picture: Picture | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    return {"title": picture.title, "markup": Markup(picture.markup)}  # noqa: S704
