"""Spreadsheet files: rows of cells, and the texts that stand for typed cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheets_sync.errors import LookAtSource
from sheets_sync.sources.container import Container, column_number
from sheets_sync.sources.vocabulary import MARK

if TYPE_CHECKING:
    import pyarrow as pa

ERROR = MARK + "#"  # stands for a cell with an Excel error
Cell = str | int | float | bool | datetime | date | time | timedelta
Row = tuple[int, list[Cell]]


def digits(value: float) -> str:
    """Return a number in digits, without an exponent.

    >>> digits(2.0), digits(1e-7)
    ('2', '0.0000001')
    """
    text = repr(value)
    return f"{Decimal(text):f}" if "e" in text else text.removesuffix(".0")


STATED: dict[type, Callable[..., str]] = {
    int: str,
    float: digits,
    datetime: str,
    date: str,
}
"""What a spreadsheet has stored as a number or a date: its text will carry a mark."""

PLAIN: dict[type, Callable[..., str]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    time: str,
    timedelta: str,
}


def texts(cells: Iterable[Cell]) -> list[str]:
    r"""Return the texts of cells; a number or a date carries a mark.

    >>> texts(["1 000", 1000.0, date(2026, 11, 2)])
    ['1 000', '\x1f1000', '\x1f2026-11-02']
    """
    return [
        PLAIN[type(cell)](cell) if type(cell) in PLAIN else MARK + STATED[type(cell)](cell)
        for cell in cells
    ]


def column_texts(cells: Sequence[Cell]) -> pa.Array[Any]:
    """Return the texts of one column's cells, as `texts` does, numbers and times all at once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = set(map(type, cells))
    if not kinds & AT_ONCE.keys():
        return pa.array(cells if kinds == {str} else texts(cells), pa.string())
    written = [
        AT_ONCE[kind]([cell if type(cell) is kind else None for cell in cells])
        for kind in kinds & AT_ONCE.keys()
    ]
    stated = pc.coalesce(*written)
    marked: pa.Array[Any] = pc.binary_join_element_wise(MARK, stated, "")  # type: ignore[call-overload]
    if kinds <= AT_ONCE.keys():
        return marked
    others = iter(texts(cell for cell in cells if type(cell) not in AT_ONCE))
    rest = [None if type(cell) in AT_ONCE else next(others) for cell in cells]
    whole: pa.Array[Any] = pc.coalesce(marked, pa.array(rest, pa.string()))
    return whole


def _numbers(values: list[float | None]) -> pa.Array[Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    written = pa.array(values, pa.float64()).cast(pa.string())
    if pc.any(pc.match_substring(written, "e")).as_py():  # 1e+20
        written = pa.array([None if value is None else digits(value) for value in values])
    return written


def _times(values: list[datetime | None]) -> pa.Array[Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    written = pa.array(values, pa.timestamp("us")).cast(pa.string())
    return pc.replace_substring(written, ".000000", "")


AT_ONCE: dict[type, Callable[..., pa.Array[Any]]] = {float: _numbers, datetime: _times}


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

    An Excel error is the text ERROR.
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
        for column in errors.get(number, ()):
            row[column - left - 1] = ERROR
        for cell in row:
            if type(cell) is not str or cell.strip():
                yield number, row
                break


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
