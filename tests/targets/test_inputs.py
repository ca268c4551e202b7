"""Whatever people type into a tab is read back, checked, kept, and comes back with a deleted tab.

One company, three syncs: people fill in every human column of every tab, then spoil what can be
spoiled, then delete all the tabs they typed into.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from sheets_sync.checking import checked
from sheets_sync.config import load as load_config
from sheets_sync.demo import story
from sheets_sync.demo.workspace import settle
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from templates.tab import Column, Kind, Origin, Table, Writer, heading
from templates.tabs import TABS
from templates.words import load
from tests.targets.life import rows_by_key

WORDS = load("ru")
LAST = date(2026, 11, 22)
NONSENSE = "чепуха"
TABLES = [
    tab for tab in TABS if isinstance(tab, Table) and any(c.writer == "human" for c in tab.columns)
]
FREE = {Kind.ANY, Kind.TEXT, Kind.LONG_TEXT, Kind.LINK}
SETTING = "n_min"
"""The setting that people change: its value takes numbers alone."""


def inputs(table: Table) -> list[Column]:
    return [column for column in table.columns if column.writer is Writer.HUMAN]


def can_be_wrong(table: Table, column: Column) -> bool:
    return table.name == "settings" or bool(column.choices) or column.kind not in FREE


def sensible(table: Table, column: Column) -> Any:
    if table.name == "settings":
        return 33
    if column.choices:
        return WORDS(f"choice.{column.choices[-1]}")
    if column.kind in {Kind.DATE, Kind.DATETIME, Kind.MONTH}:
        return datetime(2026, 11, 1)  # noqa: DTZ001
    if column.kind in FREE:
        return f"{column.id} № 7"
    return 0.25 if column.kind is Kind.SHARE else 7


@dataclass
class Life:
    """What people typed at each step, and what was in the workbook and the state after it."""

    workspace: Workspace
    keys: dict[str, str] = field(default_factory=dict)
    book: Any = None  # as the last step left it
    shown: list[dict[str, Any]] = field(default_factory=list)
    remembered: list[Any] = field(default_factory=list)

    def sync(self) -> None:
        now = datetime(2026, 11, 23, 8, tzinfo=UTC) + timedelta(hours=len(self.shown))
        sync(self.workspace, now=now, as_of=LAST)
        self.book = openpyxl.load_workbook(self.workspace.workbook)
        self.shown.append(
            {table.name: rows_by_key(self.book, table.name, table.key) for table in TABLES}
        )
        self.remembered.append(self.workspace.state.recall())

    def edit(self, change) -> None:
        change(self.book)
        self.book.save(self.workspace.workbook)
        self.sync()

    def row(self, table: Table, step: int) -> dict[str, Any]:
        [found] = self.shown[step][table.name][self.keys[table.name]]
        return found

    def typed(self, table: Table, step: int) -> dict[str, Any]:
        return self.remembered[step][table.name][self.keys[table.name]]


def place(book, table: Table) -> tuple[Any, dict[str, int]]:
    """Return the sheet of a table and where its columns stand."""
    at = {}
    for column in table.columns:
        text = book.defined_names[f"smk.{table.name}.{column.id}"].attr_text
        title, _, address = text.rpartition("!")
        at[column.id] = openpyxl.utils.cell.range_boundaries(address.replace("$", ""))[0]
    return book[title.strip("'")], at


def line(sheet, at, table: Table) -> int:
    """Return the row that people type into: the first, or the first that nobody began."""
    rows = range(5, sheet.max_row + 2)
    key = at[table.key]
    if table.name == "settings":
        return next(row for row in rows if sheet.cell(row, key).value == SETTING)
    if table.origin is not Origin.MINTED:
        return next(row for row in rows if sheet.cell(row, key).value is not None)
    human = [at[column.id] for column in inputs(table)]
    return next(
        row for row in rows if all(sheet.cell(row, each).value is None for each in (key, *human))
    )


def fill(book) -> dict[str, int]:
    """Type something sensible into every human column; return in which row of each tab."""
    rows = {}
    for table in TABLES:
        sheet, at = place(book, table)
        rows[table.name] = line(sheet, at, table)
        for column in inputs(table):
            sheet.cell(rows[table.name], at[column.id]).value = sensible(table, column)
    return rows


def spoil(book, keys: dict[str, str]) -> None:
    """Type nonsense wherever it is nonsense."""
    for table in TABLES:
        sheet, at = place(book, table)
        [row] = [
            row
            for row in range(5, sheet.max_row + 1)
            if str(sheet.cell(row, at[table.key]).value) == keys[table.name]
        ]
        for column in inputs(table):
            if can_be_wrong(table, column):
                sheet.cell(row, at[column.id]).value = NONSENSE


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(story, "MONTHS", 3)
        story.found.cache_clear()
        settle(folder, LAST, WORDS)
    story.found.cache_clear()
    made = Life(Workspace(folder, load_config(folder, WORDS)))
    made.sync()
    rows: dict[str, int] = {}
    made.edit(lambda book: rows.update(fill(book)))
    for table in TABLES:
        sheet, at = place(made.book, table)
        made.keys[table.name] = str(sheet.cell(rows[table.name], at[table.key]).value)
    made.edit(lambda book: spoil(book, made.keys))

    def delete(book):
        for title in [place(book, table)[0].title for table in TABLES]:
            del book[title]

    made.edit(delete)
    return made


every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@every_table
def test_what_people_type_is_read_back_and_stays_in_its_cell(life, table):
    typed, cells = life.typed(table, 1), life.row(table, 1)
    for column in inputs(table):
        want = sensible(table, column)
        assert cells[column.id] == want, column.id
        if column.choices:
            want = column.choices[-1]
        found = typed[column.id]
        assert (found.isoformat()[:10] if isinstance(found, date) else found) == (
            want.date().isoformat() if isinstance(want, datetime) else want
        ), column.id


@every_table
def test_nonsense_is_told_in_words_and_ignored_and_never_overwritten(life, table):
    wrong = [column for column in inputs(table) if can_be_wrong(table, column)]
    cells = life.row(table, 2)
    assert [column.id for column in wrong if cells[column.id] != NONSENSE] == []
    usable, _ = checked(life.remembered[2], TABS)
    if table.name != "settings":
        kept = usable[table.name][life.keys[table.name]]
        assert [column.id for column in wrong if column.id in kept] == []
    said = cells["problem"] if wrong else ""
    assert [c.id for c in wrong if named(table, c) not in said] == []


def named(table: Table, column: Column) -> str:
    """Return what the problem has to name: the column, or of a setting what was typed."""
    return NONSENSE if table.name == "settings" else heading(table, column.id, WORDS)


@every_table
def test_every_value_is_kept_with_its_history(life, table):
    key = life.keys[table.name]
    for column in inputs(table):
        values = [x.value for x in life.workspace.state.history(table.name, key, column.id)]
        last = [NONSENSE] if can_be_wrong(table, column) else []
        assert values[len(values) - len(last) :] == last
        assert len(values) > len(last), column.id


@every_table
def test_a_deleted_tab_comes_back_with_all_that_people_typed(life, table):
    before, after = life.remembered[2][table.name], life.remembered[3][table.name]
    assert after == before
    now = life.row(table, 3)
    assert {c.id: now[c.id] for c in inputs(table)} == {
        c.id: life.row(table, 2)[c.id] for c in inputs(table)
    }
    shown = life.shown[3][table.name]
    lost = {key for key, row in before.items() if row} - shown.keys()
    assert lost == set()
