"""Somebody at the workbook, with a program that is not ours: finds cells as a person does."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from openpyxl import load_workbook

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


class Desk:
    """An open workbook."""

    def __init__(self, book) -> None:
        self.book = book

    def __getitem__(self, name: str) -> Tab:
        return Tab(name, self.book[WORDS(f"tab.{name}")])

    def texts(self, name: str) -> str:
        """Return everything that a report says."""
        sheet = self.book[WORDS(f"tab.{name}")]
        return "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)


@contextmanager
def at_work(path):
    """Open the workbook, and save it when the work is done."""
    book = load_workbook(path)
    yield Desk(book)
    book.save(path)


def look(path) -> Desk:
    """Open the workbook to read what its cells show."""
    return Desk(load_workbook(path, data_only=True))


def choice(id_: str) -> str:
    return WORDS(f"choice.{id_}")
