"""Five numbers: the page that both departments look at first."""

from __future__ import annotations

from collections.abc import Sequence

from templates.cards import CARDS, STRIDE, card_column, place_cards
from templates.layout import MARGIN
from templates.page import ROW_PIXELS, Page
from templates.steps import place_bottleneck, place_steps
from templates.tab import Facts, Grid, Group, Look, Report, Row, Status
from templates.trends import draw_lines, has_charts, place_trends
from templates.words import Words

ACROSS = CARDS * STRIDE - 1
LEFT, RIGHT, GAP = 21, 14, 1.6
CHART_HEIGHT = 240


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the page: five numbers, three steps, two pictures, and where everything is."""
    page = Page("overview", facts, words)
    for card in range(CARDS):
        page.widen(card_column(card), LEFT)
        page.widen(card_column(card) + 1, RIGHT)
        page.widen(card_column(card) + 2, GAP if card < CARDS - 1 else 2)
    page.head(ACROSS)
    page.signature([card_column(card) for card in range(CARDS)], span=2)
    five = list(facts.tables.get("five", ()))
    lines = place_cards(page, five)
    page.next(14)
    place_steps(page, five)
    page.next(6)
    place_bottleneck(page)
    page.next(14)
    at = page.room(CHART_HEIGHT if has_charts(facts) else ROW_PIXELS)
    if has_charts(facts):
        page.note(words("page.chart_frozen"), ACROSS)
    tabs = [row for row in facts.tables.get("tabs", ()) if row["tab"] != page.name]
    _index(page, [row for row in tabs if not row["is_hidden"]])
    _legend(page)
    page.print_rows = page.row
    _index(page, [row for row in tabs if row["is_hidden"]], is_hidden=True)
    page.next()
    spots = page.side_by_side(at, ACROSS, CHART_HEIGHT)
    page.note(f"{words('page.chart_data')}. {words('page.chart_months')}", ACROSS)
    used = [card_column(card) + side for card in range(CARDS) for side in (0, 1)]
    draw_lines(page, lines, place_trends(page, used, spots))
    return page.grid()


def _index(page: Page, tabs: Sequence[Row], *, is_hidden: bool = False) -> None:
    """List tabs by what they are for; links would not open the hidden ones."""
    words = page.words
    if tabs:
        page.heading(words("page.index_hidden" if is_hidden else "page.index"), ACROSS)
    if tabs and is_hidden:
        page.note(words("page.index_hidden_note"), ACROSS)
    for group in Group:
        listed = [str(row["tab"]) for row in tabs if row["group"] == group]
        for first in range(0, len(listed), CARDS - 1):
            if first == 0:
                page.put(MARGIN, words(f"group.{group}"), Look.LABEL, span=(1, 2))
            line = list(enumerate(listed[first : first + CARDS - 1], 1))
            for place, name in line:
                link = None if is_hidden else name
                page.put(card_column(place), words(f"tab.{name}"), span=(1, 2), link=link)
            page.next(18)
            for place, name in line:
                note = words(f"tab_short.{name}")
                page.put(card_column(place), note, Look.NOTE, span=(1, 2))
            page.next(20)


def _legend(page: Page) -> None:
    """Say what the colours mean and where to type."""
    words = page.words
    page.heading(words("page.legend"), ACROSS)
    for place, status in enumerate(Status):
        page.put(card_column(place), words(f"status.{status}"), status=status, span=(1, 2))
    page.next(18)
    page.next(4)
    page.put(MARGIN, words("page.type_here"), Look.INPUT, span=(1, 2))
    page.put(card_column(1), words("page.type_note"), Look.NOTE, span=(1, ACROSS - STRIDE))
    page.next(28)


REPORT = Report("overview", Group.READ, draw)
