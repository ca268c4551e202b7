"""The first write of a workbook, beside what one would otherwise write it with.

    python benchmarks/first_write.py [ROWS]

The same 20 columns (text, whole numbers, money, shares, dates) are written by our target, by bare
XlsxWriter and by openpyxl's write-only mode. Figures are processor seconds; ratios are to ours.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from _goal import at_most

from sheets_sync.targets.xlsx_new import write_new
from sheets_sync.workbook import TableSheet
from templates.tab import Group, Kind, Origin, Row, Table, machine
from templates.words import Words, load

KINDS = (Kind.TEXT, Kind.INTEGER, Kind.MONEY, Kind.SHARE, Kind.DATE)
TABLE = Table(
    "deals",
    Group.WORK,
    "c0",
    Origin.FED,
    tuple(machine(f"c{at}", KINDS[at % len(KINDS)]) for at in range(20)),
)


def rows(count: int) -> list[Row]:
    start = date(2020, 1, 1)
    return [
        {
            f"c{at}": (
                f"Сделка {number}-{at}",
                number * at,
                number * 1.25 + at,
                (number % 97) / 97,
                start + timedelta(days=number % 2_000),
            )[at % len(KINDS)]
            for at in range(20)
        }
        for number in range(count)
    ]


def ours(path: Path, made: Sequence[Row]) -> None:
    words = load("en")
    texts = {"tab.deals": "Deals", **{f"column.{c.id}": c.id for c in TABLE.columns}}
    named: Words = replace(words, texts={**words.texts, **texts})
    write_new(path, [TableSheet(TABLE, made)], named, "USD")


def xlsxwriter(path: Path, made: Sequence[Row]) -> None:
    import xlsxwriter as library

    with library.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Deals")
        plain = book.add_format()
        shares, days = (book.add_format({"num_format": form}) for form in ("0.0%", "yyyy-mm-dd"))
        formats = [plain, plain, plain, shares, days]
        for at, row in enumerate(made, 4):
            for column, value in enumerate(row.values()):
                sheet.write(at, column, value, formats[column % len(formats)])


def openpyxl(path: Path, made: Sequence[Row]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Deals")
    for row in made:
        sheet.append(list(row.values()))
    book.save(path)


def seconds(write: Callable[[Path, Sequence[Row]], None], path: Path, made: Sequence[Row]) -> float:
    start = process_time()
    write(path, made)
    return process_time() - start


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    made = rows(count)
    with tempfile.TemporaryDirectory() as folder:
        for write in (ours, xlsxwriter, openpyxl):  # imports are not part of the figures
            write(Path(folder) / "warm.xlsx", made[:100])
        taken = {
            write.__name__: seconds(write, Path(folder) / f"{write.__name__}.xlsx", made)
            for write in (ours, xlsxwriter, openpyxl)
        }
    print(f"first write of {count:,} rows x {len(TABLE.columns)} columns")
    for name, spent in taken.items():
        print(f"  {name:<12}{spent:6.1f} s  {spent / taken['ours']:5.2f} x ours")
    at_most(
        "first write against bare XlsxWriter", taken["ours"] / taken["xlsxwriter"], 1.2, "times"
    )


if __name__ == "__main__":
    main()
