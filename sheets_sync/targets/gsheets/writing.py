"""Writing what differs: columns of tables by their anchors, reports in one batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sheets_sync.google.transport import LARGEST, Json, Spreadsheet, encoded
from sheets_sync.targets.gsheets import make, report
from sheets_sync.targets.gsheets.cells import Formula
from sheets_sync.targets.gsheets.ids import column_anchor
from sheets_sync.targets.gsheets.report import Patch, Written
from sheets_sync.targets.gsheets.table import Difference, Wanted, difference, trimmed
from sheets_sync.targets.gsheets.view import ReportView, TableView, View, lookup
from sheets_sync.targets.places import letters
from sheets_sync.targets.xlsx_reports import extent
from sheets_sync.workbook import ReportSheet, Sheet
from templates.tab import Report

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.memory import Memory
    from sheets_sync.targets.gsheets.notices import Notices

Planned = dict[str, Difference]


@dataclass(slots=True)
class Reports:
    """What reports need."""

    patches: dict[str, Patch] = field(default_factory=dict)

    @property
    def is_ahead(self) -> bool:
        """Tell whether another pass has to write the cells."""
        return any(patch.is_ahead for patch in self.patches.values())

    @property
    def requests(self) -> list[Json]:
        """The requests of all of them."""
        return [request for patch in self.patches.values() for request in patch.requests]


@dataclass(frozen=True, slots=True)
class Writing:
    """What is needed to write into tabs that are there."""

    spread: Spreadsheet
    memory: Memory
    kit: make.Kit
    notices: Notices
    sheets: Mapping[str, Sheet]

    def plan(self, tables: Mapping[str, TableView], wants: Mapping[str, Wanted]) -> Planned:
        """Compare the tables with what they should hold."""
        planned = {}
        for name, one in tables.items():
            before = self.memory.pending(name)
            found = difference(one, wants[name], self.kit, before)
            if found.columns:
                if not before:
                    self._say_overwritten(one, found)
                found.pending = {**before, **found.pending}
                planned[name] = found
        return planned

    def _say_overwritten(self, one: TableView, found: Difference) -> None:
        clean, rows = self.memory.clean(one.table.name), one.row_of
        for key, column, old, _ in found.changed:
            if column in one.formulas or old in ("", None):
                continue
            if not isinstance(old, Formula) and clean.is_ours(key, column, old):
                continue
            cell = f"{letters(one.at[column])}{rows[key] + 1}"
            self.notices.typed_over(one.title, cell, str(old))

    def reports(self, seen: View, present: Mapping[int, Json] | None) -> Reports:
        """Compare the reports with what they should hold."""
        found = Reports()
        for name, one in seen.reports.items():
            sheet = self.sheets.get(name)
            if not isinstance(sheet, ReportSheet):
                continue
            known = self.memory.report(name)
            tab = (present or {}).get(self.kit.sheets[name])
            patch = report.patch(one, sheet, self.kit, known, tab)
            for notice in patch.notices:
                self.notices.add(notice)
            if patch.requests:
                found.patches[name] = patch
        return found

    def new_report(self, tab: Report, index: int) -> tuple[list[Json], Callable[[], None]]:
        """Return the requests that make a report tab, and what to remember once they are done."""
        sheet = self.sheets[tab.name]
        assert isinstance(sheet, ReportSheet)  # noqa: S101 (for the type checker)
        rows, columns = report.grid_size(sheet.grid)
        grid = {
            "rowCount": rows,
            "columnCount": columns,
            "hideGridlines": True,
            "frozenRowCount": sheet.grid.freeze[0],
            "frozenColumnCount": sheet.grid.freeze[1],
        }
        number, title = self.kit.sheets[tab.name], self.kit.places.titles[tab.name]
        made = make.new_tab(tab, number, title, index, grid)
        ours = make.area(number, 0, 0, None, extent(sheet.grid)[1] + 1)
        made.append(make.guarded(tab, self.kit, ours))
        empty = ReportView(tab, title, [])
        patch = report.patch(empty, sheet, self.kit, (Written(), Written()), None)
        self.memory.forget(f"report.{tab.name}", f"report_next.{tab.name}")
        self.memory.begin_report(tab.name, patch.written)
        return made + patch.requests, lambda: self.memory.end_report(tab.name, patch.written)

    def send(self, planned: Planned, reports: Reports) -> dict[str, int]:
        """Write; what is about to be written is kept first. Return how many cells of each tab."""
        for name, found in planned.items():
            self.memory.keep_pending(name, found.pending)
        for option in ("RAW", "USER_ENTERED"):
            for items in packed(self._items(planned, is_formula=option == "USER_ENTERED")):
                self.spread.write(items, option)
        written = {name: p.written for name, p in reports.patches.items() if not p.is_ahead}
        for name, cells in written.items():
            self.memory.begin_report(name, cells)
        for batch in packed(patch.requests for patch in reports.patches.values()):
            self.spread.batch(batch)
        for name, cells in written.items():
            self.memory.end_report(name, cells)
        counts = {name: found.count for name, found in planned.items()}
        return counts | {name: reports.patches[name].count for name in written}

    def _items(self, planned: Planned, *, is_formula: bool) -> Iterator[list[Json]]:
        """Yield a column an item: typed values as they are, formulas in requests of their own."""
        for name, found in planned.items():
            for id_, column in found.columns.items():
                cells = trimmed([c if isinstance(c, Formula) == is_formula else None
                                 for c in column])  # fmt: skip
                if cells:
                    filter_ = lookup(column_anchor(name, id_))
                    yield [{"dataFilter": filter_, "majorDimension": "COLUMNS", "values": [cells]}]


def packed(parts: Iterable[list[Json]]) -> Iterator[list[Json]]:
    """Put whole parts together into requests that are not too large."""
    batch: list[Json] = []
    room = LARGEST
    for part in parts:
        size = len(encoded(part))
        if batch and size > room:
            yield batch
            batch, room = [], LARGEST
        batch += part
        room -= size
    if batch:
        yield batch
