"""A file as a DuckDB table `raw` of texts: nothing is typed, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource
from sheets_sync.sources.container import Container, Kind, examine
from sheets_sync.sources.desk import first_row
from sheets_sync.sources.grid import sheet_rows
from sheets_sync.sources.plaintext import (
    MAX_COLUMNS,
    as_utf8,
    check_encoding,
    records,
)

if TYPE_CHECKING:
    import duckdb

BATCH = 20_000
BLANKS = (b"\n\n", b"\n\r\n", b"\r\r")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table lies in a file."""

    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class Raw:
    """What lies in the table `raw`: `line`, and a column `c0`, `c1` ... for each header."""

    headers: tuple[str, ...]
    rows: int  # that hold something, those in `ragged` too
    ragged: tuple[tuple[int, int], ...] = ()  # line and number of cells of rows that are too long


def name_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Name every column: equal headers are told apart, empty ones are numbered.

    >>> name_headers(["Phone", " Phone ", ""])
    ('Phone', 'Phone#2', '#3')
    """
    seen: Counter[str] = Counter()
    names = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.strip("\ufeff\x1f").split()) or f"#{number}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(names)


def load_raw(connection: duckdb.DuckDBPyConnection, path: Path, layout: Layout) -> Raw:
    """Fill the table `raw` from a file."""
    container = examine(path)
    if container.kind is Kind.SHEET:
        return _load_sheet(connection, path, layout, container)
    check_encoding(path, layout.encoding)
    with as_utf8(path, layout.encoding) as text:
        try:
            return _load_text(connection, text, layout)
        except LookAtSource as error:
            raise LookAtSource(error.id, **{**error.parts, "file": path.name}) from None


def _load_sheet(
    connection: duckdb.DuckDBPyConnection, path: Path, layout: Layout, container: Container
) -> Raw:
    rows = sheet_rows(path, layout.sheet, container)
    headers = _take_header(rows, layout.header_row, path.name)
    width = len(headers)
    # A cell beside the table is a remark; in a text file a cell too many shifts its row.
    return _load_rows(connection, headers, ((line, cells[:width]) for line, cells in rows))


def _load_text(connection: duckdb.DuckDBPyConnection, path: Path, layout: Layout) -> Raw:
    import duckdb

    rows = records(path, layout.delimiter)
    headers = _take_header(rows, layout.header_row, path.name)
    if _is_regular(path, layout.header_row):
        try:
            return _scan(connection, path, headers, layout)
        except duckdb.Error:  # not as strict CSV: the patient reader can tell what is wrong
            pass
    return _load_rows(connection, headers, rows)


def _take_header(rows: Iterator[tuple[int, list[str]]], at: int, name: str) -> tuple[str, ...]:
    for line, cells in rows:
        if line >= at:
            headers = name_headers(cells)
            if line > at or len(headers) > MAX_COLUMNS:
                break
            return headers
    else:
        raise LookAtSource("file_no_header", file=name, line=at)
    if line > at:
        raise LookAtSource("file_no_header", file=name, line=at)
    raise LookAtSource("file_too_many_columns", file=name, count=len(headers), most=MAX_COLUMNS)


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _is_regular(path: Path, header_row: int) -> bool:
    """Tell whether lines are records: the fast reader counts the one, people the other."""
    with path.open("rb") as file:
        head = b"".join(islice(file, header_row))
        if head.count(b'"') % 2:
            return False
        file.seek(0)
        tail = b""
        while chunk := file.read(1 << 22):
            text = (tail + chunk).rstrip(b"\r\n") if len(chunk) < 1 << 22 else tail + chunk
            if any(blank in text for blank in BLANKS):
                return False
            tail = chunk[-2:]
    return True


def _scan(
    connection: duckdb.DuckDBPyConnection, path: Path, headers: Sequence[str], layout: Layout
) -> Raw:
    width = len(headers)
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(width))
    names = ", ".join(f"c{index}" for index in range(width))
    blank = f"coalesce({names}) is null"
    connection.execute("drop table if exists raw")
    connection.execute(
        "create table raw as select * from (select "
        f"row_number() over () + {layout.header_row} as line, {names} "
        "from read_csv($path, auto_detect = false, header = false, skip = $skip, delim = $delim, "
        f"quote = '\"', escape = '\"', nullstr = '', columns = {{{columns}}}, strict_mode = true, "
        f"max_line_size = 16000000)) where not ({blank})",
        {"path": str(path), "skip": layout.header_row, "delim": layout.delimiter},
    )
    (count,) = first_row(connection, "select count(*) from raw")
    return Raw(tuple(headers), count)


def _load_rows(
    connection: duckdb.DuckDBPyConnection,
    headers: tuple[str, ...],
    rows: Iterable[tuple[int, list[str]]],
) -> Raw:
    import pyarrow as pa

    width = len(headers)
    names = [f"c{index}" for index in range(width)]
    connection.execute("drop table if exists raw")
    typed = ", ".join(f"{name} varchar" for name in names)
    connection.execute(f"create table raw (line bigint, {typed})")
    ragged: list[tuple[int, int]] = []
    count = 0
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        lines, kept = [], []
        for line, cells in batch:
            if not any(cells) or not any(cell.strip() for cell in cells):
                continue
            count += 1
            if len(cells) > width and len(_without_tail(cells)) > width:
                ragged.append((line, len(cells)))
                continue
            lines.append(line)
            kept.append(cells if len(cells) == width else (cells + [""] * width)[:width])
        texts = [pa.array(column, pa.string()) for column in zip(*kept, strict=True)]
        arrow = pa.table(
            [pa.array(lines, pa.int64()), *(texts or [pa.array([], pa.string())] * width)],
            names=["line", *names],
        )
        connection.register("batch", arrow)
        connection.execute(f"insert into raw select * from batch")
        connection.unregister("batch")
    return Raw(headers, count, tuple(ragged))
