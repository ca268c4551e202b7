"""Report tabs: the cells, merges, sizes, colours and charts that differ, in one batch a sync."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.cells import Stored
from sheets_sync.targets.gsheets import charts, ends
from sheets_sync.targets.gsheets.cells import Formula, content, extended, is_same
from sheets_sync.targets.gsheets.formula import loose, within
from sheets_sync.targets.gsheets.looks import pixels, status_format, tall
from sheets_sync.targets.gsheets.make import Kit, area, cells, rule, size
from sheets_sync.targets.gsheets.rules import replaced
from sheets_sync.targets.heights import report_heights
from sheets_sync.targets.places import letters, quoted
from sheets_sync.targets.xlsx_patch.memory import mark
from sheets_sync.targets.xlsx_reports import apart, extent
from sheets_sync.targets.xlsx_styles import painted
from sheets_sync.workbook import Warning as Notice
from templates.layout import fixed
from templates.tab import Grid, Kind

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.view import ReportView
    from sheets_sync.workbook import ReportSheet

Json = dict[str, Any]
Spot = tuple[int, int]

VALUE = "userEnteredValue"
FIELDS = f"{VALUE},userEnteredFormat,note"
MARGIN = 20
"""Rows below and columns beside a report, for charts and for people."""

_URL = ("https://", "http://", "mailto:")
_DATES = {Kind.DATE, Kind.DATETIME, Kind.MONTH}
_MOST_SHOWN = 5


@dataclass(slots=True)
class Written:
    """A report as it was written: content and look of its cells, and what lies on them."""

    cells: dict[Spot, tuple[Stored, str]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    charts: dict[str, str] = field(default_factory=dict)

    def dumped(self) -> str:
        """Write it as text."""
        found = {
            "cells": [[*spot, *cell] for spot, cell in self.cells.items()],
            "merges": self.merges, "sizes": self.sizes, "rules": self.rules,
            "charts": self.charts,
        }  # fmt: skip
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def loaded(text: str | None) -> Written:
    """Read what `dumped` wrote."""
    if not text:
        return Written()
    found = json.loads(text)
    read = {(row, column): (value, look) for row, column, value, look in found["cells"]}
    merges = [tuple(each) for each in found["merges"]]
    return Written(read, merges, found["sizes"], found["rules"], found["charts"])


@dataclass(slots=True)
class Patch:
    """The requests that bring a report up to date, and what it holds then."""

    requests: list[Json]
    written: Written
    count: int
    notices: list[Notice]
    is_ahead: bool = False  # of the cells: only anchors, which have to be there first


@dataclass(frozen=True, slots=True)
class _New:
    content: Stored
    formula: bool
    look: Json
    kind: Kind

    @property
    def mark(self) -> str:
        return mark(repr(self.look))

    def change(self, *, is_dressed: bool) -> tuple[Json, str]:
        """Return what is written, and which fields of the cell that sets."""
        value = (
            {"userEnteredValue": {"formulaValue": self.content}}
            if self.formula
            else extended(self.content)
        )
        return (value, VALUE) if is_dressed else ({**value, "userEnteredFormat": self.look}, FIELDS)


def grid_size(grid: Grid) -> tuple[int, int]:
    """Return the rows and columns that a report and its charts need."""
    bottom, right = extent(grid)
    for chart in grid.charts:
        bottom, right = max(bottom, chart.at[0] + MARGIN), max(right, chart.at[1] + 10)
    return bottom + MARGIN, max(right + 4, len(grid.widths))


def _lines(grid: Grid) -> set[tuple[str, int]]:
    """Return the rows and columns of a report that are anchored."""
    rows, columns = grid_size(grid)
    beyond = {("ROWS", extent(grid)[0]), ("ROWS", rows - 1)}
    return beyond | {("COLUMNS", at) for at in range(columns)}


def _new_cells(sheet: ReportSheet, kit: Kit) -> dict[Spot, _New]:
    beside = apart(sheet.grid)
    made: dict[Spot, _New] = {}
    for cell in sheet.grid.cells:
        spot = (cell.row, cell.column)
        link = _link(cell.link, kit)
        is_apart = cell.status is not None or spot in beside
        look = kit.looks.cell(cell, sheet.grid.brand, is_apart=is_apart, link=link)
        value: Stored = content(cell.value)
        if cell.formula:
            value = kit.formula(cell.formula, cell.row)
        made[spot] = _New(value, bool(cell.formula), look, cell.kind)
    for line in sheet.grid.sparklines:
        top, left, bottom, right = line.values
        text = f"=SPARKLINE({fixed(top, left)}:{fixed(bottom, right)})"
        made[line.at] = replace(made[line.at], content=text, formula=True)
    return made


def _link(link: str | None, kit: Kit) -> str | None:
    if link and link in kit.sheets:
        return f"#gid={kit.sheets[link]}"
    return link if link and link.startswith(_URL) else None


def patch(
    view: ReportView,
    sheet: ReportSheet,
    kit: Kit,
    known: tuple[Written, Written],
    present: Json | None,
) -> Patch:
    """Compare a report with what it should hold.

    `known` is what was written, and what was about to be written when a sync broke off; `present`
    is the structure of the tab, where it has been read.
    """
    number, grid = kit.sheets[sheet.report.name], sheet.grid
    new, have = _new_cells(sheet, kit), view.cells()
    notices, foreign = _foreign(view, new, have, known)
    if foreign:
        shown = ", ".join(f"{letters(c)}{r + 1}" for r, c in foreign[:_MOST_SHOWN])
        parts = {"tab": view.title, "cells": shown}
        return Patch([], known[0], 0, [Notice("foreign_in_report", parts)])
    old = known[0]
    dressed = {spot for spot, cell in new.items() if _is_dressed(spot, cell, known)}
    changed = {
        spot: cell.change(is_dressed=spot in dressed)
        for spot, cell in new.items()
        if spot not in dressed or not _holds(cell, have.get(spot, ""))
    }
    ours = _ours(known)
    gone = [s for s in {*old.cells, *known[1].cells} if s not in new]
    stray = [s for s, v in have.items() if s not in new and s not in gone and ours[_token(v)] > 0]
    changed |= {s: ({}, FIELDS) for s in [s for s in gone if _may_clear(s, have, known)] + stray}
    written = Written({spot: (cell.content, cell.mark) for spot, cell in new.items()})
    made = _grown(number, grid, present)
    lines = {("COLUMNS", column) for _, column in changed}
    anchors = ends.anchored(view, number, _lines(grid) | lines)
    if have and not ends.are_anchored(view, changed):
        return Patch(made + anchors, written, 0, notices, is_ahead=True)
    merges = _merges(number, grid, old, written)
    made += merges[0] + list(_runs(number, changed)) + merges[1]
    made += _sizes(number, grid, old, written)
    made += _rules(sheet, kit, old, written, present)
    made += _charts(sheet, number, old, written, present)
    if made:
        made = ends.guards(view, number, lines) + made + anchors
    return Patch(made, written, len(changed), notices)


def _is_dressed(spot: Spot, cell: _New, known: tuple[Written, Written]) -> bool:
    """Tell whether a cell looks as it should, also if the last write broke off."""
    looks = {each.cells[spot][1] for each in known if spot in each.cells}
    return spot in known[0].cells and looks == {cell.mark}


def _holds(cell: _New, have: Any) -> bool:
    if cell.formula:
        return isinstance(have, Formula) and loose(have) == loose(str(cell.content))
    if isinstance(have, str) and cell.kind in _DATES and not isinstance(cell.content, str):
        return bool(have)  # a date may be read as its text
    return is_same(have, cell.content)


def _token(value: Any) -> str:
    if isinstance(value, str):
        return loose(value) if value.startswith("=") else value
    return repr(float(value)) if not isinstance(value, bool) and value is not None else repr(value)


def _ours(known: tuple[Written, Written]) -> Counter[str]:
    """Count the contents that we wrote."""
    return Counter(
        _token(value)
        for each in known
        for value, _ in each.cells.values()
        if value not in ("", None)
    )


def _may_clear(spot: Spot, have: Mapping[Spot, Any], known: tuple[Written, Written]) -> bool:
    """Tell whether a cell that a report no longer has holds nothing but ours."""
    if spot not in have:
        return True
    values = [each.cells[spot][0] for each in known if spot in each.cells]
    return any(_token(have[spot]) == _token(value) for value in values)


def _foreign(
    view: ReportView,
    new: Mapping[Spot, _New],
    have: Mapping[Spot, Any],
    known: tuple[Written, Written],
) -> tuple[list[Notice], list[Spot]]:
    """Return what people wrote over, which is told, and what of theirs stands in our way."""
    if not known[0].cells and not known[1].cells:
        return [], []
    ours = _ours(known)
    in_place = {
        spot
        for each in known
        for spot, (value, _) in each.cells.items()
        if spot in have and _token(have[spot]) == _token(value)
    }
    written = {spot for each in known for spot, (v, _) in each.cells.items() if v not in ("", None)}
    lines = [_Lines.of(in_place, written, side) for side in (0, 1)]
    notices, foreign = [], []
    for spot, value in sorted(have.items()):
        if spot in in_place or ours[_token(value)] > 0 or spot not in new:
            continue
        if _holds(new[spot], value):
            continue
        was_ours = any(each.cells.get(spot, (None, ""))[0] not in ("", None) for each in known)
        if was_ours and all(line.is_home(spot) for line in lines):
            address = f"{letters(spot[1])}{spot[0] + 1}"
            parts = {"tab": view.title, "cell": address, "text": str(value)}
            notices.append(Notice("report_overwritten", parts))
        elif new[spot].content not in ("", None) or was_ours:
            foreign.append(spot)
    return notices, foreign


@dataclass(frozen=True, slots=True)
class _Lines:
    """Rows or columns: how many cells of each we wrote, and how many of them are in place."""

    side: int
    in_place: Counter[int]
    written: Counter[int]

    @classmethod
    def of(cls, in_place: set[Spot], written: set[Spot], side: int) -> _Lines:
        return cls(side, Counter(s[side] for s in in_place), Counter(s[side] for s in written))

    def is_home(self, spot: Spot) -> bool:
        """Tell whether a line is where it was, so that the cell was typed over, not moved."""
        at = spot[self.side]
        others = self.written[at] - 1
        if others > 0:
            return self.in_place[at] * 2 > others
        return all(
            self.in_place[n] * 2 > self.written[n] for n in (at - 1, at + 1) if self.written[n]
        )


def _runs(sheet: int, changed: Mapping[Spot, tuple[Json, str]]) -> Iterator[Json]:
    """Yield the requests that write cells: side by side in a row, a request each run."""
    run: list[Json] = []
    start, kind = (-1, -1), ""
    for row, column in sorted(changed):
        cell, fields = changed[row, column]
        if run and ((row, column) != (start[0], start[1] + len(run)) or fields != kind):
            yield cells(sheet, *start, [{"values": run}], kind)
            run = []
        if not run:
            start, kind = (row, column), fields
        run.append(cell)
    if run:
        yield cells(sheet, *start, [{"values": run}], kind)


def _grown(sheet: int, grid: Grid, present: Json | None) -> list[Json]:
    """Make the grid large enough."""
    have = (present or {}).get("properties", {}).get("gridProperties")
    if not have:
        return []
    rows, columns = grid_size(grid)
    made = []
    for dimension, name, need in (("ROWS", "rowCount", rows), ("COLUMNS", "columnCount", columns)):
        lack = need - have.get(name, 0)
        if lack > 0:
            more = {"sheetId": sheet, "dimension": dimension, "length": lack}
            made.append({"appendDimension": more})
    return made


def _merges(sheet: int, grid: Grid, old: Written, new: Written) -> tuple[list[Json], list[Json]]:
    """Take apart what was merged and is no longer; merge what is new, once it is written."""
    new.merges = [
        (c.row, c.column, c.row + c.span[0], c.column + c.span[1])
        for c in grid.cells
        if c.span != (1, 1)
    ]
    apart_now = [m for m in old.merges if m not in new.merges]
    together = [m for m in new.merges if m not in old.merges]
    return (
        [{"unmergeCells": {"range": area(sheet, *each)}} for each in apart_now],
        [{"mergeCells": {"range": area(sheet, *m), "mergeType": "MERGE_ALL"}} for m in together],
    )


def _sizes(sheet: int, grid: Grid, old: Written, new: Written) -> list[Json]:
    wide = {f"COLUMNS {at}": pixels(width) for at, width in enumerate(grid.widths)}
    high = {f"ROWS {row}": tall(height) for row, height in report_heights(grid).items()}
    new.sizes = wide | high
    return [
        size(sheet, name.split()[0], int(name.split()[1]), wide)
        for name, wide in new.sizes.items()
        if old.sizes.get(name) != wide
    ]


def _rules(
    sheet: ReportSheet, kit: Kit, old: Written, new: Written, present: Json | None
) -> list[Json]:
    number = kit.sheets[sheet.report.name]
    title = quoted(kit.places.titles[sheet.report.name])
    made = []
    for each in sheet.grid.rules:
        top, left, bottom, right = each.area
        text = within(kit.formula(each.formula, 0), title)
        where = area(number, top, left, bottom + 1, right + 1)
        made.append(rule(where, text, status_format(each.status)))
    new.rules = [json.dumps(each, ensure_ascii=False) for each in made]
    return replaced(number, old.rules, new.rules, present)


def _charts(
    sheet: ReportSheet, number: int, old: Written, new: Written, present: Json | None
) -> list[Json]:
    """Add charts that are not there, change those that differ, take away those that are no more."""
    there = {chart["chartId"] for chart in (present or {}).get("charts", ())}
    drawn = {(c.row, c.column): c for c in sheet.grid.cells}
    made: list[Json] = []
    for chart in (painted(each, sheet.grid.brand) for each in sheet.grid.charts):
        id_ = charts.chart_id(sheet.report.name, chart)
        spec, place = charts.spec(chart, number, drawn), charts.position(chart, number)
        new.charts[str(id_)] = sign = mark(repr((spec, place)))
        if id_ not in there and (present is not None or not old.charts):
            whole = {"chartId": id_, "spec": spec, "position": place}
            made.append({"addChart": {"chart": whole}})
        elif old.charts.get(str(id_)) != sign:
            made.append({"updateChartSpec": {"chartId": id_, "spec": spec}})
            moved = {"objectId": id_, "newPosition": place, "fields": "*"}
            made.append({"updateEmbeddedObjectPosition": moved})
    gone = [int(id_) for id_ in old.charts if id_ not in new.charts and int(id_) in there]
    return made + [{"deleteEmbeddedObject": {"objectId": id_}} for id_ in gone]
