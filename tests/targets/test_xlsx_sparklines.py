"""Lines in cells: drawn into a new workbook, kept up by every sync, those of people left alone."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.workbook import ReportSheet
from tests.targets import life, small_book
from tests.targets.people import change

X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
THEIRS = ("'Сделки'!C5:C12", "E7")


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return life.first(tmp_path_factory.mktemp("first"))


@pytest.fixture
def space(first, tmp_path):
    return life.again(first, tmp_path)


def sheet(space) -> str:
    return life.sheet_parts(space.path)["Пульс"]


def lines(space) -> set[tuple[str, str]]:
    """Read what an XML parser finds: the cells that each line shows, and its own cell."""
    root = ET.fromstring(life.parts_of(space.path)[sheet(space)])  # noqa: S314 (our own file)
    extensions = root.findall(f"{MAIN}extLst/{MAIN}ext")
    assert len({ext.get("uri") for ext in extensions}) == len(extensions)
    return {
        (line.findtext(f"{XM}f"), line.findtext(f"{XM}sqref"))
        for ext in extensions
        for line in ext.iterfind(f"{X14}sparklineGroups/{X14}sparklineGroup/{X14}sparklines/*")
    }


def ours(step: int) -> tuple[str, str]:
    [line] = small_book.grid(step).sparklines
    return f"'Пульс'!B4:B{line.values[2] + 1}", f"C{line.at[0] + 1}"


def edited(space, edit) -> None:
    life.edit_file(space.path, lambda parts: edit(parts, sheet(space)))


def theirs(group: bytes = b"") -> bytes:
    """Write a line of a person, in one group with others."""
    cells, at = (text.encode() for text in THEIRS)
    return (
        b'<x14:sparklineGroup type="stacked"><x14:sparklines>%b<x14:sparkline><xm:f>%b</xm:f>'
        b"<xm:sqref>%b</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
        % (group, cells, at)
    )


def add_theirs(parts, part):
    change(parts, part, b"</x14:sparklineGroups>", theirs() + b"</x14:sparklineGroups>")


def take_into_theirs(parts, part):
    """Let a person's group take in our line, as Excel does when both are grouped."""
    xml = parts[part]
    start, end = xml.index(b"<x14:sparklineGroup "), xml.index(b"</x14:sparklineGroup>")
    line = xml[xml.index(b"<x14:sparkline>", start) : xml.index(b"</x14:sparklines>", start)]
    whole = xml[start : end + len(b"</x14:sparklineGroup>")]
    parts[part] = xml.replace(whole, theirs(line))


def drop_all(parts, part):
    xml = parts[part]
    parts[part] = xml[: xml.index(b"<extLst>")] + b"</worksheet>"


def other_prefixes(parts, part):
    xml = parts[part]
    for old, new in ((b"x14:", b"spark:"), (b"xm:", b"main:")):
        xml = xml.replace(b"<" + old, b"<" + new).replace(b"</" + old, b"</" + new)
        xml = xml.replace(b"xmlns:" + old[:-1] + b"=", b"xmlns:" + new[:-1] + b"=")
    parts[part] = xml


def test_a_new_workbook_has_them(space):
    assert lines(space) == {ours(0)}


def test_they_follow_their_report(space):
    for step in (1, 3, 2):
        space.sync(step)
        assert lines(space) == {ours(step)}
        before = space.path.read_bytes()
        space.sync(step)
        assert space.path.read_bytes() == before


@pytest.mark.parametrize("step", [0, 2])
def test_lines_of_people_stay(space, step):
    edited(space, add_theirs)
    space.sync(step)
    assert lines(space) == {ours(step), THEIRS}


def test_a_line_of_ours_in_a_group_of_theirs_leaves_it_as_it_was(space):
    edited(space, take_into_theirs)
    assert lines(space) == {ours(0), THEIRS}
    space.sync(2)
    assert lines(space) == {ours(2), THEIRS}
    assert life.parts_of(space.path)[sheet(space)].count(b'type="stacked"') == 1


def test_what_was_dropped_comes_back(space):
    edited(space, drop_all)
    assert lines(space) == set()
    space.sync(0)
    assert lines(space) == {ours(0)}


def test_other_prefixes_are_read(space):
    edited(space, other_prefixes)
    before = space.path.read_bytes()
    space.sync(0)
    assert space.path.read_bytes() == before
    space.sync(1)
    assert lines(space) == {ours(1)}


def sync_without(space) -> None:
    sheets = [
        replace(each, grid=replace(each.grid, sparklines=()))
        if isinstance(each, ReportSheet)
        else each
        for each in small_book.sheets(0)
    ]
    memory, versions = space.memory, space.folder / "versions"
    target = XlsxFile(space.path, small_book.words(), "RUB", memory, versions)
    target.exchange(small_book.TABS, lambda _inputs, _hidden: sheets)


def test_a_line_that_went_takes_nothing_else_with_it(space):
    edited(space, add_theirs)
    sync_without(space)
    assert lines(space) == {THEIRS}


def test_without_lines_nothing_empty_is_left(space):
    sync_without(space)
    assert lines(space) == set()
    assert b"extLst" not in life.parts_of(space.path)[sheet(space)]
