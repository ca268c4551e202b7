"""People at a report: they write beside it and below it, and move its rows and columns."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from templates.tab import Cell as Drawn
from templates.tab import Grid, Group, Kind, Look, Report
from tests.sheets_emulator.book import COLUMNS, ROWS, Book, Tab

REPORT = Report("pulse", Group.READ, lambda _facts, _words: Grid(()))
HIGH, WIDE = 12, 4
"""The report never takes more rows and columns than these."""

_NOTE = re.compile(r"р\d+")


def grid(step: int) -> Grid:
    """Draw the report at a step: it grows and shrinks, and says when that was."""
    cells = [Drawn(0, 0, "Пульс", look=Look.TITLE, span=(1, 2)), Drawn(1, 0, f"шаг {step}")]
    cells += [
        Drawn(2 + row, column, row * 10 + column + step % 3, Kind.INTEGER)
        for row in range(4 + step * 5 % 7)
        for column in range(WIDE)
    ]
    return Grid(tuple(cells))


class Readers:
    """Whoever reads the report, and what they know of it."""

    def __init__(self, book: Book, chance: random.Random):
        self.book, self.chance = book, chance
        self.typed = 0
        self.acts = [
            self.note, self.note, self.note, self.insert_rows, self.delete_row,
            self.insert_column, self.delete_column, self.move_column,
        ]  # fmt: skip

    def tab(self, book: Book) -> Tab | None:
        """Return the tab of the report."""
        mine = (m for m in book.metadata.values() if (m.key, m.value) == ("smk.tab", REPORT.name))
        return next((book.tab(each.sheet) for each in mine if each.sheet is not None), None)

    def act(self) -> None:
        tab = self.tab(self.book)
        if tab is not None:
            self.chance.choice(self.acts)(tab)

    def note(self, tab: Tab) -> None:
        """Write somewhere below or beside, where nothing stands."""
        rows, columns = min(HIGH + 8, tab.row_count), min(WIDE + 3, tab.column_count)
        beyond = [
            (row, column)
            for row in range(rows)
            for column in range(columns)
            if row >= HIGH or column >= WIDE
        ]
        free = [spot for spot in beyond if tab.cell(*spot)[:2] == (None, None)]
        if free:
            self.typed += 1
            spot = self.chance.choice(free)
            tab.put(*spot, tab.cell(*spot)._replace(value=f"р{self.typed}"))

    def insert_rows(self, tab: Tab) -> None:
        at = self.chance.randrange(HIGH + 3)
        self.book.insert(tab, ROWS, at, self.chance.randint(1, 2), before=at > 0)

    def delete_row(self, tab: Tab) -> None:
        if tab.row_count > HIGH * 2:
            self.book.delete(tab, ROWS, self.chance.randrange(HIGH), 1)

    def insert_column(self, tab: Tab) -> None:
        if tab.column_count < WIDE + 8:
            at = self.chance.randrange(WIDE + 2)
            self.book.insert(tab, COLUMNS, at, 1, before=at > 0)

    def delete_column(self, tab: Tab) -> None:
        if tab.column_count > WIDE + 4:
            self.book.delete(tab, COLUMNS, self.chance.randrange(WIDE), 1)

    def move_column(self, tab: Tab) -> None:
        start, to = self.chance.randrange(WIDE + 3), self.chance.randrange(WIDE + 4)
        if max(start + 1, to) <= tab.column_count:
            self.book.move(tab, COLUMNS, start, start + 1, to)

    def notes(self, book: Book) -> Counter[str]:
        """Return everything that people wrote."""
        tab = self.tab(book)
        cells = (cell for row in (tab.rows if tab else ()) for cell in row)
        return Counter(str(c.value) for c in cells if _NOTE.fullmatch(str(c.value)))

    def harmed(self, past: Book, now: Book) -> Iterator[str]:
        """Yield what a write of ours took from people."""
        yield from ("note lost" for _ in (self.notes(past) - self.notes(now)).elements())

    def wrong(self, step: int, told: Sequence[str]) -> Iterator[str]:
        """Yield the cells of the report that are not as they should be, unless that was told."""
        tab = self.tab(self.book)
        if tab is None or "foreign_in_report" in told:
            return
        yield from ("report" for cell in grid(step).cells
                    if tab.cell(cell.row, cell.column).value != cell.value)  # fmt: skip
