"""The state of a spreadsheet: tabs, cells, and what moves and dies with their rows and columns."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.sheets_emulator.discovery import InvalidError

Json = dict[str, Any]
ROWS, COLUMNS = "ROWS", "COLUMNS"


class Cell(NamedTuple):
    """A cell; it is replaced, never changed, so that a copy of a row keeps the past."""

    value: Any = None  # of a formula: None, for nothing is calculated here
    formula: str | None = None  # as typed, with "="
    format: Json | None = None
    note: str | None = None
    validation: Json | None = None


EMPTY = Cell()


@dataclass(slots=True)
class Metadata:
    """A piece of developer metadata and where it sits."""

    id: int
    key: str
    value: str
    visibility: str
    kind: str  # ROW, COLUMN, SHEET, SPREADSHEET
    sheet: int | None = None
    index: int = 0

    @property
    def dimension(self) -> str | None:
        """Return ROWS or COLUMNS for what sits on one of them."""
        return {"ROW": ROWS, "COLUMN": COLUMNS}.get(self.kind)


@dataclass(slots=True)
class Tab:
    """A tab: its grid and everything that lies on it."""

    id: int
    title: str
    row_count: int = 1000
    column_count: int = 26
    rows: list[list[Cell]] = field(default_factory=list)
    properties: Json = field(default_factory=dict)  # everything else that properties hold
    sizes: dict[str, dict[int, Json]] = field(default_factory=lambda: {ROWS: {}, COLUMNS: {}})
    merges: list[Json] = field(default_factory=list)
    protected: list[Json] = field(default_factory=list)
    rules: list[Json] = field(default_factory=list)
    charts: list[Json] = field(default_factory=list)
    banding: list[Json] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    groups: list[Json] = field(default_factory=list)
    filter: Json | None = None

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, an empty one where nothing was written."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return EMPTY

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Put a cell into the grid."""
        if not (0 <= row < self.row_count and 0 <= column < self.column_count):
            raise InvalidError(f"Range ({self.title}!R{row + 1}C{column + 1}) exceeds grid limits.")
        while len(self.rows) <= row:
            self.rows.append([])
        line = self.rows[row]
        if len(line) <= column:
            line.extend([EMPTY] * (column + 1 - len(line)))
        line[column] = cell

    def bounds(self, area: Json) -> tuple[int, int, int, int]:
        """Return first row, end row, first column, end column of a range."""
        found = (
            area.get("startRowIndex", 0), area.get("endRowIndex", self.row_count),
            area.get("startColumnIndex", 0), area.get("endColumnIndex", self.column_count),
        )  # fmt: skip
        if found[1] > self.row_count or found[3] > self.column_count:
            raise InvalidError(f"Range exceeds grid limits: {area}")
        if found[0] > found[1] or found[2] > found[3] or min(found) < 0:
            raise InvalidError(f"Range is turned around: {area}")
        return found

    def spots(self, area: Json) -> Iterator[tuple[int, int]]:
        """Yield the places of a range."""
        top, bottom, left, right = self.bounds(area)
        yield from itertools.product(range(top, bottom), range(left, right))

    def ranges(self) -> Iterator[Json]:
        """Yield all ranges that move with rows and columns."""
        yield from self.merges
        yield from (each["range"] for each in self.protected if "range" in each)
        yield from (area for rule in self.rules for area in rule.get("ranges", ()))
        yield from (each["range"] for each in self.banding + self.views if "range" in each)
        if self.filter and "range" in self.filter:
            yield self.filter["range"]
        yield from _chart_ranges(self.charts)

    def count(self, dimension: str) -> int:
        """Return how many rows or columns there are."""
        return self.row_count if dimension == ROWS else self.column_count


def _chart_ranges(value: Any) -> Iterator[Json]:
    """Yield the ranges that charts draw."""
    if isinstance(value, list):
        for item in value:
            yield from _chart_ranges(item)
    elif isinstance(value, dict):
        yield from value.get("sources", ()) if isinstance(value.get("sources"), list) else ()
        for item in value.values():
            yield from _chart_ranges(item)


