"""Re-sync of a table of 100,000 rows in which one row of a hundred changed, against openpyxl."""

from __future__ import annotations

import argparse
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from _goal import at_least

from sheets_sync.targets.xlsx import XlsxFile
from sheets_sync.workbook import TableSheet
from templates.tab import Group, Kind, Origin, Table, human, machine
from templates.words import load

LEADS = Table(
    name="leads",
    group=Group.WORK,
    key="lead_id",
    origin=Origin.FED,
    columns=(
        machine("lead_id"),
        machine("created_at", Kind.DATE),
        machine("channel"),
        machine("campaign"),
        machine("owner"),
        machine("stage"),
        machine("deal_sum", Kind.MONEY),
        machine("link", Kind.LINK),
        human("our_comment"),
    ),
)


def leads(count: int, changed: int = 0) -> list[dict]:
    """Return the rows of a table, the first of them changed."""
    return [
        {
            "lead_id": f"lead-{number}",
            "created_at": date(2025, 1, 1) + timedelta(days=number % 700),
            "channel": f"channel {number % 9}",
            "campaign": f"campaign {number % 300}",
            "owner": f"person {number % 20}",
            "stage": "won" if number < changed else f"stage {number % 6}",
            "deal_sum": float(number * 7 % 90_000),
            "link": f"https://crm.example/lead/{number}",
        }
        for number in range(count)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    words = load("en")
    with TemporaryDirectory() as folder:
        path = Path(folder, "leads.xlsx")
        target = XlsxFile(path, words, "USD", {}, Path(folder, "versions"))
        first = TableSheet(LEADS, leads(rows))
        target.exchange([LEADS], lambda _inputs, _hidden: [first])
        second = TableSheet(LEADS, leads(rows, rows // 100))

        start = time.perf_counter()
        done = target.exchange([LEADS], lambda _inputs, _hidden: [second])
        patched = time.perf_counter() - start

        start = time.perf_counter()
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        for row in range(5, 5 + rows // 100):
            sheet.cell(row, 6).value = "lost"
        book.save(path)
        rewritten = time.perf_counter() - start
    print(f"{rows} rows, {done.cells_changed['leads']} cells changed")
    print(f"re-sync {patched:.2f} s, openpyxl load and save {rewritten:.2f} s")
    at_least("re-sync against openpyxl", rewritten / patched, 5)


if __name__ == "__main__":
    main()
