"""What a file is, told by its bytes, and whether it is safe to open."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sheets_sync.errors import LookAtSource

MAX_FILE = 4 << 30
MAX_UNPACKED = 1_500 << 20
MAX_RATIO = 300  # of one part that is large; a sheet of equal rows packs 100 times
LARGE_PART = 20 << 20
MAX_CELLS = 60_000_000  # calamine keeps the whole rectangle in memory
CHUNK = 1 << 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Kind(StrEnum):
    """The kinds of file that can be read."""

    TEXT = "text"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Container:
    """What a file is, and which of its sheets hold cells with an Excel error."""

    kind: Kind
    parts_with_errors: frozenset[str] = frozenset()


def examine(path: Path) -> Container:
    """Tell what a file is; refuse what is no table or would not fit into memory."""
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(CHUNK)
    except FileNotFoundError:
        raise LookAtSource("file_missing", path=str(path)) from None
    except OSError as error:
        raise LookAtSource("file_unreadable", path=str(path), why=error.strerror) from None
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise LookAtSource("file_empty", file=name)
    if size > MAX_FILE:
        raise LookAtSource("file_too_big", file=name, size=size >> 20, most=MAX_FILE >> 20)
    if head.startswith(b"PK\x03\x04"):
        return Container(Kind.SHEET, _check_workbook(path))
    if head.startswith(OLE):
        if ENCRYPTED in head or ENCRYPTED in path.read_bytes():
            raise LookAtSource("file_encrypted", file=name)
        return Container(Kind.SHEET)
    _refuse_binary(head, name)
    return Container(Kind.TEXT)


def _refuse_binary(head: bytes, name: str) -> None:
    start = head[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta")):
        raise LookAtSource("file_is_html", file=name)
    is_wide = head[:2] in {b"\xff\xfe", b"\xfe\xff"} or _looks_wide(head)
    controls = sum(head.count(bytes([code])) for code in (*range(9), *range(14, 32), 127))
    if not is_wide and controls > len(head) / 200:
        raise LookAtSource("file_not_table", file=name)


def _looks_wide(head: bytes) -> bool:
    pairs = head[:4000]
    nulls = max(pairs[0::2].count(0), pairs[1::2].count(0))
    others = min(pairs[0::2].count(0), pairs[1::2].count(0))
    return nulls > len(pairs) / 8 and others == 0


def _check_workbook(path: Path) -> frozenset[str]:
    """Unpack the parts that would be read, without keeping them, and measure."""
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if not any(part.filename.startswith("xl/workbook.") for part in parts):
                raise LookAtSource("file_not_table", file=name)
            if any(part.flag_bits & 1 for part in parts):
                raise LookAtSource("file_encrypted", file=name)
            large = [part for part in parts if part.file_size > LARGE_PART]
            if sum(part.file_size for part in parts) > MAX_UNPACKED or any(
                part.file_size > MAX_RATIO * part.compress_size for part in large
            ):
                raise LookAtSource("file_zip_bomb", file=name)
            return frozenset(
                part.filename
                for part in parts
                if part.filename.startswith("xl/")
                and part.filename.endswith(".xml")
                and _measure(archive, part, name)
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise LookAtSource("file_damaged", file=name, why=str(error)) from None


def _measure(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> bool:
    """Refuse a part that unpacks to too much; tell whether it holds Excel errors."""
    is_sheet = part.filename.startswith("xl/worksheets/")
    columns, is_long, has_errors = NEAR, False, False
    for text in _texts(archive, part):
        if not is_sheet:
            continue
        has_errors = has_errors or b't="e"' in text
        is_long = is_long or bool(LONG.search(text))
        if FAR.search(text):
            columns = max(columns, *map(column_number, set(FAR.findall(text))))
    last_row = MAX_CELLS // columns
    if (is_long or last_row < MILLION) and _reaches_beyond(last_row, _texts(archive, part)):
        raise LookAtSource("file_too_many_cells", file=name, most=MAX_CELLS)
    return has_errors


def _texts(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part piece by piece; each begins with the end of the piece before it."""
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            text = tail + chunk
            tail = text[-100:]
            yield text


def _reaches_beyond(row: int, texts: Iterable[bytes]) -> bool:
    """Tell whether a cell or a row has a number above `row`: a cell need not lie in its row."""
    number = re.compile(rb"""r=["'][A-Za-z]*([0-9]{%d,20})""" % len(str(row)))
    return any(int(digits) > row for text in texts for digits in number.findall(text))


NEAR = 26  # columns of one letter
MILLION = 1_000_000
FAR = re.compile(rb"""r=["']([A-Za-z]{2,9})[0-9]""")  # a cell of a later column
LONG = re.compile(rb"""r=["'][A-Za-z]?[0-9]{7}""")  # a row beyond the million


def column_number(letters: bytes) -> int:
    """Return the number of a column.

    >>> column_number(b"A"), column_number(b"xfd")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
