"""What a table tab is to become: its new rows and columns, and what all tabs are patched with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isclose

from sheets_sync.targets.cells import Stored, plain, stored
from sheets_sync.targets.places import Place, Places
from sheets_sync.targets.xlsx_patch.fresh import Fresh
from sheets_sync.targets.xlsx_patch.package import Package
from sheets_sync.targets.xlsx_patch.sheet import Content, Failure, Formula
from sheets_sync.targets.xlsx_patch.styles import Styles
from sheets_sync.targets.xlsx_patch.view import Reader, TableView
from sheets_sync.workbook import TableSheet
from templates.tab import Column, Table, Value
from templates.words import Words

_FROM_1904 = 1462
_CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class Showing:
    """What is needed to say what cells are to hold."""

    words: Words
    places: Places
    reader: Reader

    def stored(self, value: Value) -> Stored:
        """Return a value as a cell of this workbook holds it."""
        plain = stored(value)
        if self.reader.is_1904 and isinstance(value, date) and isinstance(plain, int | float):
            return plain - _FROM_1904
        return plain

    def showing(self, column: Column) -> Callable[[Value], Stored]:
        """Return how people see the values of a column: a choice by its word."""
        said: dict[Value, str] = {
            choice: self.words(f"choice.{choice}") for choice in column.choices
        }

        def shown(value: Value) -> Stored:
            word = said.get(value) if isinstance(value, str) else None
            return self.stored(value) if word is None else word

        return shown


@dataclass(frozen=True, slots=True)
class Kit(Showing):
    """What all tabs of a file are patched with."""

    package: Package
    styles: Styles
    fresh: Fresh

    @property
    def titles(self) -> dict[str, str]:
        """The titles of a new workbook, each with the present title of the same tab."""
        return {self.fresh.entry(tab).title: title for tab, title in self.places.titles.items()}


@dataclass(slots=True)
class TablePlan:
    """A table tab, and what it is to become."""

    view: TableView
    sheet: TableSheet
    kept: Mapping[str, Mapping[str, Value]]  # human values to fill in where cells are made anew
    columns: dict[str, int]
    rows: dict[str, Mapping[str, Value]] = field(default_factory=dict)  # fed ones, by key
    appended: dict[int, Mapping[str, Value]] = field(default_factory=dict)  # by row number

    @property
    def last_row(self) -> int:
        """The last row that has cells of ours."""
        return max([self.view.last_row, *self.appended])

    @property
    def place(self) -> Place:
        """Where the table lies, for formulas."""
        first = self.view.header + 1
        return Place(self.view.entry.title, self.columns, first, max(first, self.last_row))


@dataclass(frozen=True, slots=True)
class Patch:
    """New bytes of a sheet, and what was changed."""

    xml: bytes
    cells: int = 0
    has_new_formulas: bool = False


def plan(
    view: TableView,
    sheet: TableSheet,
    seen: set[str],
    kept: Mapping[str, Mapping[str, Value]],
) -> TablePlan:
    """Decide which rows and columns are added, and where."""
    columns = dict(view.columns)
    if view.lost and not view.merged:
        right = view.sheet.rightmost()
        for column in view.lost:
            right += 1
            columns[column.id] = right
    result = TablePlan(view, sheet, kept, columns)
    if view.merged:
        return result
    number = view.last_data
    for row in sheet.rows:
        key = key_of(sheet.table, row)
        if not key or key in result.rows:
            continue
        result.rows[key] = row
        if key not in view.by_key and not (key in seen and sheet.table.mints(key)):
            number += 1
            result.appended[number] = row
    return result


def key_of(table: Table, row: Mapping[str, Value]) -> str:
    """Return the key of a row as its cell holds it."""
    value = row.get(table.key)
    if type(value) is str and value.isalnum():
        return value
    return "" if value is None else plain(str(value)).strip()


def is_same(have: Content, want: Stored) -> bool:
    """Tell whether a cell holds a value already; an empty text is an empty cell."""
    if isinstance(have, (Formula, Failure)):
        return False
    if have is None or want is None:
        return not have and not want and not isinstance(have or want, bool | int | float)
    if isinstance(have, bool) or isinstance(want, bool) or isinstance(have, str):
        return type(have) is type(want) and have == want
    return not isinstance(want, str) and isclose(have, want, rel_tol=_CLOSE, abs_tol=1e-15)
