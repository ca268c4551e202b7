"""A page of a report as it grows: blocks are added under one another, from the top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from templates import absent
from templates.layout import MARGIN, Field, Placed, Spot, computed, derive, number, parted
from templates.sentences import looked_back
from templates.tab import (
    Cell,
    Chart,
    ChartKind,
    Facts,
    Grid,
    Kind,
    Look,
    Row,
    Rule,
    Series,
    Sparkline,
    Value,
)
from templates.words import UNKNOWN, Words

ROW_PIXELS = 20
GUTTER = 16
"""Pixels between two charts that stand side by side."""

Pixels = tuple[int, int]
"""A width and a height."""

LINE_POINTS = 16.5
"""How high a row with one line of small text is."""


def pixels(width: float) -> int:
    """Return how many pixels a column of that many characters takes."""
    return int(width * 7 + 5)


@dataclass(slots=True)
class Page:
    """A report in the making: the cells so far and the row where the next block begins."""

    name: str
    facts: Facts
    words: Words
    row: int = 0
    cells: list[Cell] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    sparklines: list[Sparkline] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=lambda: {0: 2.0})
    heights: dict[int, float] = field(default_factory=dict)
    print_rows: int = 0
    breaks: list[int] = field(default_factory=list)
    across: int = 9
    """How many columns a line of text takes: those of the title."""

    def put(self, column: int, value: Value, look: Look = Look.PLAIN, **more: Any) -> None:
        """Write a cell of the current row."""
        self.cells.append(Cell(self.row, column, value, look=look, **more))

    def begin_sheet(self) -> None:
        """Let what follows begin a new sheet of paper."""
        self.breaks.append(self.row)

    def next(self, height: float | None = None) -> None:
        """Go to the next row; `height` is that of the row left behind."""
        if height is not None:
            self.heights[self.row] = height
        self.row += 1

    def widen(self, column: int, width: float) -> None:
        """Make a column at least so wide."""
        self.widths[column] = max(self.widths.get(column, 0.0), width)

    def head(self, columns: int = 9, *, window: str = "") -> None:
        """Write the title, whose numbers these are and of when, and what the tab is for.

        `window` names the total that says which days the tab looks back on.
        """
        words, facts = self.words, self.facts
        self.across, across = columns, (1, columns)
        self.put(MARGIN, words(f"tab.{self.name}"), Look.TITLE, span=across)
        self.next(30)
        stamp = words(
            "page.stamp",
            company=facts.company,
            as_of=words.day(facts.as_of),
            synced_at=words.moment(facts.synced_at),
        )
        self.put(MARGIN, stamp, Look.SUBTITLE, span=across)
        self.next(18)
        hint = words(f"tab_hint.{self.name}")
        totals = next(iter(facts.tables.get("one", ())), {})
        if days := looked_back(totals.get(window), words):
            hint = f"{hint} {words('page.looks_back', window=days)}"
        self.put(MARGIN, hint, Look.NOTE, span=across)
        self.next(20)
        self.next(8)

    def signature(self, columns: Sequence[int], span: int = 1) -> None:
        """Write whose workbook it is and where to turn, if an agency has put its name to it."""
        brand = self.facts.brand
        if not brand.is_signed:
            return
        named = [(brand.name, None)] if brand.name else []
        signed = [*named, *brand.links(self.words)]
        for first in range(0, len(signed), len(columns)):
            line = signed[first : first + len(columns)]
            for column, (text, link) in zip(columns, line, strict=False):
                self.put(column, text, Look.LABEL, link=link, span=(1, span))
            self.next(20)

    def heading(self, text: str, columns: int = 9) -> None:
        """Write the heading of a block."""
        self.put(MARGIN, text, Look.HEADING, span=(1, columns))
        self.next(22)

    def note(self, text: str, columns: int = 9) -> None:
        """Write a remark, on as many lines as it takes."""
        self.put(MARGIN, text, Look.NOTE, span=(1, columns))
        self.next(LINE_POINTS)

    def room(self, pixels: int = 320) -> int:
        """Leave room for charts that are added once their cells are placed."""
        at = self.row
        self.row += pixels // ROW_PIXELS + 1
        return at

    def table(
        self,
        fields: Sequence[Field],
        rows: Iterable[Row],
        *,
        total: str = "",
        columns: Sequence[int] = (),
        elsewhere: Mapping[str, Spot] | None = None,
    ) -> Placed:
        """Place rows under a header; `total` is the label of a last row with sums.

        Formulas may also use items of the rows that stand `elsewhere`. A column of which nothing
        is known is named below instead, unless the `columns` are given.
        """
        listed = list(rows)
        known, unknown = (tuple(fields), ()) if columns else parted(fields, listed)
        spans = [item.span for item in known]
        places = columns or [MARGIN + sum(spans[:at]) for at in range(len(known))]
        where = {item.id: place for item, place in zip(known, places, strict=True)}
        if not listed:
            self.put(places[0], self.words("page.no_rows"), Look.NOTE, span=(1, len(places)))
            self.next(LINE_POINTS)
            self.next()
            return Placed(self.row, self.row, where, ())
        if unknown and len(known) == 1:
            self.absent(item.id for item in unknown)
            self.next()
            return Placed(self.row, self.row, {}, tuple(computed(fields, row) for row in listed))
        self.header(known, where)
        first = self.row
        filled = [self._line(fields, where, row, elsewhere or {}) for row in listed]
        placed = Placed(first, self.row - 1, where, tuple(filled))
        if total:
            self._total(known, placed, total)
        self.hints(known, where)
        if unknown:
            self.absent(item.id for item in unknown)
        self.next()
        return placed

    def absent(self, ids: Iterable[str], columns: int = 0) -> None:
        """Say below a block what of it is not known, and what to do about it."""
        said = absent.unknown(self.name, ids, self.words)
        self.put(MARGIN, said, Look.NOTE, span=(1, columns or self.across))
        self.next(LINE_POINTS)

    def pairs(
        self,
        items: Iterable[tuple[str, Value, Kind]],
        *,
        formulas: Mapping[str, str] | None = None,
        columns: tuple[int, int] = (MARGIN, MARGIN + 1),
    ) -> tuple[Row, Mapping[str, Spot]]:
        """Place quantities, each with its name before it; return them and where they stand.

        An id in `formulas` is derived from quantities of the list, named like the parameters of
        that formula.
        """
        known: dict[str, Value] = {}
        spots: dict[str, Spot] = {}
        for id_, value, kind in items:
            known[id_], spots[id_], text = value, (self.row, columns[1]), None
            if formulas and id_ in formulas:
                known[id_], text = derive(formulas[id_], known, spots)
            self.put(columns[0], self.words(f"column.{id_}"), Look.LABEL)
            self.quantity(columns[1], known[id_], kind, text)
            self.next()
        return known, spots

    def known_pairs(
        self,
        items: Iterable[tuple[str, Value, Kind]],
        *,
        formulas: Mapping[str, str],
        across: int = 0,
    ) -> Row:
        """Place the quantities that are known, like `pairs`, and name the others below them.

        What is said of those takes `across` columns, where a picture stands beside them.
        """
        known: dict[str, Value] = {}
        listed = list(items)
        for id_, value, _ in listed:
            known[id_] = derive(formulas[id_], known, {})[0] if id_ in formulas else value
        self.pairs((item for item in listed if known[item[0]] is not None), formulas=formulas)
        if unknown := [id_ for id_, value in known.items() if value is None]:
            self.absent(unknown, across)
        return known

    def quantity(
        self,
        column: int,
        value: Value,
        kind: Kind,
        formula: str | None = None,
        **more: Any,
    ) -> None:
        """Write a quantity, or a dash where it is unknown."""
        if value is None:
            self.put(column, UNKNOWN, kind=kind, **more)
        else:
            self.put(column, value, kind=kind, formula=formula, **more)

    def side_by_side(self, row: int, columns: int, height: int) -> list[tuple[Spot, Pixels]]:
        """Divide the width of the first columns between two charts; return where each stands."""
        last = MARGIN + columns
        edges = [0]
        for column in range(MARGIN, last):
            edges.append(edges[-1] + pixels(self.widths.get(column, 10.0)))
        middle = min(range(1, columns), key=lambda at: abs(edges[at] - edges[-1] / 2), default=1)
        left, right = edges[middle] - GUTTER, edges[-1] - edges[middle]
        return [
            ((row, MARGIN), (left, height)),
            ((row, MARGIN + middle), (right, height)),
        ]

    def chart(
        self,
        id: str,  # noqa: A002
        kind: ChartKind,
        series: Iterable[Series],
        at: Spot,
        **more: Any,
    ) -> None:
        """Add a chart; its title is the text `chart.<id>`."""
        title = self.words(f"chart.{id}")
        self.charts.append(Chart(id, kind, title, tuple(series), at, **more))

    def grid(self) -> Grid:
        """Finish the page."""
        widths = tuple(self.widths.get(column, 10.0) for column in range(max(self.widths) + 1))
        return Grid(
            tuple(self.cells),
            widths,
            self.heights,
            tuple(self.charts),
            tuple(self.rules),
            sparklines=tuple(self.sparklines),
            print_rows=self.print_rows,
            breaks=tuple(self.breaks),
            brand=self.facts.brand,
        )

    def header(self, fields: Sequence[Field], where: Mapping[str, int]) -> None:
        """Write the header of a block."""
        words = self.words
        for item in fields:
            if item.span == 1:
                self.widen(where[item.id], item.width)
            text = words(f"column.{item.id}")
            kind = Kind.TEXT if item.kind is Kind.LONG_TEXT else item.kind
            self.put(where[item.id], text, Look.HEADER, kind=kind, span=(1, item.span))
        self.next(20)

    def hints(self, fields: Sequence[Field], where: Mapping[str, int]) -> None:
        """Say below a block how its columns come about, where their names do not say it."""
        words = self.words
        said = [
            f"{words(f'column.{item.id}')}: {words(f'column_hint.{item.id}')}"
            for item in fields
            if words.has(f"column_hint.{item.id}")
        ]
        if not said:
            return
        first, last = min(where.values()), max(where.values())
        across = max(last - first + 1, self.across - first + MARGIN)
        self.put(first, "  ".join(said), Look.NOTE, span=(1, across))
        self.next(LINE_POINTS)

    def _line(
        self,
        fields: Sequence[Field],
        where: Mapping[str, int],
        row: Row,
        elsewhere: Mapping[str, Spot],
    ) -> Row:
        known: dict[str, Value] = dict(row)
        spots = {**elsewhere, **{id_: (self.row, column) for id_, column in where.items()}}
        for item in fields:
            text = None
            if item.formula:
                known[item.id], text = derive(item.formula, known, spots, item.arguments)
            elif item.of is not None:
                known[item.id] = item.of(row)
            if item.id not in where:
                continue
            value = known.get(item.id)
            self.put(
                where[item.id],
                item.unknown if value is None else value,
                item.look,
                kind=item.kind,
                status=item.status(known) if item.status else None,
                formula=None if value is None else text,
                span=(1, item.span),
            )
        self.next()
        return known

    def _total(self, fields: Sequence[Field], placed: Placed, label: str) -> None:
        sums: dict[str, Value] = {}
        spots = {id_: (self.row, column) for id_, column in placed.columns.items()}
        for place, item in enumerate(fields):
            text: str | None = None
            value: Value = label if place == 0 else None
            if item.is_summed:
                amounts = [number(row, item.id) for row in placed.rows]
                known = [amount for amount in amounts if amount is not None]
                value = sums[item.id] = sum(known) if known else None
                text = f"SUM({placed.range(item.id)})"
            elif item.formula:
                value, text = derive(item.formula, sums, spots, item.arguments)
                sums[item.id] = value
            has_number = item.is_summed or bool(item.formula)
            self.put(
                placed.columns[item.id],
                UNKNOWN if value is None and has_number else value,
                Look.TOTAL,
                kind=item.kind,
                formula=None if value is None else text,
            )
        self.next()
