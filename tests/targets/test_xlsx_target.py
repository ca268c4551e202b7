"""The file on disk: refused, locked, saved by others in the meantime, replaced whole."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import openpyxl
import pytest

from sheets_sync.errors import CloseWorkbook, TargetNotWritten
from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.targets.xlsx_patch import container
from sheets_sync.targets.xlsx_patch.package import open_package
from sheets_sync.workbook import ReportSheet, TableSheet
from templates.tab import Cell, Grid
from templates.words import LANGUAGES, load
from tests.targets import life, small_book


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return life.first(tmp_path_factory.mktemp("first"))


@pytest.fixture
def space(first, tmp_path):
    return life.again(first, tmp_path)


def refusal(space):
    before = space.path.read_bytes()
    with pytest.raises(TargetNotWritten) as caught:
        space.sync(1)
    assert space.path.read_bytes() == before
    assert not list(space.folder.glob(".*"))
    for language in LANGUAGES:
        assert space.path.name in caught.value.say(load(language))
    assert caught.value.exit_code == 4
    return caught.value.id


def rewrite(path, **changes):
    """Write the file again with parts changed; a dot in a name is written as two underscores."""
    parts = life.parts_of(path)
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, content in {**parts, **changes}.items():
            file.writestr(name, content)


# -- refused


def test_an_encrypted_workbook_is_refused(space):
    space.path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
    assert refusal(space) == "workbook_encrypted"


def test_a_signed_workbook_is_refused(space):
    rewrite(space.path, **{"_xmlsignatures/sig1.xml": b"<Signature/>"})
    assert refusal(space) == "workbook_signed"


def test_a_binary_workbook_is_refused(space):
    rewrite(space.path, **{"xl/workbook.bin": b"x"})
    assert refusal(space) == "workbook_binary"


def test_a_workbook_of_others_is_refused(space):
    openpyxl.Workbook().save(space.path)
    assert refusal(space) == "workbook_foreign"


@pytest.mark.parametrize("cut", [0, 10, 3000, -1, -30])
def test_a_cut_file_is_refused(space, cut):
    space.path.write_bytes(space.path.read_bytes()[:cut])
    assert refusal(space) == "workbook_damaged"


def test_a_part_with_a_wrong_checksum_is_refused(space):
    data = bytearray(space.path.read_bytes())
    entry = data.index(b"PK\1\2", data.index(b"PK\1\2") + 1)
    while b"workbook.xml" not in data[entry : entry + 80]:
        entry = data.index(b"PK\1\2", entry + 4)
    struct.pack_into("<I", data, entry + 16, 12345)
    space.path.write_bytes(data)
    assert refusal(space) == "workbook_damaged"


def test_what_grows_when_unpacked_is_refused(space):
    rewrite(space.path, **{"xl/media/bomb.bin": bytes(64 << 20)})
    assert space.path.stat().st_size < 1 << 20
    assert refusal(space) == "workbook_too_large"


def test_a_part_that_lies_about_its_size_is_not_unpacked_whole():
    bomb = zlib.compress(bytes(8 << 20), 9)[2:-4]
    assert len(container._inflated(bomb, 1000)) == 1001


def test_entities_are_refused(space):
    xml = life.parts_of(space.path)["xl/workbook.xml"]
    evil = xml.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>', 1)
    rewrite(space.path, **{"xl/workbook.xml": evil})
    assert refusal(space) == "workbook_damaged"


@pytest.mark.parametrize("owner", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_an_open_workbook_is_left_alone(space, owner):
    (space.folder / owner).write_bytes(b"Anna")
    before = space.path.read_bytes()
    with pytest.raises(CloseWorkbook):
        space.sync(1)
    assert space.path.read_bytes() == before
    (space.folder / owner).unlink()
    assert space.sync(1).cells_changed


def test_a_file_that_windows_holds_is_left_alone(space, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "in use")

    before = space.path.read_bytes()
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CloseWorkbook):
        space.sync(1)
    assert space.path.read_bytes() == before
    assert {path.name for path in space.folder.iterdir()} == {"book.xlsx", "versions"}


# -- saved by others in the meantime


def target(space):
    return XlsxFile(space.path, small_book.words(), "RUB", space.memory, space.folder / "versions")


def test_a_save_in_the_meantime_is_not_lost(space):
    calls = []

    def draw(inputs, _hidden):
        calls.append(inputs)
        if len(calls) == 1:
            book = life.load(space.path)
            book["Сделки"]["F6"] = "успели сохранить"
            book.save(space.path)
        return small_book.sheets(1, inputs)

    done = target(space).exchange(small_book.TABS, draw)
    assert len(calls) == 2
    assert done.inputs["deals"]["D3"]["comment"] == "успели сохранить"
    assert life.load(space.path)["Сделки"]["F6"].value == "успели сохранить"


def test_a_file_saved_again_and_again_is_given_up(space):
    def draw(inputs, _hidden):
        book = life.load(space.path)
        book["Сделки"]["F6"] = f"{time.perf_counter_ns()}"
        book.save(space.path)
        return small_book.sheets(1, inputs)

    with pytest.raises(CloseWorkbook, match="workbook_busy"):
        target(space).exchange(small_book.TABS, draw)


# -- replaced whole


KILLED = """
import sys, time
sys.path[:0] = [{root!r}]
from tests.targets import small_book
from pathlib import Path
from sheets_sync.targets import xlsx
space = small_book.Workspace(Path({folder!r}))
step = xlsx._settle
def slow(path):
    print("written", flush=True)
    time.sleep(60)
