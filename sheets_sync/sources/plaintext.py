"""Text files: their encoding, their delimiter, their records."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sheets_sync.errors import LookAtSource

CHUNK = 1 << 20
HEAD = 256 << 10
MAX_COLUMNS = 2_000
MAX_RECORD = 16 << 20
DELIMITERS = ",;\t|"
CYRILLIC = re.compile("[а-яА-ЯёЁ]")
HIGH = re.compile("[^\x00-\x7f]")


def detect_encoding(path: Path) -> str:
    """Tell the encoding of a text file from all its bytes.

    UTF-8 and UTF-16 prove themselves; among the rest Cyrillic text is cp1251.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) / 8:
        return "utf-16-le" if odd > even else "utf-16-be"
    if decodes(path, "utf-8"):
        return "utf-8"
    text = head.decode("cp1251", errors="replace")
    letters = HIGH.findall(text)
    share = len(CYRILLIC.findall(text)) / len(letters) if letters else 1
    return "cp1251" if share > 0.7 else "cp1252"  # noqa: PLR2004


def decodes(path: Path, encoding: str) -> bool:
    """Tell whether all bytes of a file are text in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def check_encoding(path: Path, stated: str) -> None:
    """Refuse a file that is not in the stated encoding, and name the one it is in."""
    try:
        codecs.lookup(stated)
    except LookupError:
        raise LookAtSource("file_encoding_unknown", file=path.name, encoding=stated) from None
    if stated in {"utf-8", "utf-8-sig"} and decodes(path, "utf-8"):
        return
    found = detect_encoding(path)
    is_other_unicode = found.startswith("utf") and not stated.startswith(found[:6])
    if (is_other_unicode and not _is_ascii(path)) or not decodes(path, stated):
        raise LookAtSource("file_encoding", file=path.name, stated=stated, found=found)


def _is_ascii(path: Path) -> bool:
    return decodes(path, "ascii")


@contextmanager
def as_utf8(path: Path, encoding: str) -> Iterator[Path]:
    """Lend a file as UTF-8 without a mark, copied where it is not."""
    if encoding == "utf-8":
        yield path
        return
    with TemporaryDirectory(prefix="smarketing-") as folder:
        copy = Path(folder) / "copy.csv"
        with (
            path.open(encoding=encoding, newline="") as source,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            while chunk := source.read(CHUNK):
                target.write(chunk.removeprefix("\ufeff"))
        yield copy


def detect_delimiter(head: str) -> str:
    r"""Tell the delimiter: the one that cuts most records into the same number of cells.

    >>> detect_delimiter("a;b,c;d\n1;2,5;3\n")
    ';'
    """

    def agreement(delimiter: str) -> tuple[float, int]:
        lengths = [len(row) for row in csv.reader(head.splitlines(), delimiter=delimiter) if row]
        counts = Counter(length for length in lengths if length > 1)
        if not counts:
            return (0, 0)
        length, count = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
        return (round(count / len(lengths), 1), length)

    return max(DELIMITERS, key=agreement)


def read_head(path: Path, encoding: str) -> str:
    """Return the first records of a file, whole ones."""
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        head = file.read(HEAD)
        if len(head) < HEAD:
            return head
        cut = max(head.rfind("\n"), head.rfind("\r"))
        most = max(head.count(delimiter) for delimiter in DELIMITERS)
    if cut < 0 and most > MAX_COLUMNS:
        raise LookAtSource("file_too_many_columns", file=path.name, count=most, most=MAX_COLUMNS)
    return head[: cut + 1] if cut >= 0 else head


def records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a UTF-8 file with their numbers, as a spreadsheet numbers its rows."""
    csv.field_size_limit(MAX_RECORD)
    number = 0
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for number, record in enumerate(reader, 1):
                if len(record) > 1 or (record and record[0].strip()):
                    _check_record(record, number, path.name)
                    yield number, record
        except csv.Error:
            raise LookAtSource("file_quotes", file=path.name, line=number + 1) from None


def head_records(path: Path, delimiter: str, count: int) -> list[tuple[int, list[str]]]:
    """Return the first records of a UTF-8 file."""
    return list(islice(records(path, delimiter), count))


def _check_record(record: Sequence[str], number: int, name: str) -> None:
    if len(record) > MAX_COLUMNS:
        raise LookAtSource("file_too_many_columns", file=name, count=len(record), most=MAX_COLUMNS)
    if max(cell.count("\n") for cell in record) > MAX_LINES_IN_CELL:
        raise LookAtSource("file_quotes", file=name, line=number)


MAX_LINES_IN_CELL = 1_000  # more of them is a quote that nobody has closed
