"""Portfolio: all clients on one page, those first that need somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from templates.clients import COLOURS, FIVE, Trouble, assessed, figure, look_first, of
from templates.layout import MARGIN, Field, shown
from templates.page import Page
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Look, Report, Row, Series, Status
from templates.words import Words

COLUMNS = 9
SHOWN = 25
"""Clients that are listed: what is further down can wait, and stands on the next tab."""

BARS = {
    Status.GOOD: "#2E8B57",
    Status.TOO_GOOD: "#2F6DB5",
    Status.WARN: "#E0A100",
    Status.BAD: "#C0392B",
    Status.UNKNOWN: "#B4BAC2",
}
COUNTS = (
    shown("number_name", width=28),
    *(shown(f"count_{status}", Kind.INTEGER, 13) for status in BARS),
)
HEIGHT = 300
TILES = range(MARGIN + 3, MARGIN + COLUMNS)
"""Columns of one width, a count of clients in each."""


def draw(facts: Facts, words: Words) -> Grid:
    """Draw how many clients stand how, whom to look at first, and two pictures."""
    page, rows = Page("portfolio", facts, words), list(facts.tables.get("clients", ()))
    page.head(COLUMNS)
    page.signature(range(MARGIN, MARGIN + COLUMNS))
    _counts(page, rows)
    page.heading(words("clients.first_heading"), COLUMNS)
    page.table(_fields(words), rows[:SHOWN], columns=range(MARGIN, MARGIN + COLUMNS))
    if len(rows) > SHOWN:
        page.note(words("clients.further", count=len(rows) - SHOWN), COLUMNS)
        page.next()
    at = page.room(HEIGHT)
    page.print_rows = page.row
    (left, left_size), (right, right_size) = page.side_by_side(at, COLUMNS, HEIGHT)
    page.note(words("page.chart_data"), COLUMNS)
    placed = page.table(COUNTS, [_counted(rows, id_, words) for id_ in FIVE])
    page.chart(
        "clients_by_status",
        ChartKind.STACKED_BAR,
        [
            placed.series(name, "number_name", words(f"column.{name}"), colour=colour)
            for name, colour in ((f"count_{status}", colour) for status, colour in BARS.items())
        ],
        left,
        size=left_size,
        value_kind=Kind.INTEGER,
    )
    _pace(page, rows, right, right_size)
    return page.grid()


def _counts(page: Page, rows: Sequence[Row]) -> None:
    """Write how many clients there are, and how many have which trouble."""
    counted = Counter(Trouble(str(row["trouble"])) for row in rows)
    troubles = [each for each in Trouble if counted[each]]
    page.put(MARGIN, len(rows), Look.BIG, kind=Kind.INTEGER)
    for first in range(0, len(troubles), len(TILES)):
        line = list(zip(TILES, troubles[first : first + len(TILES)], strict=False))
        for column, trouble in line:
            look = {"kind": Kind.INTEGER, "status": COLOURS[trouble]}
            page.put(column, counted[trouble], Look.BIG, **look)
        page.next(34)
        if first == 0:
            page.put(MARGIN, page.words("clients.all"), Look.LABEL)
        for column, trouble in line:
            page.put(column, page.words(f"clients.trouble.{trouble}"), Look.LABEL)
        page.next(18)
    page.next()


def _fields(words: Words) -> tuple[Field, ...]:
    return (
        shown("company", Kind.LONG_TEXT, width=24),
        shown(
            "look_first",
            Kind.LONG_TEXT,
            width=44,
            of=lambda row: look_first(row, words),
            status=lambda row: COLOURS[Trouble(str(row["trouble"]))],
        ),
        shown("assessment", width=18, of=lambda row: assessed(row, words)),
        *(
            shown(
                id_,
                FIVE[id_] if id_ != "customer_cost" else Kind.TEXT,
                width=14,
                of=lambda row, id_=id_: (
                    row.get(id_) if id_ != "customer_cost" else figure(row, id_, words)
                ),
                status=lambda row, id_=id_: of(row, id_),
            )
            for id_ in FIVE
        ),
        shown("as_of", Kind.DATE, width=13),
    )


def _counted(rows: Sequence[Row], id_: str, words: Words) -> Row:
    counted = Counter(of(row, id_) for row in rows)
    named = {"number_name": words(f"digest.{id_}")}
    return {**named, **{f"count_{status}": counted[status] for status in BARS}}


def _pace(page: Page, rows: Sequence[Row], at: tuple[int, int], size: tuple[int, int]) -> None:
    """Draw who is furthest from the plan."""
    known = [row for row in rows if isinstance(row.get("run_rate"), float)]
    slowest = sorted(known, key=lambda row: float(str(row["run_rate"])))[:SHOWN]
    if not slowest:
        return
    fields = (shown("company", width=26), shown("run_rate", Kind.SHARE, 14))
    placed = page.table(fields, slowest, columns=(MARGIN, MARGIN + 3))
    colours = tuple(BARS[of(row, "run_rate")] for row in slowest)
    series: Series = placed.series(
        "run_rate", "company", page.words("column.run_rate"), point_colours=colours
    )
    page.chart(
        "clients_by_pace",
        ChartKind.COLUMN,
        [series],
        at,
        size=size,
        value_kind=Kind.SHARE,
        has_legend=False,
    )


REPORT = Report("portfolio", Group.READ, draw)
