"""Fresh rows: made together with their keys, in one batch that has its effect once or not at all.

Keys are never written into rows that are believed empty: somebody may insert a row meanwhile, and
then a deal's notes would belong to another. A row that is born in a batch has no notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.gsheets.cells import extended, shown
from sheets_sync.targets.gsheets.ids import APPEND, COLUMN, column_anchor
from sheets_sync.targets.gsheets.ids import number as id_of
from sheets_sync.targets.gsheets.make import anchor, cells, line, unmoved
from sheets_sync.targets.gsheets.view import lookup
from templates.tab import Writer

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.view import TableView
    from templates.tab import Row, Table
    from templates.words import Words

Json = dict[str, Any]

MOST = 5_000
"""Rows of a batch."""

KEPT = 20
"""Guards that are kept: Google has room for a few thousand of them."""


def guard(counter: int) -> Json:
    """Return the request that lets a batch arrive once only: its id can be given once."""
    return anchor(id_of(APPEND, counter), APPEND, str(counter), {"spreadsheet": True})


def forgotten(guards: Mapping[int, int], number: int) -> list[Json]:
    """Return the requests that take away guards of batches too old to arrive again."""
    old = (id_ for id_, made in guards.items() if made <= number - KEPT)
    return [{"deleteDeveloperMetadata": {"dataFilter": lookup(id_)}} for id_ in old]


def column_guard(table: str, column: str, sheet: int, at: int) -> Json:
    """Return the request that lets a batch fail when people have moved a column."""
    return unmoved(column_anchor(table, column), COLUMN, line(sheet, "COLUMNS", at))


def fresh_rows(view: TableView, sheet: int, rows: Sequence[Row], words: Words) -> list[Json]:
    """Return the requests that make rows with their keys and what is remembered of people."""
    table, at, count = view.table, view.end(), len(rows)
    columns = _filled(table, rows, words, view.at)
    made = [column_guard(table.name, id_, sheet, view.at[id_]) for id_ in columns]
    if at >= view.row_count:
        at = view.row_count
        made.append({"appendDimension": {"sheetId": sheet, "dimension": "ROWS", "length": count}})
    else:
        span = {"sheetId": sheet, "dimension": "ROWS", "startIndex": at, "endIndex": at + count}
        is_first = at <= view.header + 1
        made.append({"insertDimension": {"range": span, "inheritFromBefore": not is_first}})
    for id_, values in columns.items():
        lines = [{"values": [cell]} for cell in values]
        made.append(cells(sheet, at, view.at[id_], lines, "userEnteredValue"))
    return made


def _filled(
    table: Table, rows: Sequence[Row], words: Words, at: Mapping[str, int]
) -> dict[str, list[Json]]:
    """Return the cells of the key column, and of human columns that hold something."""
    found: dict[str, list[Json]] = {}
    for column in table.columns:
        is_key = column.id == table.key
        if column.id not in at or not (is_key or column.writer is Writer.HUMAN):
            continue
        values = [shown(column, row.get(column.id), words) for row in rows]
        made = [extended(str(v) if is_key and v is not None else v) for v in values]
        if any(made):
            found[column.id] = made
    return found
