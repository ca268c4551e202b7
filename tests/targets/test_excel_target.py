"""The workbook while it is open in Excel: filled, left alone, given back to the file."""

from __future__ import annotations

import sys
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from sheets_sync.errors import CloseWorkbook, TargetNotWritten
from sheets_sync.sync import _opened
from sheets_sync.targets.excel import OpenWorkbook
from sheets_sync.targets.live import child
from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.workbook import ReportSheet, TableSheet
from templates.words import LANGUAGES, load
from tests.targets import life, people, small_book
from tests.targets.excel_desk import Desk, check
from tests.targets.excel_fake import Excel

DEALS, PULSE = people.DEALS, people.PULSE


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return life.first(tmp_path_factory.mktemp("first"))


@pytest.fixture
def desk(first, tmp_path):
    space = life.again(first, tmp_path)
    with Excel(life.load(space.path), str(space.path)).running() as excel:
        yield Desk(space, excel)


# -- filled


def test_nothing_new_is_no_write(desk):
    """A write would clear what people can undo."""
    assert not desk.sync(0).cells_changed
    assert desk.state.writes == []
    assert desk.state.set_to == []
    desk.sync(1)
    desk.state.writes.clear()
    assert not desk.sync(1).cells_changed
    assert desk.state.writes == []


def test_what_is_new_is_filled_in_quietly(desk):
    shown = []
    desk.state.before = lambda _: shown.append(desk.state.settings["screen_updating"])
    done = desk.sync(1)
    assert done.cells_changed["deals"] > 0
    assert done.inputs == small_book.TYPED
    check(desk.book, 1)
    writes = [title for title, _, _ in desk.state.writes]
    assert shown.count(False) > len(writes)
    assert desk.state.settings == {
        "screen_updating": True,
        "enable_events": True,
        "calculation": "automatic",
    }
    assert desk.state.selection == "B7"
    assert {name for name, _ in desk.state.set_to} == {"screen_updating", "enable_events"}


def test_a_deal_of_many_is_one_write_a_column(desk):
    def many(step, remembered):
        first, deals, *rest = small_book.sheets(step, remembered)
        rows = [*deals.rows, *(small_book.deal(n, 0) for n in range(100, 400))]
        return [first, replace(deals, rows=rows), *rest]

    desk.sync(0, many)
    values = [where for title, where, name in desk.state.writes if name != "number_format"]
    assert len(values) <= len(small_book.DEALS.columns)


def test_an_ended_process_may_have_left_the_screen_off(desk):
    desk.state.settings |= {"screen_updating": False, "enable_events": False}
    desk.sync(0)
    assert desk.state.settings["screen_updating"]
    assert desk.state.settings["enable_events"]


