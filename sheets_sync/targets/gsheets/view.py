"""What a spreadsheet holds at a moment: columns by their anchors, rows by their keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets_sync.targets.gsheets.cells import key_text
from sheets_sync.targets.gsheets.ids import column_anchor, head_anchor, tab_anchor
from templates.tab import Report, Tab, Table, Writer

Json = dict[str, Any]
Column = list[Any]

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


def value_filters(tabs: Iterable[Tab]) -> list[Json]:
    """Return what is read as values: header rows, keys, machine and human columns."""
    found = []
    for tab in tabs:
        if isinstance(tab, Table):
            found.append(lookup(head_anchor(tab.name)))
            ids = [c.id for c in tab.columns if c.writer is not Writer.FORMULA]
            found += [lookup(column_anchor(tab.name, id_)) for id_ in ids]
    return found


def typed_filters(tabs: Sequence[Tab]) -> list[Json]:
    """Return what is read as it was typed: formula columns with their keys, and reports.

    Of other tables only the header row, for what is known of their tabs; a lone table without
    formulas needs nothing of that.
    """
    found = []
    for tab in tabs:
        if isinstance(tab, Report):
            found.append(lookup(tab_anchor(tab.name)))
        elif ids := [c.id for c in tab.columns if c.writer is Writer.FORMULA]:
            found += [lookup(column_anchor(tab.name, id_)) for id_ in (tab.key, *ids)]
        else:
            found.append(lookup(head_anchor(tab.name)))
    is_plain = all(isinstance(tab, Table) and not any(c.live for c in tab.columns) for tab in tabs)
    return [] if is_plain else found


@dataclass(frozen=True, slots=True)
class _Found:
    title: str
    row: int
    column: int
    end: int  # row, where one is named
    columns: list[Column]


def found(answer: Json) -> dict[int, _Found]:
    """Return what was read, by anchor."""
    places: dict[int, _Found] = {}
    for item in answer.get("valueRanges", ()):
        spot = _RANGE.match(item["valueRange"]["range"])
        if not spot:
            continue
        title = (spot["quoted"] or spot["plain"] or "").replace("''", "'")
        column = 0
        for letter in spot["column"]:
            column = column * 26 + ord(letter) - ord("A") + 1
        place = _Found(
            title,
            int(spot["row"] or 1) - 1,
            column - 1,
            int(spot["end"] or 0),
            item["valueRange"].get("values", []),
        )
        for one in item["dataFilters"]:
            places[one.get("developerMetadataLookup", {}).get("metadataId")] = place
    return places


def as_typed(answer: Json) -> dict[int, _Found]:
    """Return cells as they were typed, by anchor: a column each, or a whole tab."""
    places: dict[int, _Found] = {}
    for sheet in answer.get("sheets", ()):
        title, rows = sheet["properties"]["title"], sheet["properties"]["gridProperties"]
        anchors = [each["metadataId"] for each in sheet.get("developerMetadata", ())]
        for part in sheet.get("data", ()):
            lines = [row.get("values", ()) for row in part.get("rowData", ())]
            wide = max(map(len, lines), default=0)
            cells = [[_entered(line, at) for line in lines] for at in range(wide)]
            first, left = part.get("startRow", 0), part.get("startColumn", 0)
            place = _Found(title, first, left, rows.get("rowCount", 0), cells)
            about = part.get("columnMetadata", ())
            if len(about) == 1:
                for each in about[0].get("developerMetadata", ()):
                    places[each["metadataId"]] = place
            elif first == 0:
                places |= dict.fromkeys(anchors, place)
    return places


def _entered(line: Sequence[Json], at: int) -> Any:
    value = line[at].get("userEnteredValue", {}) if at < len(line) else {}
    return next(iter(value.values()), "")


def view(tabs: Iterable[Tab], values: Json, typed: Json | None) -> View:
    """Put together what two readings brought; what moved between them is left to the next pass."""
    one, two = found(values), as_typed(typed or {})
    seen = View()
    for tab in tabs:
        if isinstance(tab, Report):
            if place := two.get(tab_anchor(tab.name)):
                seen.reports[tab.name] = ReportView(tab, place.title, place.columns)
        else:
            _table(tab, one, two, seen)
    return seen


def _table(table: Table, one: Mapping[int, _Found], two: Mapping[int, _Found], seen: View) -> None:
    places = {
        column.id: place
        for column in table.columns
        for anchor in [column_anchor(table.name, column.id)]
        if (place := (two if column.writer is Writer.FORMULA else one).get(anchor))
    }
    head = one.get(head_anchor(table.name))
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
    again = two.get(column_anchor(table.name, table.key))
    made.is_torn = again is not None and _keys(again) != _keys(places.get(table.key))
    seen.tables[table.name] = made


def _keys(place: _Found | None) -> list[str]:
    """Return the keys of a column, without the empty cells below them."""
    cells = place.columns[0] if place and place.columns else []
    return [key_text(cell) for cell in cells[: _end(cells)]]


def _index(made: TableView) -> None:
    keys = [key_text(value) for value in made.values.get(made.table.key, ())]
    made.keys = [key if row > made.header else "" for row, key in enumerate(keys)]
    counts = Counter(key for key in made.keys if key)
    made.twice = {key for key, count in counts.items() if count > 1}
