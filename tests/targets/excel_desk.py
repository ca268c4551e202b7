"""A company's workbook that is open in Excel, in tests."""

from __future__ import annotations

import json
from dataclasses import dataclass

from openpyxl.utils.datetime import from_excel

from excel_addin import live
from sheets_sync.targets.excel import OpenWorkbook
from tests.targets import life, small_book
from tests.targets.excel_fake import Excel


def asked(question):
    """Ask as a process of its own is asked: all that is said is JSON."""
    return json.loads(json.dumps(live.answer(json.loads(json.dumps(question)))))


@dataclass
class Desk:
    """The small workbook, open in Excel."""

    space: small_book.Workspace
    excel: Excel

    @property
    def book(self):
        return self.excel.workbook

    @property
    def state(self):
        return self.excel.state

    def target(self):
        space = self.space
        return OpenWorkbook(space.path, small_book.words(), "RUB", space.memory, asked)

    def sync(self, step, sheets=small_book.sheets):
        self.state.ranges.clear()
        draw = lambda inputs, _hidden: sheets(step, self.space._remember(inputs))  # noqa: E731
        return self.target().exchange(small_book.TABS, draw)

    def saved(self):
        """Save and close the workbook, as people do; return a workspace with the file."""
        self.book.save(self.space.path)
        return self.space


def check(book, step, skip=()):
    for cell in (cell for sheet in book for row in sheet for cell in row):
        if isinstance(cell.value, float) and cell.is_date:
            cell.value = from_excel(cell.value)  # a format that came after its number
    life.check_machine_cells(book, step, skip)
    life.check_report(book, step)
