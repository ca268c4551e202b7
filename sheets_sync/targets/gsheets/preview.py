"""What a sync would change in a spreadsheet, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sheets_sync.targets.gsheets.table import filled, missing
from sheets_sync.targets.gsheets.view import TableView, View
from sheets_sync.targets.places import FIRST_ROW, letters
from sheets_sync.targets.rows import first_rows
from sheets_sync.workbook import ReportSheet, TableSheet

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.table import Wanted
    from sheets_sync.targets.gsheets.writing import Writing
    from templates.tab import Tab

Difference = dict[str, object]


def differences(
    writing: Writing,
    seen: View,
    tables: Mapping[str, TableView],
    wants: Mapping[str, Wanted],
    new: Sequence[Tab],
) -> Iterator[Difference]:
    """Yield the cells that would change: tab, cell, before, after."""
    for tab in new:
        yield from _new_tab(writing, tab)
    for name, one in tables.items():
        yield from _new_rows(one, wants[name], writing)
    yield from _changed(writing, tables, wants)
    yield from _changed_reports(writing, seen)


def _changed(
    writing: Writing, tables: Mapping[str, TableView], wants: Mapping[str, Wanted]
) -> Iterator[Difference]:
    for name, found in writing.plan(tables, wants).items():
        one = tables[name]
        for id_, cells in found.columns.items():
            read = one.formula if id_ in one.formulas else one.cell
            for row, cell in enumerate(cells):
                if cell is not None:
                    yield _said(one.title, row, one.at[id_], read(id_, row), cell)


def _new_rows(one: TableView, want: Wanted, writing: Writing) -> Iterator[Difference]:
    for count, key in enumerate(missing(one, want, writing.memory.seen(one.table.name))):
        for id_, value in filled(want, key).items():
            if value is not None and id_ in one.at:
                yield _said(one.title, one.end() + count, one.at[id_], None, value)


def _changed_reports(writing: Writing, seen: View) -> Iterator[Difference]:
    for name, patch in writing.reports(seen, None).patches.items():
        one = seen.reports[name]
        have = one.cells()
        for (row, column), (value, _) in patch.written.cells.items():
            if value is not None and have.get((row, column)) != value:
                yield _said(one.title, row, column, have.get((row, column)), value)


def _new_tab(writing: Writing, tab: Tab) -> Iterator[Difference]:
    sheet, title = writing.sheets[tab.name], writing.kit.places.titles[tab.name]
    if isinstance(sheet, ReportSheet):
        for cell in sheet.grid.cells:
            if cell.value is not None:
                yield _said(title, cell.row, cell.column, None, cell.value)
    elif isinstance(sheet, TableSheet):
        for row, values in enumerate(first_rows(sheet), FIRST_ROW):
            for column, value in enumerate(values.values()):
                if value is not None:
                    yield _said(title, row, column, None, value)


def _said(tab: str, row: int, column: int, before: object, after: object) -> Difference:
    cell = f"{letters(column)}{row + 1}"
    return {"tab": tab, "cell": cell, "before": before, "after": after}
