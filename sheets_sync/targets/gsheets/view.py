"""What a spreadsheet holds at a moment: columns by their anchors, rows by their keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets_sync.targets.gsheets.cells import Formula, key_text
from sheets_sync.targets.gsheets.ids import END, column_anchor, head_anchor, tab_anchor
from templates.tab import Report, Tab, Table, Writer

Json = dict[str, Any]
Column = list[Any]
Line = tuple[str, int]
"""A row or a column: ROWS or COLUMNS, and its place from zero."""

_RANGE = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')*)'|(?P<plain>[^!']+))!(?P<column>[A-Z]+)(?P<row>\d*)"
    r"(?::[A-Z]*(?P<end>\d*))?"
)


@dataclass(slots=True)
class TableView:
    """A table tab as people left it."""

    table: Table
    title: str
    header: int  # row, from zero
    at: dict[str, int]  # column id: column, from zero; those that are there
    values: dict[str, Column]  # column id: cells from the first row on
    formulas: dict[str, Column] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)  # by row, "" above the header and without a key
    twice: set[str] = field(default_factory=set)
    row_count: int = 0  # of the grid
    is_torn: bool = False  # rows moved between the readings: nothing is known of formulas

    @property
    def has_keys(self) -> bool:
        """Tell whether the key column is there."""
        return self.table.key in self.at

    @property
    def row_of(self) -> Mapping[str, int]:
        """The first row of every key."""
        found: dict[str, int] = {}
        for row, key in enumerate(self.keys):
            if key:
                found.setdefault(key, row)
        return found

    def cell(self, column: str, row: int) -> Any:
        """Return a cell as it was read."""
        cells = self.values.get(column, ())
        return cells[row] if row < len(cells) else ""

    def formula(self, column: str, row: int) -> Any:
        """Return a cell of a formula column as it was typed."""
        cells = self.formulas.get(column, ())
        return cells[row] if row < len(cells) else ""

    def end(self) -> int:
        """Return the row below the last one that holds a key or a machine value."""
        machine = [c.id for c in self.table.columns if c.writer is Writer.MACHINE]
        ends = (_end(self.values.get(id_, ())) for id_ in machine)
        return max([self.header + 1, *ends])


def _end(cells: Sequence[Any]) -> int:
    end = len(cells)
    while end and cells[end - 1] in ("", None):
        end -= 1
    return end


@dataclass(slots=True)
class ReportView:
    """A report tab as people left it: its cells as typed, by column."""

    report: Report
    title: str
    columns: list[Column]
    anchors: Mapping[int, Line] = field(default_factory=dict)  # what guards of ours sit on

    def cells(self) -> dict[tuple[int, int], Any]:
        """Return the cells that hold something."""
        return {
            (row, column): value
            for column, values in enumerate(self.columns)
            for row, value in enumerate(values)
            if value not in ("", None)
        }


@dataclass(slots=True)
class View:
    """All of our tabs that are there."""

    tables: dict[str, TableView] = field(default_factory=dict)
    reports: dict[str, ReportView] = field(default_factory=dict)
    astray: set[str] = field(default_factory=set)  # tabs whose anchors lie on several tabs


def lookup(anchor: int) -> Json:
    """Return the filter that finds what an anchor sits on, at the moment of the call."""
    return {"developerMetadataLookup": {"metadataId": anchor}}


def anchors(answer: Json) -> set[int]:
    """Return the anchors of tabs, rows and columns that are there."""
    sheets = answer.get("sheets", ())
    parts = [part for sheet in sheets for part in sheet.get("data", ())]
    lines = [each for part in parts for name in ("rowMetadata", "columnMetadata")
             for each in part.get(name, ())]  # fmt: skip
    holders = [*sheets, *lines]
    return {found["metadataId"] for one in holders for found in one.get("developerMetadata", ())}


def present(filters: list[Json], there: Collection[int] | None) -> list[Json]:
    """Return the filters that find something, if it is known what there is."""
    if there is None:
        return filters
    return [f for f in filters if f["developerMetadataLookup"]["metadataId"] in there]


def value_filters(tabs: Iterable[Tab], apart: Collection[str]) -> list[Json]:
    """Return what is read as values of tables `apart`: header rows, and all but formulas."""
    found = []
    for tab in tabs:
        if isinstance(tab, Table) and tab.name in apart:
            found.append(lookup(head_anchor(tab.name)))
            ids = [c.id for c in tab.columns if c.writer is not Writer.FORMULA]
            found += [lookup(column_anchor(tab.name, id_)) for id_ in ids]
    return found


def typed_filters(tabs: Sequence[Tab], apart: Collection[str]) -> list[Json]:
    """Return what is read as it was typed: reports and tables whole, all in one reading.

    Of tables `apart`, whose values are read in another, only formula columns with their keys, or
    the header row, for what is known of their tabs; where all are apart and without formulas,
    nothing is needed of that.
    """
    found = []
    for tab in tabs:
        if isinstance(tab, Report):
            found.append(lookup(tab_anchor(tab.name)))
            continue
        ids = [column.id for column in tab.columns if tab.name not in apart or column.live]
        if tab.name not in apart or not ids:
            found.append(lookup(head_anchor(tab.name)))
        if ids:
            key = [tab.key] if tab.name in apart else []
            found += [lookup(column_anchor(tab.name, id_)) for id_ in (*key, *ids)]
    is_plain = all(
        isinstance(tab, Table) and tab.name in apart and not any(c.live for c in tab.columns)
        for tab in tabs
    )
    return [] if is_plain else found


@dataclass(frozen=True, slots=True)
class Found:
    """What a filter found: where it begins, and its cells by column."""

    title: str
    row: int
    column: int
    end: int  # row, where one is named
    columns: list[Column]
    lines: Mapping[int, Line] = field(default_factory=dict)  # guards, and what they sit on


Readings = dict[int, Found]
"""What was read, by anchor."""


def found(answer: Json) -> Readings:
    """Return what was read as values, by anchor."""
    places: Readings = {}
    for item in answer.get("valueRanges", ()):
        spot = _RANGE.match(item["valueRange"]["range"])
        if not spot:
            continue
        title = (spot["quoted"] or spot["plain"] or "").replace("''", "'")
        column = 0
        for letter in spot["column"]:
            column = column * 26 + ord(letter) - ord("A") + 1
        place = Found(
            title,
            int(spot["row"] or 1) - 1,
            column - 1,
            int(spot["end"] or 0),
            item["valueRange"].get("values", []),
        )
        for one in item["dataFilters"]:
            places[one.get("developerMetadataLookup", {}).get("metadataId")] = place
    return places


def as_typed(answer: Json) -> Readings:
    """Return cells as they were typed, by anchor: a column each.

    The whole of a report, and the header row of a table, are found by the anchor of their tab.
    """
    places: Readings = {}
    for sheet in answer.get("sheets", ()):
        title, rows = sheet["properties"]["title"], sheet["properties"]["gridProperties"]
        anchors = [each["metadataId"] for each in sheet.get("developerMetadata", ())]
        for part in sheet.get("data", ()):
            first, left = part.get("startRow", 0), part.get("startColumn", 0)
            about = part.get("columnMetadata", ())
            lines = dict(_anchored("ROWS", part.get("rowMetadata", ())))
            lines |= _anchored("COLUMNS", about)
            place = Found(title, first, left, rows.get("rowCount", 0), _columns(part), lines)
            mine = about[0].get("developerMetadata", ()) if len(about) == 1 else ()
            ids = [each["metadataId"] for each in mine] or anchors
            places |= dict.fromkeys(ids, place)
    return places


def _anchored(dimension: str, lines: Iterable[Json]) -> Iterator[tuple[int, Line]]:
    """Yield the guards of a report and the rows or columns that they sit on."""
    for at, each in enumerate(lines):
        for anchor in each.get("developerMetadata", ()):
            if anchor.get("metadataKey") == END:
                yield anchor["metadataId"], (dimension, at)


def _columns(part: Json) -> list[Column]:
    lines = [row.get("values", ()) for row in part.get("rowData", ())]
    wide = max(map(len, lines), default=0)
    columns = [[_entered(line[at]) if at < len(line) else "" for line in lines]
               for at in range(wide)]  # fmt: skip
    return [column[: _end(column)] for column in columns]


def _entered(cell: Json) -> Any:
    for kind, value in cell.get("userEnteredValue", {}).items():
        return Formula(value) if kind == "formulaValue" else value
    return ""


def calculated(tabs: Iterable[Tab], typed: Readings) -> set[str]:
    """Return the tables in which people's own formulas stand, whose values have to be read."""
    return {
        tab.name
        for tab in tabs
        if isinstance(tab, Table)
        for column in tab.columns
        if column.writer is Writer.HUMAN or column.id == tab.key
        for head in [typed.get(tab_anchor(tab.name))]
        if (place := typed.get(column_anchor(tab.name, column.id)))
        for cells in place.columns
        if any(cell.__class__ is Formula for cell in cells[head.row if head else 0 :])
    }