@dataclass(slots=True)
class Book:
    """A spreadsheet."""

    id: str
    title: str = "Untitled spreadsheet"
    locale: str = "ru_RU"
    zone: str = "Europe/Moscow"
    tabs: list[Tab] = field(default_factory=list)
    metadata: dict[int, Metadata] = field(default_factory=dict)
    named: dict[str, Json] = field(default_factory=dict)
    properties: Json = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    def tab(self, id_: int) -> Tab:
        """Return a tab by its id."""
        for tab in self.tabs:
            if tab.id == id_:
                return tab
        raise InvalidError(f"No grid with id: {id_}")

    def titled(self, title: str) -> Tab | None:
        """Return a tab by its title, however it is spelled."""
        return next((t for t in self.tabs if t.title.casefold() == title.casefold()), None)

    def snapshot(self) -> Book:
        """Copy the state: cells are shared, for they are never changed."""
        memo = {id(self.numbers): self.numbers}
        for tab in self.tabs:
            memo[id(tab.rows)] = [list(row) for row in tab.rows]  # type: ignore[assignment]
        return copy.deepcopy(self, memo)

    def restore(self, past: Book) -> None:
        """Go back to a copy."""
        for name in self.__slots__:
            setattr(self, name, getattr(past, name))

    # -- rows and columns

    def insert(self, tab: Tab, dimension: str, at: int, count: int, *, before: bool) -> None:
        """Insert rows or columns; `before` says from which side formats are inherited."""
        if not 0 <= at <= tab.count(dimension) or count < 1:
            raise InvalidError(f"insertDimension: {at} is outside of {tab.title}")
        if before and at == 0:
            raise InvalidError("inheritFromBefore cannot be true at the first row or column")
        model = at - 1 if before else at
        if dimension == ROWS:
            pattern = [_style(cell) for cell in tab.rows[model]] if model < len(tab.rows) else []
            if at <= len(tab.rows):
                tab.rows[at:at] = [list(pattern) for _ in range(count)]
            tab.row_count += count
        else:
            for row in tab.rows:
                if at <= len(row):
                    style = _style(row[model]) if 0 <= model < len(row) else EMPTY
                    row[at:at] = [style] * count
            tab.column_count += count
        self._renumber(tab, dimension, lambda index: index + count if index >= at else index)
        for area in self._ranges(tab):
            _grow(area, dimension, at, count)

    def delete(self, tab: Tab, dimension: str, at: int, count: int) -> None:
        """Delete rows or columns, with their metadata."""
        if at < 0 or at + count > tab.count(dimension) or count >= tab.count(dimension):
            raise InvalidError(f"deleteDimension: {at}+{count} of {tab.title}")
        if dimension == ROWS:
            del tab.rows[at : at + count]
            tab.row_count -= count
        else:
            for row in tab.rows:
                del row[at : at + count]
            tab.column_count -= count

        def moved(index: int) -> int | None:
            if at <= index < at + count:
                return None
            return index - count if index >= at + count else index

        self._renumber(tab, dimension, moved)
        for area in self._ranges(tab):
            _shrink(area, dimension, at, count)

    def move(self, tab: Tab, dimension: str, start: int, end: int, to: int) -> None:
        """Move rows or columns; `to` counts before the move."""
        count = tab.count(dimension)
        if not (0 <= start < end <= count and 0 <= to <= count) or start < to < end:
            raise InvalidError(f"moveDimension: {start}:{end} to {to}")
        order = [i for i in range(count) if not start <= i < end]
        place = to if to <= start else to - (end - start)
        order[place:place] = range(start, end)
        now = {old: new for new, old in enumerate(order)}
        if dimension == ROWS:
            tab.rows.extend([] for _ in range(count - len(tab.rows)))
            tab.rows = [tab.rows[old] for old in order]
        else:
            for at, row in enumerate(tab.rows):
                wide = row + [EMPTY] * (count - len(row))
                tab.rows[at] = [wide[old] for old in order]
        self._renumber(tab, dimension, now.__getitem__)
        kind = "Row" if dimension == ROWS else "Column"
        for area in self._ranges(tab):
            first = area.get(f"start{kind}Index", 0)
            if area.get(f"end{kind}Index") == first + 1:  # a single one is followed
                area |= {f"start{kind}Index": now[first], f"end{kind}Index": now[first] + 1}

    def sort(self, tab: Tab, area: Json, specs: Iterable[Json]) -> None:
        """Sort rows of a range: contents move, metadata stays."""
        top, bottom, left, right = tab.bounds(area)
        lines = [[tab.cell(r, c) for c in range(left, right)] for r in range(top, bottom)]
        for spec in reversed(list(specs)):
            at = spec.get("dimensionIndex", 0) - left
            is_down = spec.get("sortOrder") == "DESCENDING"
            lines.sort(key=lambda line, at=at: _rank(line[at].value), reverse=is_down)  # type: ignore[misc]
            lines.sort(key=lambda line, at=at: line[at].value is None)  # type: ignore[misc]
        for row, line in enumerate(lines, top):
            for column, cell in enumerate(line, left):
                if cell != tab.cell(row, column):
                    tab.put(row, column, cell)

    def _ranges(self, tab: Tab) -> Iterator[Json]:
        yield from tab.ranges()
        yield from (
            each["range"]
            for each in self.named.values()
            if each["range"].get("sheetId", 0) == tab.id
        )

    def _renumber(self, tab: Tab, dimension: str, moved: Callable[[int], int | None]) -> None:
        for each in list(self.metadata.values()):
            if each.sheet == tab.id and each.dimension == dimension:
                index = moved(each.index)
                if index is None:
                    del self.metadata[each.id]
                else:
                    each.index = index
        sizes = tab.sizes[dimension]
        kept = {moved(index): size for index, size in sizes.items()}
        tab.sizes[dimension] = {index: size for index, size in kept.items() if index is not None}


def _rank(value: Any) -> tuple[int, Any]:
    """Order values as a spreadsheet does: numbers, texts, claims."""
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value or 0)


def _style(cell: Cell) -> Cell:
    return Cell(format=cell.format, validation=cell.validation)


def _grow(area: Json, dimension: str, at: int, count: int) -> None:
    start, end = ("startRowIndex", "endRowIndex") if dimension == ROWS else (
        "startColumnIndex", "endColumnIndex")  # fmt: skip
    if start in area and area[start] >= at:
        area[start] += count
    if end in area and area[end] > at:
        area[end] += count


def _shrink(area: Json, dimension: str, at: int, count: int) -> None:
    start, end = ("startRowIndex", "endRowIndex") if dimension == ROWS else (
        "startColumnIndex", "endColumnIndex")  # fmt: skip
    for name in (start, end):
        if name in area and area[name] > at:
            area[name] = max(at, area[name] - count)
