"""Spreadsheet files: rows of texts, with typed cells marked as such."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path

from sheets_sync.errors import LookAtSource
from sheets_sync.sources.container import Container, column_number
from sheets_sync.sources.vocabulary import MARK

ERROR = MARK + "#"  # stands for a cell with an Excel error
Row = tuple[int, list[str]]


def number_cell(value: float) -> str:
    r"""Return a number as the text of a cell, marked as one.

    >>> number_cell(2.0), number_cell(1e-7)
    ('\x1f2', '\x1f0.0000001')
    """
    text = repr(value)
    if text.endswith(".0"):
        return MARK + text[:-2]
    return f"{MARK}{Decimal(text):f}" if "e" in text else MARK + text


def _stated(value: int | date) -> str:
    return f"{MARK}{value}"


CELL: dict[type, Callable[..., str]] = {
    int: _stated,
    float: number_cell,
    bool: lambda value: "true" if value else "false",
    datetime: _stated,
    date: _stated,
    time: str,
    timedelta: str,
}


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets."""
    return list(_open(path).sheet_names)


def _open(path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise LookAtSource("file_encrypted", file=path.name) from None
    except (CalamineError, OSError, ValueError) as error:
        raise LookAtSource("file_damaged", file=path.name, why=str(error)) from None


def sheet_rows(path: Path, sheet: str | None, container: Container) -> Iterator[Row]:
    """Yield the rows of a sheet that hold something, with their numbers; the first sheet if None.

    A number or a date carries a mark; an Excel error is the text ERROR.
    """
    from python_calamine import CalamineError

    workbook = _open(path)
    name = workbook.sheet_names[0] if sheet is None else sheet
    if name not in workbook.sheet_names:
        raise LookAtSource("file_no_sheet", file=path.name, sheet=name)
    try:
        cells = workbook.get_sheet_by_name(name)
    except (CalamineError, ValueError) as error:
        raise LookAtSource("file_damaged", file=path.name, why=str(error)) from None
    if cells.start is None:
        return
    errors = _error_cells(path, name) if container.parts_with_errors else {}
    left = cells.start[1]
    for number, row in enumerate(cells.iter_rows(), 1):
        texts = [cell if type(cell) is str else CELL[type(cell)](cell) for cell in row]
        for column in errors.get(number, ()):
            texts[column - left - 1] = ERROR
        if any(texts):
            yield number, texts


def _error_cells(path: Path, sheet: str) -> dict[int, list[int]]:
    """Return the columns of a sheet's cells with an error, by row: the reader sees blanks there."""
    found: dict[int, list[int]] = {}
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        text = archive.read(part) if part else b""
    for cell in re.finditer(rb"<c [^>]{0,200}>", text):
        place = re.search(rb'\br="([A-Z]{1,3})([0-9]{1,7})"', cell[0])
        if place and b't="e"' in cell[0]:
            found.setdefault(int(place[2]), []).append(column_number(place[1]))
    return found


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for link in re.findall(r"<Relationship [^>]*>", links):
        targets[_attribute(link, "Id")] = _attribute(link, "Target")
    for tag in re.findall(r"<(?:\w+:)?sheet [^>]*>", book):
        if _attribute(tag, "name") == sheet:
            target = targets.get(_attribute(tag, r"\w+:id"), "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.namelist() else None
    return None


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(match[1]) if match else ""
