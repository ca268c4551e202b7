"""Five numbers: the page that both departments look at first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from templates.cards import CARDS, STRIDE, card_column, place_cards
from templates.layout import MARGIN, Placed, Spot, derived, shown
from templates.page import ROW_PIXELS, Page
from templates.steps import place_bottleneck, place_steps
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Look, Report, Row, Status
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
    five = list(facts.tables.get("five", ()))
    place_cards(page, five)
    page.next(14)
    place_steps(page, five)
    page.next(6)
    place_bottleneck(page)
    page.next(14)
    weeks, months = page.facts.tables.get("weeks", ()), _months(page.facts)
    has_charts = any(row.get("qualified") or row.get("unqualified") for row in weeks) or any(
        row.get("spend") and row.get("customers") for row in months
    )
    at = page.room(CHART_HEIGHT if has_charts else ROW_PIXELS)
    tabs = [row for row in facts.tables.get("tabs", ()) if row["tab"] != page.name]
    _index(page, [row for row in tabs if not row["is_hidden"]])
    _legend(page)
    page.print_rows = page.row
    _index(page, [row for row in tabs if row["is_hidden"]], is_hidden=True)
    page.next()
    _pictures(page, at)
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


WEEKS = (
    shown("week_start", Kind.DATE, of=lambda row: row.get("start")),
    shown("qualified", Kind.INTEGER),
    shown("unqualified", Kind.INTEGER),
    shown("spam", Kind.INTEGER),
    derived("qualified_share", unknown=None),
    shown("band_low", Kind.SHARE, unknown=None),
    shown("band_high", Kind.SHARE, unknown=None),
)
MONTHS = (
    shown("month", Kind.MONTH),
    shown("spend", Kind.MONEY),
    shown("customers", Kind.INTEGER),
    derived("customer_cost", Kind.MONEY, unknown=None),
    shown("limit", Kind.MONEY, unknown=None),
)


def _pictures(page: Page, at: int) -> None:
    """Place weeks and months side by side, and draw them."""
    words = page.words
    left, right = page.side_by_side(at, ACROSS, CHART_HEIGHT)
    page.note(f"{words('page.chart_data')}. {words('page.chart_months')}", ACROSS)
    used = [card_column(card) + side for card in range(CARDS) for side in (0, 1)]
    weeks = page.table(WEEKS, page.facts.tables.get("weeks", ()), columns=used[:7])
    months = page.table(MONTHS, _months(page.facts), columns=used[:5])
    if _is_known(weeks, "qualified_share"):
        page.chart(
            "share_by_week",
            ChartKind.LINE,
            (
                weeks.series("qualified_share", "week_start", words("column.qualified_share")),
                *(
                    weeks.series(
                        id_, "week_start", words(f"column.{id_}"), colour="#8A8F98", is_dashed=True
                    )
                    for id_ in ("band_low", "band_high")
                ),
            ),
            left[0],
            size=left[1],
            value_kind=Kind.SHARE,
        )
    else:
        _wait(page, left[0])
    if _is_known(months, "customer_cost"):
        page.chart(
            "cost_by_month",
            ChartKind.COLUMN,
            (
                months.series("customer_cost", "month", words("column.customer_cost")),
                months.series(
                    "limit",
                    "month",
                    words("column.limit"),
                    colour="#C0392B",
                    as_kind=ChartKind.LINE,
                    is_dashed=True,
                ),
            ),
            right[0],
            size=right[1],
            value_kind=Kind.MONEY,
        )
    elif _is_known(weeks, "qualified_share"):
        _wait(page, right[0])


def _months(facts: Facts) -> list[Row]:
    """Return the months after the first of the data, which lacks customers of earlier leads."""
    first = next(iter(facts.tables.get("one", ())), {}).get("first_day")
    return [
        row
        for row in facts.tables.get("months", ())
        if not isinstance(first, date) or row["month"] > first  # type: ignore[operator]
    ]


def _is_known(placed: Placed, name: str) -> bool:
    """Tell whether there is anything to draw."""
    return any(row.get(name) is not None for row in placed.rows)


def _wait(page: Page, spot: Spot) -> None:
    """Say that a chart will come, where it will stand."""
    below, page.row = page.row, spot[0]
    page.put(spot[1], page.words("page.no_chart"), Look.NOTE, span=(1, 4))
    page.row = below


REPORT = Report("overview", Group.READ, draw)
