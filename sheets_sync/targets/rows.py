"""The rows of a table with all their cells: machine, human and formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templates.tab import Writer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sheets_sync.workbook import TableSheet
    from templates.tab import Row, Table, Value


def completed(table: Table, row: Row, typed: Row | None = None) -> dict[str, Value]:
    """Return the row with what people typed and the values of its formulas, left to right."""
    whole = dict(row)
    for column in table.columns:
        if typed and column.id in typed and column.writer is Writer.HUMAN:
            whole[column.id] = typed[column.id]
        elif column.id not in whole:
            whole[column.id] = None
    for column in table.columns:
        if column.live:
            whole[column.id] = column.live.value(whole)
    return whole


def first_rows(sheet: TableSheet) -> list[Mapping[str, Value]]:
    """Return all rows of a tab that is made anew: fed, remembered and blank ones.

    Rows that people minted come back with the key they were given.
    """
    return list(_first_rows(sheet))


def _first_rows(sheet: TableSheet) -> Iterator[dict[str, Value]]:
    table = sheet.table
    seen = set()
    for row in sheet.rows:
        key = str(row[table.key])
        seen.add(key)
        yield completed(table, row, sheet.remembered.get(key))
    for key, typed in sheet.remembered.items():
        if key not in seen and table.mints(key):
            yield completed(table, {table.key: key}, typed)
    for _ in range(table.blank_rows):
        yield completed(table, {})
