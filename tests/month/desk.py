"""Somebody at the workbook, with a program that is not ours: finds cells as a person does."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from types import SimpleNamespace

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from templates.tab import Table
from templates.tabs import TABS
from templates.words import load

WORDS = load("ru")
HEADER = 4
KEYS = {tab.name: tab.key for tab in TABS if isinstance(tab, Table)}


@dataclass
class Tab:
    """A tab of the open workbook, its cells by key and column id."""

    name: str
    sheet: object

    def column(self, id_: str) -> int:
        own = f"column.{self.name}.{id_}"
        title = WORDS(own if WORDS.has(own) else f"column.{id_}")
        [found] = [cell.column for cell in self.sheet[HEADER] if cell.value == title]
        return found

    def row(self, key: str) -> int:
        at = self.column(KEYS[self.name])
        rows = range(HEADER + 1, self.sheet.max_row + 1)
        [found] = [row for row in rows if self.sheet.cell(row, at).value == key]
        return found

    def rows(self, id_: str) -> list:
        """Return the cells of a column that hold something."""
        at = self.column(id_)
        cells = [
            self.sheet.cell(row, at).value for row in range(HEADER + 1, self.sheet.max_row + 1)
        ]
        return [cell for cell in cells if cell not in (None, "")]

    def read(self, key: str, id_: str):
        value = self.sheet.cell(self.row(key), self.column(id_)).value
        return value.date() if isinstance(value, datetime) and not value.hour else value

    def type(self, key: str | None, **cells) -> int:
        """Type into the row of a key, or into the first row that is free; return the row."""
        row = self.row(key) if key else self._free(next(iter(cells)))
        for id_, value in cells.items():
            self.sheet.cell(row, self.column(id_)).value = value
        return row

    def _free(self, id_: str) -> int:
        at = self.column(id_)
        row = HEADER + 1
        while self.sheet.cell(row, at).value not in (None, ""):
            row += 1
        return row


@dataclass(frozen=True)
class Shown:
    """A sheet as its cells show."""

    rows: list[list]

    @property
    def max_row(self) -> int:
        return len(self.rows)

    def cell(self, row: int, column: int):
        cells = self.rows[row - 1]
        value = cells[column - 1] if column <= len(cells) else None
        return SimpleNamespace(column=column, value=None if value == "" else value)

    def __getitem__(self, row: int) -> list:
        return [self.cell(row, column + 1) for column in range(len(self.rows[row - 1]))]


class Desk:
    """An open workbook, with what returns a sheet by its name."""

    def __init__(self, sheet) -> None:
        self.sheet = sheet

    def __getitem__(self, name: str) -> Tab:
        return Tab(name, self.sheet(WORDS(f"tab.{name}")))


@contextmanager
def at_work(path):
    """Open the workbook, and save it when the work is done."""
    book = load_workbook(path)
    yield Desk(book.__getitem__)
    book.save(path)


def look(path) -> Desk:
    """Open the workbook to read what its cells show."""
    book = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
    shown = cache(lambda name: Shown(book.get_sheet_by_name(name).to_python(skip_empty_area=False)))
    return Desk(shown)


def choice(id_: str) -> str:
    return WORDS(f"choice.{id_}")