def view(tabs: Iterable[Tab], values: Readings, typed: Readings) -> View:
    """Put together what was read; what moved between two readings is left to the next pass."""
    seen = View()
    for tab in tabs:
        if isinstance(tab, Report):
            if place := typed.get(tab_anchor(tab.name)):
                seen.reports[tab.name] = ReportView(tab, place.title, place.columns, place.lines)
        else:
            _table(tab, values, typed, seen)
    return seen


def _table(table: Table, values: Readings, typed: Readings, seen: View) -> None:
    anchors = {column.id: column_anchor(table.name, column.id) for column in table.columns}
    is_apart = not values.keys().isdisjoint(anchors.values())
    places = {
        column.id: place
        for column in table.columns
        for source in [values if is_apart and not column.live else typed]
        if (place := source.get(anchors[column.id]))
    }
    head = values.get(head_anchor(table.name)) or typed.get(tab_anchor(table.name))
    titles = {place.title for place in places.values()} | ({head.title} if head else set())
    if not places or len(titles) != 1:
        if titles:
            seen.astray.add(table.name)
        return
    at = {id_: place.column for id_, place in places.items()}
    cells = {id_: place.columns[0] if place.columns else [] for id_, place in places.items()}
    made = TableView(table, titles.pop(), head.row if head else -1, at, cells)
    made.formulas = {c.id: cells.pop(c.id) for c in table.columns if c.live and c.id in cells}
    made.row_count = max(place.end for place in places.values())
    _index(made)
    again = typed.get(anchors[table.key]) if is_apart else None
    made.is_torn = again is not None and _keys(again) != _keys(places.get(table.key))
    seen.tables[table.name] = made


def _keys(place: Found | None) -> list[str]:
    """Return the keys of a column, without the empty cells below them."""
    cells = place.columns[0] if place and place.columns else []
    return [key_text(cell) for cell in cells[: _end(cells)]]


def _index(made: TableView) -> None:
    keys = [key_text(value) for value in made.values.get(made.table.key, ())]
    made.keys = [key if row > made.header else "" for row, key in enumerate(keys)]
    counts = Counter(key for key in made.keys if key)
    made.twice = {key for key, count in counts.items() if count > 1}
