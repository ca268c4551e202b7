"""Reading 100,000 rows × 20 columns of a workbook into memory, against openpyxl.

`python benchmarks/reading.py [ROWS]` prints cpu seconds of both and their ratio, from one run: the
best of three turns of each.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import xlsxwriter
from _goal import at_least

from sheets_sync.sources.container import examine
from sheets_sync.sources.grid import sheet_rows
from sheets_sync.sources.raw import blocks

COLUMNS = 20


def write(path: Path, rows: int) -> None:
    chance = random.Random(1)  # noqa: S311
    start = datetime(2026, 1, 1)  # noqa: DTZ001
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    date = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    sheet.write_row(0, 0, [f"column {number}" for number in range(COLUMNS)])
    for row in range(1, rows + 1):
        sheet.write_string(row, 0, str(4_876_876_000_000_000_000 + row))
        for column in range(1, 8):
            sheet.write_string(row, column, f"text {chance.randrange(5_000)}")
        for column in range(8, 16):
            sheet.write_number(row, column, chance.randrange(10_000_000) / 100)
        for column in range(16, COLUMNS):
            sheet.write_datetime(row, column, start + timedelta(minutes=row * column), date)
    book.close()


def by_openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    count = sum(len(row) for row in book.active.iter_rows(values_only=True))
    book.close()
    return count


def by_us(path: Path) -> int:
    rows = sheet_rows(path, None, examine(path))
    kept = {f"c{place}": place for place in range(COLUMNS)}
    return sum(len(lines) * len(columns) for lines, columns in blocks(rows, kept))


def timed(read: Callable[[Path], int], path: Path) -> tuple[float, int]:
    start = time.process_time()
    count = read(path)
    return time.process_time() - start, count


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        write(path, rows)
        turns = [(timed(by_us, path), timed(by_openpyxl, path)) for _ in range(3)]
    (ours, cells), (theirs, same) = map(min, zip(*turns, strict=True))
    if not cells == same == (rows + 1) * COLUMNS:
        sys.exit(f"read {cells} and {same} cells")
    ratio = theirs / ours
    print(f"reading {rows:,} rows × {COLUMNS}: {ours:.2f} s cpu, openpyxl {theirs:.2f} s")
    at_least("reading against openpyxl", ratio, 5)


if __name__ == "__main__":
    main()
