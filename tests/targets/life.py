"""How edits by people are tried: made, synced three times, and looked for."""

from __future__ import annotations

import warnings
import xml.etree.ElementTree as ET
from copy import deepcopy
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.utils import range_boundaries

from tests.targets import small_book

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def first(folder):
    """Return the workbook after its first sync, with its memory."""
    space = small_book.Workspace(folder, remembered=deepcopy(small_book.TYPED))
    space.sync(0)
    return space.path.read_bytes(), space.memory


def again(first, folder):
    """Return a workspace with a copy of that workbook."""
    data, memory = first
    made = small_book.Workspace(folder, dict(memory), deepcopy(small_book.TYPED))
    made.path.write_bytes(data)
    return made


def load(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl speaks of extensions that it drops
        return openpyxl.load_workbook(path)


def edit_book(path, edit):
    book = load(path)
    promise = edit(book)
    book.save(path)
    return promise


def edit_file(path, edit):
    with ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    promise = edit(parts)
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return promise


def parts_of(path):
    with ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def sheet_parts(path):
    parts = parts_of(path)
    rels = ET.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314
    targets = {item.get("Id"): item.get("Target") for item in rels}
    book = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314
    found = {}
    for sheet in book.iter(f"{MAIN}sheet"):
        target = targets[sheet.get(RELATION)]
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found[sheet.get("name")] = name
    return found


def defined_names(path):
    book = ET.fromstring(parts_of(path)["xl/workbook.xml"])  # noqa: S314
    return {item.get("name"): item.text for item in book.iter(f"{MAIN}definedName")}


def owned(path):
    """Return for each tab of ours which of its cells are ours."""
    columns, areas = {}, {}
    for name, text in defined_names(path).items():
        if not name.startswith("smk.") or "#REF" in text:
            continue
        title, _, address = text.rpartition("!")
        title = title.strip("'").replace("''", "'")
        left, top, right, bottom = range_boundaries(address.replace("$", ""))
        if name.count(".") == 2:
            columns.setdefault(title, (set(), top))[0].add(left)
        else:
            areas[title] = (left, top, right, bottom)
    return columns, areas


def is_ours(title, row, column, columns, areas):
    if title in columns:
        ours, header = columns[title]
        return row >= header and column in ours
    left, top, right, bottom = areas.get(title, (0, 0, 0, 0))
    return left <= column <= right and top <= row <= bottom


def foreign_cells(path, before=None):
    """Return every cell that is not ours, as XML; the ownership of two files is joined."""
    owns = [owned(path), *([owned(before)] if before else [])]
    parts = parts_of(path)
    found = {}
    for title, part in sheet_parts(path).items():
        row = 0
        root = ET.fromstring(parts[part])  # noqa: S314
        for line in root.iter(f"{MAIN}row"):
            row = int(line.get("r", row + 1))
            for column, cell in enumerate(line, 1):
                address = cell.get("r")
                at = range_boundaries(address)[0] if address else column
                is_blank = len(cell) == 0
                if not is_blank and not any(is_ours(title, row, at, *own) for own in owns):
                    found[title, row, at] = ET.tostring(cell)
    return found


def may_change(path):
    """Return the parts that a sync may change: our tabs, our charts, what lists them."""
    ours = {*owned(path)[0], *owned(path)[1]}
    parts = {part for title, part in sheet_parts(path).items() if title in ours}
    charts = {f"xl/charts/chart{n}.xml" for n in range(1, 9)}
    lists = {"xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/calcChain.xml"}
    rels = {f"xl/worksheets/_rels/{Path(part).name}.rels" for part in parts}
    tables = {name for name in parts_of(path) if name.startswith("xl/tables/")}
    return parts | lists | rels | tables | charts | {"xl/_rels/workbook.xml.rels"}


def rows_by_key(book, tab, key="deal_id"):
    """Read our rows of a tab: key, then column id, then value."""
    places = {}
    for name, defined in book.defined_names.items():
        if name.startswith(f"smk.{tab}."):
            title, _, address = defined.attr_text.rpartition("!")
            left, top, _, _ = range_boundaries(address.replace("$", ""))
            places[name.rsplit(".", 1)[1]] = left
    sheet = book[title.strip("'").replace("''", "'")]
    rows = {}
    for row in range(top + 1, sheet.max_row + 1):
        value = sheet.cell(row, places[key]).value
        if value is not None:
            rows.setdefault(str(value), []).append(
                {id_: sheet.cell(row, at).value for id_, at in places.items()}
            )
    return rows


def check_machine_cells(book, step, skip=()):
    found = rows_by_key(book, "deals")
    for number in range(1, 9 + step * 2):
        wanted = small_book.deal(number, step)
        key = wanted["deal_id"]
        if number == step + 1 or key in skip:
            continue
        assert len(found[key]) == 1, key
        row = found[key][0]
        assert row["title"] == wanted["title"]
        assert row["amount"] == wanted["amount"]
        assert row["closed_on"] is None or row["closed_on"].date() == wanted["closed_on"]
        assert row["weighted"].startswith("=IF(COUNT(")


def check_report(book, step):
    address = book.defined_names["smk.pulse"].attr_text
    title, _, cells = address.rpartition("!")
    left, top, _, bottom = range_boundaries(cells.replace("$", ""))
    sheet = book[title.strip("'").replace("''", "'")]
    wanted = {(c.row, c.column): c for c in small_book.grid(step).cells}
    for (row, column), cell in wanted.items():
        if not cell.formula:
            assert sheet.cell(top + row, left + column).value == cell.value
    assert bottom - top == max(row for row, _ in wanted)


UNTOUCHED = {"merge_over_our_rows", "array_formula_over_ours"}  # the tab is left alone
TWICE = {"copy_a_row_with_its_key": {"D3"}}


def check_parts(edited, path, allowed, promise):
    """Hold that parts of others are in the file as they were."""
    old, new = parts_of(edited), parts_of(path)
    for part, content in old.items():
        if part in promise.changes:
            assert new[part] != content, part
        elif part not in allowed:
            assert new[part] == content, part


def live_together(space, name, change):
    """Let people change the file, sync three times, and hold the promise that comes with it."""
    promise = change(space.path)
    edited = space.folder / "edited.xlsx"
    edited.write_bytes(space.path.read_bytes())
    allowed = may_change(edited)

    given = set()
    for step in (1, 2, 3):
        done = space.sync(step)
        given |= {warning.id for warning in done.warnings}
        for warning in done.warnings:
            assert small_book.words()(f"warning.{warning.id}", **warning.parts)
    assert promise.warnings <= given
    assert given <= promise.warnings | {"key_blank"}, given

    after = load(space.path)
    if name not in UNTOUCHED:
        check_machine_cells(after, step, TWICE.get(name, ()))
    check_report(after, step)
    for (title, address), value in promise.cells.items():
        assert after[title][address].value == value
    for (tab, key, column), value in promise.inputs.items():
        assert done.inputs.get(tab, {}).get(key, {}).get(column) == value
    check_parts(edited, space.path, allowed, promise)
    if promise.keeps_foreign:
        theirs = foreign_cells(space.path, edited)
        for at, cell in foreign_cells(edited, space.path).items():
            assert theirs[at] == cell, at

    written = space.path.read_bytes(), space.path.stat().st_mtime_ns
    again = space.sync(3)
    assert not again.cells_changed
    assert (space.path.read_bytes(), space.path.stat().st_mtime_ns) == written
    assert again.inputs == done.inputs
