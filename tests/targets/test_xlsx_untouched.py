"""Rows that nobody touched: whether they are read again or not makes no difference."""

import tempfile
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.targets.xlsx_patch.container import assemble, open_archive
from sheets_sync.targets.xlsx_patch.sheet import SheetPart
from tests.targets import life, small_book


def typed(cell, value):
    return lambda path: life.edit_book(path, lambda book: book["Сделки"].__setitem__(cell, value))


def rewritten(path, part, change):
    """Change one part, and leave every other byte of the file as it is."""
    archive = open_archive(path.read_bytes())
    if part in archive.members:
        path.write_bytes(assemble(archive, {part: change(archive.read(part).decode()).encode()}))


def texts_changed(path):
    """Let the same cells point to other texts, as a program may that sorts them anew."""
    rewritten(path, "xl/sharedStrings.xml", lambda xml: xml.replace("Дом &amp; сад", "Сад"))


def columns_swapped(path):
    """Let two names stand for each other's columns."""
    names = life.defined_names(path)
    one, other = (names[f"smk.deals.{column}"] for column in ("comment", "title"))

    def change(xml):
        one_, other_ = (f'name="smk.deals.{column}">' for column in ("comment", "title"))
        return xml.replace(one_ + one, one_ + other).replace(other_ + other, other_ + one)

    rewritten(path, "xl/workbook.xml", change)


EDITS = {
    "none": lambda _path: None,
    "saved": lambda path: life.edit_book(path, lambda _book: None),
    "comment": typed("F6", "ждём"),
    "machine cell": typed("C7", 1),
    "formula": typed("I8", None),
    "key": typed("A6", "D77"),
    "row": lambda path: life.edit_book(path, lambda book: book["Сделки"].insert_rows(6)),
    "column": lambda path: life.edit_book(path, lambda book: book["Сделки"].insert_cols(2)),
    "texts": texts_changed,
    "columns": columns_swapped,
}


def forgetful(space, folder):
    """Return a copy that remembers nothing of how tables were left."""
    folder.mkdir()
    other = small_book.Workspace(folder, dict(space.memory), deepcopy(space.remembered))
    other.memory |= {known: "" for known in space.memory if known.startswith("left.")}
    other.path.write_bytes(space.path.read_bytes())
    return other


def alike(space, other, step):
    assert space.sync(step) == other.sync(step)
    assert life.parts_of(space.path) == life.parts_of(other.path)


@pytest.mark.parametrize("edit", EDITS)
def test_after_any_edit_the_same_is_read_and_written(tmp_path, edit):
    space = small_book.Workspace(tmp_path)
    space.sync(0)
    EDITS[edit](space.path)
    alike(space, forgetful(space, tmp_path / "other"), 0)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([*EDITS])), min_size=2, max_size=5))
def test_a_sync_that_remembers_rows_writes_what_one_writes_that_reads_them_all(steps):
    with tempfile.TemporaryDirectory() as name:
        space = small_book.Workspace(Path(name))
        space.sync(0)
        for number, (step, edit) in enumerate(steps):
            EDITS[edit](space.path)
            alike(space, forgetful(space, Path(name, str(number))), step)


@pytest.fixture
def read(monkeypatch):
    """The rows of tables that are read, by number."""
    numbers = []
    whole = SheetPart.read

    def reading(part, row, places, width):
        numbers.append(row.number)
        return whole(part, row, places, width)

    monkeypatch.setattr(SheetPart, "read", reading)
    return numbers


@pytest.mark.parametrize("edit", EDITS)
def test_what_nobody_touched_is_not_read_and_what_somebody_did_is(tmp_path, read, edit):
    space = small_book.Workspace(tmp_path)
    space.sync(0)
    read.clear()
    space.sync(0)
    idle = len(read)
    EDITS[edit](space.path)
    read.clear()
    space.sync(0)
    assert (len(read) > idle) == (edit != "none")
