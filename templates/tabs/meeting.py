"""Weekly meeting: its agenda with the data of each item beside it, and how it is held."""

from __future__ import annotations

from collections.abc import Sequence

from templates.layout import MARGIN, Field, parted
from templates.meeting.blocks import TEXTS, Block, Listing
from templates.meeting.brief import Section, headline, sections
from templates.meeting.regulation import regulation
from templates.page import Page
from templates.tab import Facts, Grid, Group, Kind, Look, Report, Status
from templates.words import Words

COLUMNS = 10
WIDTHS = (40, *[19] * (COLUMNS - 1))
ACROSS = (1, COLUMNS)


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the coming meeting, item by item."""
    page = Page("meeting", facts, words)
    for place, width in enumerate(WIDTHS):
        page.widen(MARGIN + place, width)
    page.head(COLUMNS)
    found = sections(facts, words)
    page.put(MARGIN, headline(found, facts, words), Look.LABEL, span=ACROSS)
    page.next(20)
    page.next(6)
    for section in found:
        _section(page, section)
    page.next(10)
    page.heading(words("meeting.regulation"), COLUMNS)
    for line in regulation(facts, words):
        _text(page, line)
    return page.grid()


def _section(page: Page, section: Section) -> None:
    words = page.words
    if section.why_closed:
        line = words("meeting.closed_line", item=section.title, why=section.why_closed)
        page.put(MARGIN, line, Look.NOTE, span=ACROSS)
        page.next(20)
        return
    page.next(6)
    page.heading(section.title, COLUMNS)
    for block in section.blocks:
        _block(page, block)
    if not section.blocks:
        page.note(words("meeting.own_item"), COLUMNS)


def _block(page: Page, block: Block) -> None:
    if isinstance(block, Listing):
        _listing(page, block)
    else:
        _text(page, block.text, None if block.status is Status.GOOD else block.status)


def _listing(page: Page, listing: Listing) -> None:
    """Place rows; texts get a second column where there is room."""
    page.put(MARGIN, listing.title, Look.LABEL, span=ACROSS)
    page.next(18)
    known, unknown = parted(listing.fields, listing.rows)
    places = spread(known)
    for gap in set(range(MARGIN, places[-1])) - set(places):
        page.put(gap, None, Look.HEADER)
    page.table(known, listing.rows, columns=places)
    if unknown:
        page.row -= 1
        page.absent(item.id for item in unknown)
        page.next()


def spread(fields: Sequence[Field]) -> list[int]:
    """Return the columns of fields: of texts after the first each takes two, if all fit so.

    >>> from templates.layout import shown
    >>> spread([shown("name"), shown("status"), shown("n", Kind.INTEGER)])
    [1, 2, 4]
    """
    wide = [1, *(2 if item.kind in TEXTS else 1 for item in fields[1:])]
    steps = wide if sum(wide) <= COLUMNS else [1] * len(fields)
    return [MARGIN + sum(steps[:at]) for at in range(len(fields))]


def _text(page: Page, text: str, status: Status | None = None) -> None:
    page.put(MARGIN, text, kind=Kind.LONG_TEXT, status=status, span=ACROSS)
    page.next(20)


REPORT = Report("meeting", Group.READ, draw)
