"""The workbook that is open in Excel, in a process of its own: `python -m excel_addin.live`.

Excel lets nobody in while a person types into a cell, and xlwings asks again for ever; a process
can be ended. A question comes in as JSON, an answer goes out: the contents of our tabs, or what
became of the blocks that were to be written. Nothing is opened, saved, selected or closed. Rows and
columns count from zero.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from excel_addin import host
from sheets_sync.targets.xlsx_patch.names import PREFIX
from sheets_sync.targets.xlsx_patch.reference import cell, split_address

if TYPE_CHECKING:
    from excel_addin.host import Book, Range, Sheet

Json = dict[str, Any]
_TEXT = "@"  # the number format of cells that take everything for text
_PLAIN = "General"
_READINGS = 5
_ANY = [{"any": True}]  # a cell that Excel computes
_OF_COLUMN = 2  # dots in the name of a column


def answer(question: Json) -> Json:
    """Answer a question about a workbook; `is_open` is false where Excel does not have it."""
    book = _found(Path(question["path"]))
    if book is None:
        return {"is_open": False}
    work = {"read": _read, "write": _write}[question["do"]]
    return {"is_open": True, **work(book, question)}


def _found(path: Path) -> Book | None:
    """Find an open workbook by its file, or by its name where Excel knows it as an address."""
    for book in host.books():
        name = book.fullname
        if "://" in name:
            if unquote(name).rpartition("/")[2].casefold() == path.name.casefold():
                return book
        elif _same(name, path):
            return book
    return None


def _same(name: str, path: Path) -> bool:
    return os.path.normcase(os.path.realpath(name)) == os.path.normcase(os.path.realpath(path))


# -- reading


def _read(book: Book, _: Json) -> Json:
    """Read our names, and all cells of the tabs that they lead to."""
    for setting in ("screen_updating", "enable_events"):
        if not getattr(book.app, setting):  # one of us was ended while it wrote
            setattr(book.app, setting, True)
    ours = [name.name for name in book.names if name.name.startswith(PREFIX)]
    names = {name: _address(book, name) for name in ours}
    places = {name: split_address(text) for name, text in names.items()}
    titles = {place[0] for place in places.values() if place}
    return {
        "names": names,
        "sheets": [
            _sheet(sheet, [n for n, place in places.items() if place and place[0] == sheet.name])
            for sheet in book.sheets
            if sheet.name in titles
        ],
    }


def _sheet(sheet: Sheet, names: list[str]) -> Json:
    """Read a tab; again, if rows were inserted between two readings of it."""
    for _ in range(_READINGS):
        last = sheet.used_range.last_cell
        whole = sheet.range((1, 1), (last.row, last.column))
        cells, texts = _cells(whole), _rows(whole.formula)
        if (len(cells), len(cells[0])) == (len(texts), len(texts[0])):
            break
    return {
        "title": sheet.name,
        "is_hidden": not sheet.visible,
        "cells": cells,
        "formulas": list(_formulas(texts, cells)),
        "merged": list(_merged(sheet, whole, names)),
    }


def _cells(where: Range) -> list[list[Any]]:
    """Return what cells hold, row by row, as JSON knows it."""
    rows = where.options(ndim=2, err_to_str=True).value
    return [[_plain(value) for value in row] for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return {"day": (value.date() if is_day else value.replace(tzinfo=None)).isoformat()}
    return float(value) if isinstance(value, Decimal) else value


def _rows(found: Any) -> list[list[Any]]:
    """Return what Excel gave as rows: it gives one cell or one row as less."""
    if not isinstance(found, list | tuple):
        return [[found]]
    return [list(row) for row in found] if isinstance(found[0], list | tuple) else [list(found)]


def _formulas(texts: list[list[Any]], cells: list[list[Any]]) -> Iterator[tuple[int, int, str]]:
    """Yield the formulas; a text that begins like one reads as itself."""
    for at, (row, values) in enumerate(zip(texts, cells, strict=True)):
        for column, (text, value) in enumerate(zip(row, values, strict=True)):
            if isinstance(text, str) and text.startswith("=") and text != value:
                yield at, column, text[1:]


def _merged(sheet: Sheet, whole: Range, names: list[str]) -> Iterator[list[int]]:
    """Yield the columns of ours over whose rows cells are merged."""
    if whole.merge_cells is False:
        return
    bottom = whole.last_cell.row - 1
    for name in names:
        place = split_address(_address(sheet.book, name))
        if name.count(".") == _OF_COLUMN and place:
            row, column = cell(place[1])
            if _range(sheet, row, column, bottom - row + 1, 1).merge_cells is not False:
                yield [row, column, bottom, column]


def _range(sheet: Sheet, row: int, column: int, rows: int, columns: int) -> Range:
    return sheet.range((row + 1, column + 1), (row + rows, column + columns))


# -- writing


def _write(book: Book, question: Json) -> Json:
    """Write the blocks of each tab as long as its columns and keys stay where they were read."""
    quiet: Json = {"screen_updating": False, "enable_events": False}
    if question["is_large"]:
        quiet["calculation"] = "manual"
    said: Json = {"written": {}, "moved": [], "refused": []}
    with book.app.properties(**quiet):
        for tab in question["tabs"]:
            sheet = book.sheets[tab["title"]] if tab["title"] in _titles(book) else None
            if sheet is None or not _is_blank(sheet, tab["blank"]):
                said["moved"].append(tab["title"])
                continue
            for block in tab["blocks"]:
                if outcome := _one(book, sheet, block):
                    said[outcome].append(tab["title"])
                    break
                count = said["written"].get(tab["title"], 0) + len(block["cells"])
                said["written"][tab["title"]] = count
            else:
                for name, text in tab["becomes"].items():
                    book.names[name].refers_to = f"={text}"
    return said


def _titles(book: Book) -> set[str]:
    return {sheet.name for sheet in book.sheets}


def _is_blank(sheet: Sheet, blank: Json | None) -> bool:
    """Tell whether new rows still have room: nobody typed there meanwhile."""
    if blank is None:
        return True
    left, right = min(blank["columns"]), max(blank["columns"])
    rows = _cells(_range(sheet, blank["row"], left, blank["rows"], right - left + 1))
    return all(row[at - left] is None for row in rows for at in blank["columns"])


def _one(book: Book, sheet: Sheet, block: Json) -> str | None:
    """Write a block; say what kept it from being written, or that all moved meanwhile.

    The ranges are made once: in Excel for Windows they move along when rows are inserted.
    """
    where = _range(sheet, block["row"], block["column"], len(block["cells"]), 1)
    known, keys = block["keys"], None
    if known:
        keys = _range(sheet, block["row"], known["column"], len(block["cells"]), 1)
    if not _are_named(book, block) or not _holds(where, block.get("was")):
        return "moved"
    if keys is not None and not _holds(keys, _column(known["before"])):
        return "moved"
    try:
        _put(where, block)
    except Exception:  # noqa: BLE001  (each platform has its own: protected, an array, busy)
        return "refused"
    if keys is None:
        return None
    if _are_named(book, block) and _holds(keys, _column(known["after"])):
        return None
    _take_back(where, keys, block)
    return "moved"


def _are_named(book: Book, block: Json) -> bool:
    """Tell whether our columns are where they were read."""
    return all(
        name in book.names and _address(book, name) == text for name, text in block["names"].items()
    )


def _address(book: Book, name: str) -> str:
    return (book.names[name].refers_to or "").removeprefix("=")


def _column(cells: list[Any]) -> list[list[Any]]:
    return [[each] for each in cells]


def _holds(where: Range, cells: list[list[Any]] | None) -> bool:
    """Tell whether cells hold what they are to, as far as it is known."""
    if cells is None:
        return True
    found = _cells(where)
    return len(found) == len(cells) and all(
        want in (_ANY, have) for have, want in zip(found, cells, strict=True)
    )


def _put(where: Range, block: Json) -> None:
    """Write a block: all of it texts, formulas, or values."""
    cells = block["cells"]
    if "ink" in block:
        where.color = block["fill"]
        where.font.color = block["ink"]
    found = where.number_format
    if block["kind"] == "text":
        if found is None:
            where.number_format = found = _TEXT
        where.value = cells if found == _TEXT else [[f"'{text}"] for [text] in cells]
        return
    is_plain = block["is_new"] and found == _PLAIN
    if found in (_TEXT, None) or is_plain or "ink" in block:
        where.number_format = block["format"]
    if block["kind"] == "formula":
        where.formula2 = [[f"={text}"] for [text] in cells]
    else:
        where.value = [[float(v) if type(v) is int else v] for [v] in cells]


def _take_back(where: Range, keys: Range, block: Json) -> None:
    """Empty the cells that we wrote beside no key: rows that were inserted meanwhile."""
    written = [row[0] for row in block["cells"]]
    for at, ([key], [have]) in enumerate(zip(_cells(keys), _cells(where), strict=False)):
        if key is None and have is not None and have in written:
            where(at + 1, 1).value = None


def main() -> None:
    """Answer the question that comes in."""
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
