"""Reports grow: a later sync leaves them as high, as wide and on paper as a new workbook would."""

from __future__ import annotations

import openpyxl
import pytest

from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.workbook import ReportSheet, TableSheet
from templates.tab import Report
from templates.tabs import TABS
from templates.words import load
from tests.templates import made_up

WORDS = load("en")
REPORTS = [tab for tab in TABS if isinstance(tab, Report)]
TITLES = {tab.name: WORDS(f"tab.{tab.name}") for tab in TABS}


class Book:
    """A workbook of all tabs that is synced with one firm and then with another."""

    def __init__(self, folder):
        self.path, self.folder, self.memory = folder / "book.xlsx", folder, {}

    def sync(self, facts):
        def draw(_inputs, _hidden):
            return [
                ReportSheet(tab, tab.draw(facts, WORDS))
                if isinstance(tab, Report)
                else TableSheet(tab, tab.rows(facts, WORDS))
                for tab in TABS
            ]

        target = XlsxFile(self.path, WORDS, "RUB", self.memory, self.folder / "versions")
        return target.exchange(TABS, draw)

    def sheet(self, name):
        return openpyxl.load_workbook(self.path)[TITLES[name]]


def heights(sheet):
    return {row: each.height for row, each in sheet.row_dimensions.items() if each.customHeight}


def widths(sheet):
    found = {}
    for each in sheet.column_dimensions.values():
        if each.customWidth:
            found |= dict.fromkeys(range(each.min, each.max + 1), round(each.width, 2))
    return found


def look(sheet):
    return heights(sheet), widths(sheet), sheet.print_area


@pytest.fixture(scope="module")
def new(tmp_path_factory):
    """What each report looks like in a workbook that knows everything from the start."""
    book = Book(tmp_path_factory.mktemp("new"))
    book.sync(made_up.RICH)
    return {tab.name: look(book.sheet(tab.name)) for tab in REPORTS}


@pytest.fixture
def grown(tmp_path):
    book = Book(tmp_path)
    book.sync(made_up.EMPTY)
    return book


def test_a_report_that_grew_looks_as_if_it_were_new(grown, new):
    before = {tab.name: look(grown.sheet(tab.name)) for tab in REPORTS}
    grown.sync(made_up.RICH)
    after = {tab.name: look(grown.sheet(tab.name)) for tab in REPORTS}
    assert sum(before[name] != new[name] for name in new) > len(new) / 2
    for name, (high, wide, area) in new.items():
        assert after[name][0] == pytest.approx(high), name
        assert after[name][1] == pytest.approx(wide, abs=0.01), name
        assert after[name][2] == area, name


def test_what_is_printed_covers_every_cell_that_is_not_data_of_a_chart(grown):
    grown.sync(made_up.RICH)
    for tab in REPORTS:
        grid = tab.draw(made_up.RICH, WORDS)
        seen = [c for c in grid.cells if not grid.print_rows or c.row < grid.print_rows]
        bottom = max(cell.row + cell.span[0] for cell in seen)
        right = max(cell.column + cell.span[1] for cell in seen)
        area = grown.sheet(tab.name).print_area.partition("!")[2].replace("$", "")
        _, _, last_column, last_row = openpyxl.utils.cell.range_boundaries(area)
        assert (last_row >= bottom, last_column >= right) == (True, True), tab.name


def test_sizes_and_paper_that_people_chose_stay(grown):
    book = openpyxl.load_workbook(grown.path)
    sheet = book[TITLES["pace"]]
    sheet.row_dimensions[7].height = 77
    sheet.column_dimensions["C"].width = 33
    sheet.print_area = "A1:C9"
    book.save(grown.path)
    grown.sync(made_up.RICH)
    high, wide, area = look(grown.sheet("pace"))
    assert (high[7], wide[3], area.partition("!")[2]) == (77, 33, "$A$1:$C$9")


def test_a_second_sync_changes_nothing(grown):
    grown.sync(made_up.RICH)
    before = grown.path.read_bytes()
    assert not grown.sync(made_up.RICH).cells_changed
    assert grown.path.read_bytes() == before