xlsx._settle = slow
space.sync(2)
"""


def test_killed_in_the_middle_of_a_write_the_old_workbook_is_whole(space):
    before = space.path.read_bytes()
    code = KILLED.format(root=str(Path(__file__).parents[2]), folder=str(space.folder))
    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert program.stdout.readline() == b"written\n"
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    program.stdout.close()
    assert space.path.read_bytes() == before
    assert space.sync(2).cells_changed
    assert life.load(space.path)["Пульс"]["A11"].value == "Итого"


def test_five_versions_are_kept(space):
    for step in range(1, 8):
        os.utime(space.path, (step * 1000, step * 1000))
        before = space.path.read_bytes()
        space.sync(step)
    kept = sorted((space.folder / "versions").iterdir())
    assert len(kept) == 5
    assert kept[-1].read_bytes() == before


def test_rights_and_links_stay(space):
    real = space.folder / "real.xlsx"
    space.path.rename(real)
    real.chmod(0o640)
    space.path.symlink_to(real)
    space.sync(1)
    assert space.path.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_violated_proof_stops_the_write(space, monkeypatch):
    whole = container.assemble

    def careless(archive, changed, packed):
        spoiled = {**changed, "xl/theme/theme1.xml": b"<theme/>"}
        return whole(archive, spoiled, packed)

    before = space.path.read_bytes()
    monkeypatch.setattr("sheets_sync.targets.xlsx_patch.book.assemble", careless)
    with pytest.raises(TargetNotWritten, match="workbook_proof"):
        space.sync(1)
    assert space.path.read_bytes() == before


def test_members_lie_in_their_order_and_bytes(space):
    old = container.open_archive(space.path.read_bytes())
    space.sync(1)
    new = container.open_archive(space.path.read_bytes())
    assert list(old.members) == list(new.members)
    same = [name for name in old.members if old.proof(name) == new.proof(name)]
    assert {"xl/theme/theme1.xml", "xl/sharedStrings.xml", "docProps/core.xml"} <= set(same)
    with ZipFile(space.path) as file:
        assert file.testzip() is None


def test_a_cut_zip_is_no_zip_for_others_too(space):
    space.path.write_bytes(space.path.read_bytes()[:-30])
    with pytest.raises(BadZipFile), ZipFile(space.path):
        pass


# -- the workbook as a whole


def test_a_deleted_file_comes_back_with_all_that_was_typed(space):
    space.sync(1)
    space.path.unlink()
    space.remembered.clear()
    done = space.sync(2)
    assert done.inputs["deals"]["D2"]["comment"] == "ждём договор"
    book = life.load(space.path)
    life.check_machine_cells(book, 2)
    rows = life.rows_by_key(book, "deals")
    assert rows["D5"][0]["our_verdict"] == "нет"
    assert not space.sync(2).cells_changed


def test_a_key_that_people_deleted_is_never_given_again(space):
    def type_plan(value):
        book = life.load(space.path)
        sheet = book["План"]
        row = next(r for r in range(5, 20) if sheet.cell(r, 4).value is None)
        sheet.cell(row, 4).value = value
        book.save(space.path)

    type_plan(1)
    assert "L-0002" in space.sync(1).inputs["plan"]
    book = life.load(space.path)
    book["План"].delete_rows(6)
    book.save(space.path)
    assert "L-0002" not in space.sync(1).inputs["plan"]
    type_plan(2)
    assert space.sync(1).inputs["plan"]["L-0003"] == {"value": 2}


def test_another_language_finds_the_same_tabs(space):
    space.language = "en"
    done = space.sync(1)
    assert done.inputs["deals"]["D2"]["our_verdict"] == "yes"
    assert life.load(space.path).sheetnames == ["Пульс", "Сделки", "План", "Оценка"]
    assert not space.sync(1).cells_changed


def test_without_a_memory_reports_are_written_and_this_is_said(space):
    for key in [key for key in space.memory if key.startswith("report.")]:
        del space.memory[key]
    done = space.sync(2)
    assert {warning.id for warning in done.warnings} == {"report_unknown"}
    life.check_report(life.load(space.path), 2)
    assert not space.sync(2).warnings


def test_charts_follow_their_report(space):
    space.sync(3)
    xml = life.parts_of(space.path)["xl/charts/chart1.xml"].decode()
    assert "'Пульс'!$B$4:$B$12" in re.findall(r"<c:f>([^<]*)</c:f>", xml)
    assert "<c:v>34</c:v>" in xml


def sync_report(space, grid):
    sheets = [
        replace(sheet, grid=grid) if isinstance(sheet, ReportSheet) else sheet
        for sheet in small_book.sheets(1)
    ]
    return target(space).exchange(small_book.TABS, lambda _inputs, _hidden: sheets)


def test_charts_come_and_go(space):
    grid = small_book.grid(1)
    more = replace(grid.charts[0], id="second", title="Другая")
    sync_report(space, replace(grid, charts=(*grid.charts, more)))
    assert len(life.load(space.path)["Пульс"]._charts) == 2
    sync_report(space, replace(grid, charts=(more,)))
    assert len(life.load(space.path)["Пульс"]._charts) == 1
    sync_report(space, replace(grid, charts=()))
    assert len(life.load(space.path)["Пульс"]._charts) == 0
    sync_report(space, grid)
    assert len(life.load(space.path)["Пульс"]._charts) == 1


def test_a_chart_that_people_deleted_stays_deleted(space):
    book = life.load(space.path)
    book["Пульс"]._charts.clear()
    book.save(space.path)
    space.sync(1)
    assert not life.load(space.path)["Пульс"]._charts


def test_text_stays_text(space):
    texts = ["=1+1", "a\x00b\ud800", "_x0041_", " two  spaces ", "<b>&amp;", "x" * 40_000, "'q"]
    grid = Grid(tuple(Cell(at, 0, text) for at, text in enumerate(texts)))
    sync_report(space, grid)
    sheet = life.load(space.path)["Пульс"]
    values = [sheet.cell(row, 1) for row in range(1, 8)]
    assert [cell.data_type for cell in values] == ["s"] * 7
    shown = [cell.value.replace("_x005F_", "_") for cell in values]
    assert shown == ["=1+1", "ab", "_x0041_", " two  spaces ", "<b>&amp;", shown[5], "'q"]
    assert len(shown[5]) == 32_767
    assert not sync_report(space, grid).cells_changed


def test_an_empty_table_gets_its_first_rows(tmp_path):
    made = small_book.Workspace(tmp_path)
    empty = [TableSheet(small_book.DEALS, [])]
    XlsxFile(made.path, small_book.words(), "RUB", made.memory, tmp_path / "v").exchange(
        [small_book.DEALS], lambda _inputs, _hidden: empty
    )
    full = [TableSheet(small_book.DEALS, [small_book.deal(n, 0) for n in range(1, 4)])]
    XlsxFile(made.path, small_book.words(), "RUB", made.memory, tmp_path / "v").exchange(
        [small_book.DEALS], lambda _inputs, _hidden: full
    )
    sheet = life.load(made.path)["Сделки"]
    assert [sheet.cell(row, 1).value for row in range(5, 8)] == ["D1", "D2", "D3"]
    assert sheet["D5"].is_date
    assert "₽" in sheet["C5"].number_format
    assert sheet["E5"].fill.fgColor.rgb == "FFFFF9DB"


def test_the_calculation_chain_goes_when_formulas_come(space):
    from tests.targets import people

    life.edit_file(space.path, people.FILE_EDITS["calculation_chain"])
    space.sync(1)
    package = open_package(space.path.read_bytes())
    assert not package.has("xl/calcChain.xml")
    assert b"calcChain" not in package.read("[Content_Types].xml")
    assert b"calcChain" not in package.read("xl/_rels/workbook.xml.rels")
    assert b'fullCalcOnLoad="1"' in package.read("xl/workbook.xml")
