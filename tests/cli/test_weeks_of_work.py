"""Five weeks of a workbook: a task that nobody does stays in its row and turns red at three."""

from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from sheets_sync.config import load as read_config
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from templates.words import load
from tests.cli.calls import done
from tests.cli.company import write_deals, write_leads

ENGLISH = load("en")
HEADER = 4


class Book:
    """The workbook as people see it: cells by the titles of their tab and column."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "smarketing.xlsx"

    def sync(self, *when):
        """Sync on the morning of a day; everything of the day before counts."""
        workspace = Workspace(self.folder, read_config(self.folder, ENGLISH))
        sync(workspace, now=datetime(*when, 6, tzinfo=UTC))

    def at(self, tab, row, column, book):
        sheet = book[ENGLISH(f"tab.{tab}")]
        title = next(
            (ENGLISH(id_) for id_ in (f"column.{tab}.{column}",) if ENGLISH.has(id_)),
            None,
        ) or ENGLISH(f"column.{column}")
        [found] = [cell.column for cell in sheet[HEADER] if cell.value == title]
        return sheet.cell(row, found)

    def type(self, tab, row, **cells):
        book = load_workbook(self.path)
        for column, value in cells.items():
            self.at(tab, row, column, book).value = value
        book.save(self.path)

    def read(self, tab, row, *columns):
        book = load_workbook(self.path, data_only=True)
        return [self.at(tab, row, column, book).value for column in columns]

    def row(self, tab, key):
        """Find the row of a key, which must be the only one."""
        sheet = load_workbook(self.path, data_only=True)[ENGLISH(f"tab.{tab}")]
        [row] = [cell.row for line in sheet.iter_rows() for cell in line if cell.value == key]
        return row


@pytest.fixture(scope="module")
def weeks(tmp_path_factory):
    """Live through the weeks; return what the tab of tasks said after each sync."""
    folder = tmp_path_factory.mktemp("weeks")
    done("init", folder, "--leads", write_leads(folder, 9), "--deals", write_deals(folder, 5))
    book = Book(folder)
    book.sync(2026, 11, 2)
    book.type("tasks", 5, text="Call the guests", owner="Anna", due=date(2026, 11, 6))
    book.type("tasks", 6, text="Mend the form", owner="Boris", due=date(2026, 11, 6))
    book.sync(2026, 11, 3)
    said = [seen(book)]
    book.type("tasks", 6, status="done", done_on=date(2026, 11, 5))
    for week, monday in (("2026-W45", 9), ("2026-W46", 16), ("2026-W47", 23)):
        book.sync(2026, 11, monday)
        said.append(seen(book))
        book.type("minutes", book.row("minutes", week), sales_present="Anna",
                  marketing_present="Boris")  # fmt: skip
        if monday == 9:
            book.type("tasks", 5, due=date(2026, 11, 20), text="Call all the guests")
    book.sync(2026, 11, 30)
    said.append(seen(book))
    book.type("tasks", 5, status="done", done_on=date(2026, 12, 2))
    book.sync(2026, 12, 7)
    return [*said, seen(book)]


def seen(book):
    rows = [book.row("tasks", key) for key in ("T-0001", "T-0002")]
    return [
        [row, *book.read("tasks", row, "text", "carried", "must_decide", "late")] for row in rows
    ]


def test_a_task_stays_in_its_row_and_is_counted_at_every_meeting(weeks):
    first = [week[0] for week in weeks]
    assert [(row, carried) for row, _, carried, _, _ in first] == [
        (5, 0), (5, 0), (5, 1), (5, 2), (5, 3), (5, 3),
    ]  # fmt: skip
    texts = [text for _, text, _, _, _ in first]
    assert texts == ["Call the guests"] * 2 + ["Call all the guests"] * 4


def test_at_the_third_meeting_it_asks_for_a_decision_until_it_is_done(weeks):
    asked = [week[0][3] or "" for week in weeks]
    assert asked == ["", "", "", "", "drop it or split it", ""]


def test_moving_its_date_makes_nothing_on_time(weeks):
    """It was due on the 6th, moved to the 20th on the 9th, and done on 2 December."""
    assert [week[0][4] or 0 for week in weeks] == [0, 3, 10, 17, 24, 26]


def test_a_task_that_was_done_in_time_is_never_counted(weeks):
    assert [week[1] for week in weeks[1:]] == [[6, "Mend the form", 0, None, None]] * 5