def test_texts_stay_texts(desk):
    texts = ["=1+1", "+7 900", "-5", "007", "1/2", "#N/A", "'x", "1,5", "@sum", "TRUE", "x" * 300]
    book = desk.book[DEALS]
    book["B8"].number_format = "@"

    def odd(step, remembered):
        first, deals, *rest = small_book.sheets(step, remembered)
        rows = [{**row, "title": text} for row, text in zip(deals.rows, texts, strict=False)]
        more = [{**small_book.deal(50 + at, 0), "title": t} for at, t in enumerate(texts)]
        return [first, replace(deals, rows=[*rows, *more]), *rest]

    desk.sync(0, odd)
    rows = life.rows_by_key(desk.book, "deals")
    for at, text in enumerate(texts):
        assert rows[f"D{50 + at}"][0]["title"] == text
    cells = [cell for row in book.iter_rows(5, book.max_row, 2, 2) for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not desk.sync(0, odd).cells_changed


def test_a_large_change_is_computed_once(desk, monkeypatch):
    monkeypatch.setattr("sheets_sync.targets.excel._LARGE", 5)
    desk.sync(1)
    assert ("calculation", "manual") in desk.state.set_to
    assert desk.state.settings["calculation"] == "automatic"


# -- people

STRUCTURE = {
    "delete_a_human_column", "delete_a_machine_column", "delete_the_key_column",
    "delete_a_table_tab", "delete_a_plan_tab", "delete_a_report_tab",
}  # fmt: skip
WAITS = {"type_where_a_report_will_grow"}
"""The report is left as it is until the note is moved, or the file is closed."""


@pytest.mark.parametrize("name", sorted(people.BOOK_EDITS.keys() - STRUCTURE))
def test_people_and_syncs_live_together(desk, name):
    promise = people.BOOK_EDITS[name](desk.book)
    given = set()
    for step in (1, 2, 3):
        done = desk.sync(step)
        given |= {warning.id for warning in done.warnings}
        for warning in done.warnings:
            assert small_book.words()(f"warning.{warning.id}", **warning.parts)
    if name not in life.UNTOUCHED:
        life.check_machine_cells(desk.book, 3, life.TWICE.get(name, ()))
    if name in WAITS:
        assert "foreign_in_report" in given
        assert desk.book[PULSE]["B9"].value == "заметка под отчётом"
    else:
        life.check_report(desk.book, 3)
        assert promise.warnings <= given
        for (title, address), value in promise.cells.items():
            assert desk.book[title][address].value == value
    for (tab, key, column), value in promise.inputs.items():
        assert done.inputs.get(tab, {}).get(key, {}).get(column) == value
    desk.state.writes.clear()
    assert desk.sync(3).inputs == done.inputs
    assert desk.state.writes == []


@pytest.mark.parametrize("name", sorted(STRUCTURE))
def test_what_only_a_file_can_get_is_told_and_comes_back_once_it_is_closed(desk, name):
    promise = people.BOOK_EDITS[name](desk.book)
    with pytest.raises(TargetNotWritten) as caught:
        desk.sync(1)
    assert desk.state.writes == []
    assert caught.value.exit_code == 4
    for language in LANGUAGES:
        assert "book.xlsx" in caught.value.say(load(language))
    done = desk.saved().sync(1)
    assert promise.warnings <= {warning.id for warning in done.warnings}
    check(life.load(desk.space.path), 1)


def test_the_file_goes_on_where_excel_was_saved(desk):
    desk.sync(2)
    done = desk.saved().sync(3)
    assert done.warnings == ()
    check(life.load(desk.space.path), 3)
    assert not desk.space.sync(3).cells_changed


def test_the_file_goes_on_where_excel_was_not_saved(desk):
    desk.sync(2)
    done = desk.space.sync(3)
    assert done.warnings == ()
    check(life.load(desk.space.path), 3)


def test_a_protected_tab_is_told_and_the_others_are_filled(desk):
    desk.state.protected = {DEALS}
    done = desk.sync(1)
    assert [warning.id for warning in done.warnings] == ["live_refused"]
    assert "deals" not in done.cells_changed
    life.check_report(desk.book, 1)
    desk.state.protected = set()
    desk.sync(1)
    check(desk.book, 1)


def test_a_report_of_another_shape_waits(desk):
    def merged(step, remembered):
        first, *rest = small_book.sheets(step, remembered)
        cells = (replace(first.grid.cells[0], span=(1, 2)), *first.grid.cells[1:])
        return [ReportSheet(first.report, replace(first.grid, cells=cells)), *rest]

    done = desk.sync(1, merged)
    assert [warning.id for warning in done.warnings] == ["live_report_waits"]
    life.check_machine_cells(desk.book, 1)


def test_colours_follow_the_numbers(desk):
    desk.sync(1)
    assert desk.book[PULSE]["C2"].fill.fgColor.rgb.endswith("FBE4E1")
    desk.sync(2)
    assert desk.book[PULSE]["C2"].fill.fgColor.rgb.endswith("E4F3EA")


# -- Excel does not answer, or there is none


def test_a_person_who_types_is_waited_for_and_then_told(tmp_path):
    program = (sys.executable, "-c", "import time; time.sleep(60)")
    slow = lambda question: child.ask(question, program, 0.3)  # noqa: E731
    target = OpenWorkbook(tmp_path / "book.xlsx", small_book.words(), "RUB", {}, slow)
    with pytest.raises(TargetNotWritten) as caught:
        target.exchange(small_book.TABS, lambda *_: [])
    assert (caught.value.id, caught.value.exit_code) == ("excel_busy", 4)
    assert "book.xlsx" in caught.value.say(load("en"))


def test_what_excel_says_is_passed_on(tmp_path):
    program = (sys.executable, "-c", "raise OSError('no server')")
    broken = lambda question: child.ask(question, program)  # noqa: E731
    target = OpenWorkbook(tmp_path / "book.xlsx", small_book.words(), "RUB", {}, broken)
    with pytest.raises(TargetNotWritten) as caught:
        target.exchange(small_book.TABS, lambda *_: [])
    assert caught.value.id == "excel_failed"
    assert "no server" in caught.value.say(load("ru"))


def test_the_process_answers_that_no_excel_has_it(tmp_path):
    path = tmp_path / "book.xlsx"
    assert child.ask({"do": "read", "path": str(path)}) == {"is_open": False}
    target = OpenWorkbook(path, small_book.words(), "RUB", {}, child.ask)
    with pytest.raises(CloseWorkbook):
        target.exchange(small_book.TABS, lambda *_: [])


@pytest.mark.parametrize(
    "name", ["{path}", "https://d.docs.live.net/1a/%D0%B4/book.xlsx", "https://x/BOOK.xlsx"]
)
def test_it_is_found_by_its_file_or_address(desk, name):
    desk.excel.fullname = name.format(path=desk.space.path)
    assert desk.sync(1).cells_changed


def test_another_workbook_is_not_touched(desk):
    desk.excel.fullname = str(desk.space.folder / "other.xlsx")
    with pytest.raises(CloseWorkbook):
        desk.sync(1)
    assert desk.state.writes == []


def test_a_workbook_of_others_is_refused(desk):
    for name in list(desk.book.defined_names):
        del desk.book.defined_names[name]
    with pytest.raises(TargetNotWritten) as caught:
        desk.sync(1)
    assert caught.value.id == "workbook_foreign"


def test_a_locked_file_is_filled_through_excel(desk):
    space = desk.space
    (space.folder / "~$book.xlsx").write_bytes(b"Anna")
    before = space.path.read_bytes()
    file = XlsxFile(
        space.path, small_book.words(), "RUB", space.memory, space.folder / "v", desk.target()
    )
    draw = lambda inputs, _hidden: small_book.sheets(1, space._remember(inputs))  # noqa: E731
    assert file.exchange(small_book.TABS, draw).cells_changed
    check(desk.book, 1)
    assert space.path.read_bytes() == before


@pytest.mark.parametrize(("system", "found", "is_offered"), [
    ("win32", True, True), ("darwin", True, True), ("linux", True, False), ("win32", False, False),
])  # fmt: skip
def test_excel_is_offered_where_it_may_be(monkeypatch, tmp_path, system, found, is_offered):
    monkeypatch.setattr(child.sys, "platform", system)
    monkeypatch.setattr(child, "find_spec", lambda _: object() if found else None)
    assert child.is_possible() is is_offered

    class Space:
        copy, workbook = None, Path(tmp_path / "book.xlsx")

    assert (_opened(Space, small_book.words(), "RUB", {}) is not None) is is_offered
    Space.copy = tmp_path
    assert _opened(Space, small_book.words(), "RUB", {}) is None


def test_tables_are_drawn_with_what_people_typed(desk):
    drawn = []

    def draw(inputs, hidden):
        drawn.append((deepcopy(inputs), set(hidden)))
        return small_book.sheets(0, desk.space._remember(inputs))

    desk.book[people.SCORES].sheet_state = "hidden"
    desk.target().exchange(small_book.TABS, draw)
    assert drawn == [(small_book.TYPED, {"scorecard"})]
    assert all(isinstance(each, ReportSheet | TableSheet) for each in small_book.sheets(0))
