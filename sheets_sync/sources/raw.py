"""A file as a DuckDB view `raw` of texts: nothing is typed, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheets_sync.errors import LookAtSource
from sheets_sync.sources.container import Container, Kind, examine
from sheets_sync.sources.desk import first_row
from sheets_sync.sources.grid import Row, column_texts, sheet_rows, texts
from sheets_sync.sources.plaintext import (
    MAX_COLUMNS,
    as_utf8,
    check_encoding,
    records,
)

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BATCH = 20_000
CHUNK = 1 << 22
BLOCK = 4_000  # rows of a sheet that are turned into columns at once, while they are near
Block = tuple[Sequence[int], Mapping[str, "Sequence[str] | pa.Array[Any]"]]
Digest = Callable[[Sequence[str]], str]
"""Returns SQL of the digest of a row that has these headers."""
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
    """What lies in `raw`: `line`, and a column `c0`, `c1` ... for each header."""

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


def load_raw(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    wanted: Collection[str] | None = None,
    digest: Digest | None = None,
) -> Raw:
    """Make the view `raw` from a file: with the first column and the wanted ones, or with all.

    Rows whose digest is in the view `known` stay out; their digests lie in the view `stood`.
    """
    container = examine(path)
    if container.kind is Kind.SHEET:
        raw = _load_sheet(connection, path, layout, container, wanted)
        return _without_known(connection, raw, digest)
    check_encoding(path, layout.encoding)
    with as_utf8(path, layout.encoding) as text:
        try:
            return _load_text(connection, text, layout, wanted, digest)
        except LookAtSource as error:
            raise LookAtSource(error.id, **{**error.parts, "file": path.name}) from None


def _without_known(connection: duckdb.DuckDBPyConnection, raw: Raw, digest: Digest | None) -> Raw:
    if digest:
        told, is_known = digest(raw.headers), "digest in (select digest from known)"
        digested = f"(select *, {told} as digest from lines)"
        _view(connection, "raw", f"* exclude (digest) from {digested} where not {is_known}")
        _view(connection, "stood", f"digest from {digested} where {is_known}")
    return raw


def _view(connection: duckdb.DuckDBPyConnection, name: str, selected: str) -> None:
    connection.execute(f"create or replace temp view {name} as select {selected}")


def _load_sheet(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    container: Container,
    wanted: Collection[str] | None,
) -> Raw:
    rows = sheet_rows(path, layout.sheet, container)
    named = ((line, texts(cells)) for line, cells in rows)
    headers = _take_header(named, layout.header_row, path.name)
    kept = _kept(headers, wanted)
    _create(connection, kept)
    count = 0
    for lines, columns in blocks(rows, kept):
        _insert(connection, lines, columns)
        count += len(lines)
    return Raw(headers, count)


def blocks(rows: Iterator[Row], kept: Mapping[str, int]) -> Iterator[Block]:
    """Yield the lines of some rows and the texts of their kept columns, until all rows are read."""
    while some := list(islice(rows, BLOCK)):
        lines, cells = zip(*some, strict=True)
        columns = list(zip(*cells, strict=True))
        yield lines, {name: column_texts(columns[place]) for name, place in kept.items()}


def _kept(headers: Sequence[str], wanted: Collection[str] | None) -> dict[str, int]:
    """Return the columns of `raw` that are wanted, and the first one: name → place."""
    return {
        f"c{place}": place
        for place, header in enumerate(headers)
        if place == 0 or wanted is None or header in wanted
    }


def _load_text(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    wanted: Collection[str] | None,
    digest: Digest | None,
) -> Raw:
    import duckdb

    rows = records(path, layout.delimiter)
    headers = _take_header(rows, layout.header_row, path.name)
    if not _is_cut(path, layout.header_row):
        told = digest(headers) if digest else ""
        with suppress(duckdb.Error):  # not strict CSV: the patient reader can tell what is wrong
            raw = _scan(connection, path, layout, (headers, wanted), told)
            if raw:
                return raw
    return _without_known(connection, load_rows(connection, headers, rows), digest)


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


def _is_cut(path: Path, header_row: int) -> bool:
    """Tell whether a record would be cut where the fast reader begins, after whole lines."""
    with path.open("rb") as file:
        head = b"".join(islice(file, header_row))
    return head.count(b'"') % 2 == 1 or b"\n" not in head


def _has_blank_lines(path: Path, records: int) -> bool:
    """Tell whether a file has lines that the fast reader leaves out, and people count.

    One with as many lines as records has none.
    """
    lines, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            lines += chunk.count(b"\n")
            tail = chunk[-1:]
        if lines + (tail not in {b"", b"\n"}) == records:
            return False
        file.seek(0)
        tail = b""
        while chunk := file.read(CHUNK):
            text = (tail + chunk).rstrip(b"\r\n") if len(chunk) < CHUNK else tail + chunk
            if any(blank in text for blank in BLANKS):
                return True
            tail = chunk[-2:]
    return False


def _scan(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    named: tuple[Sequence[str], Collection[str] | None],
    digest: str,
) -> Raw | None:
    """Make `raw` by DuckDB's own reader, which is fast and strict; no text of a known row is kept.

    A row stands in the table `lines` where it stands in the file; nothing is made where it does not
    since lines are blank.
    """
    headers, wanted = named
    columns, kept = _named(headers), _kept(headers, wanted)
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    is_known = f"coalesce({digest} in (select digest from known), false)" if digest else "false"
    texts = (f"case when not is_known then {name} end as {name}" for name in kept)
    connection.execute(
        f"create or replace temp table lines as select is_blank, is_known, digest,"
        f" {', '.join(texts if digest else kept)} from (select *, {is_known} as is_known,"
        f" {digest or 'null'} as digest, coalesce({', '.join(columns)}) is null as is_blank "
        "from read_csv($path, auto_detect = false, header = false, skip = $skip, delim = $delim, "
        f"quote = '\"', escape = '\"', nullstr = '', columns = {{{types}}}, strict_mode = true, "
        "max_line_size = 16000000))",
        {"path": str(path), "skip": layout.header_row, "delim": layout.delimiter},
    )
    counted = "select count(*), count(*) filter (where is_blank) from lines"
    count, blank = first_row(connection, counted)
    if _has_blank_lines(path, layout.header_row + count):
        return None
    line = f"rowid + {layout.header_row + 1} as line"
    is_new = "not is_blank and not is_known"
    _view(connection, "raw", f"{line}, {', '.join(kept)} from lines where {is_new}")
    _view(connection, "stood", "digest from lines where is_known")
    return Raw(tuple(headers), count - blank)


def _named(headers: Sequence[str]) -> list[str]:
    return [f"c{index}" for index in range(len(headers))]


def load_rows(
    connection: duckdb.DuckDBPyConnection,
    headers: tuple[str, ...],
    rows: Iterable[tuple[int, list[str]]],
) -> Raw:
    """Make `raw` of rows of texts with their numbers, whatever they look like."""
    width = len(headers)
    names = _named(headers)
    _create(connection, names)
    ragged: list[tuple[int, int]] = []
    count = 0
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        full = [(line, cells) for line, cells in batch if any(map(str.strip, cells))]
        fitting = []
        for line, cells in full:
            if len(cells) > width and any(map(str.strip, cells[width:])):
                ragged.append((line, len(cells)))
            else:
                fitting.append((line, cells if len(cells) == width else _fit(cells, width)))
        count += len(full)
        if fitting:
            lines, records = zip(*fitting, strict=True)
            _insert(connection, lines, dict(zip(names, zip(*records, strict=True), strict=True)))
    return Raw(headers, count, tuple(ragged))


def _fit(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _create(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    columns = ", ".join(f"{name} varchar" for name in names)
    connection.execute(f"create or replace temp table lines (line bigint, {columns})")
    _view(connection, "raw", "* from lines")


def _insert(
    connection: duckdb.DuckDBPyConnection,
    lines: Sequence[int],
    columns: Mapping[str, Sequence[str] | pa.Array[Any]],
) -> None:
    import pyarrow as pa

    arrays = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    connection.register("batch", pa.table({"line": pa.array(lines, pa.int64()), **arrays}))
    connection.execute("insert into lines select * from batch")
    connection.unregister("batch")
