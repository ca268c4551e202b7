"""The rows of a table with all their cells: machine, human and formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from templates.tab import Writer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sheets_sync.workbook import TableSheet
    from templates.tab import Row, Table, Value


class Complete(Protocol):
    """Completes rows of one table."""

    def __call__(self, row: Row, typed: Row | None = None, /) -> dict[str, Value]:
        """Return a row with what people typed and the values of its formulas, left to right."""
        ...


def completing(table: Table) -> Complete:
    """Return what completes the rows of a table."""
    empty: dict[str, Value] = {column.id: None for column in table.columns}
    human = {column.id for column in table.columns if column.writer is Writer.HUMAN}
    formulas = [(column.id, column.live.value) for column in table.columns if column.live]

    def complete(row: Row, typed: Row | None = None, /) -> dict[str, Value]:
        whole = {**empty, **row}
        if typed:
            whole.update({id_: value for id_, value in typed.items() if id_ in human})
        for id_, value in formulas:
            whole[id_] = value(whole)
        return whole

    return complete


def completed(table: Table, row: Row, typed: Row | None = None) -> dict[str, Value]:
    """Return a row of a table with what people typed and the values of its formulas."""
    return completing(table)(row, typed)


def first_rows(sheet: TableSheet) -> list[Mapping[str, Value]]:
    """Return all rows of a tab that is made anew: fed, remembered and blank ones.

    Rows that people minted come back with the key they were given.
    """
    complete = completing(sheet.table)
    return [complete(row, typed) for row, typed in begun(sheet)]


def begun(sheet: TableSheet) -> Iterator[tuple[Row, Row]]:
    """Yield the rows of a tab that is made anew as they are fed, each with what people typed."""
    table = sheet.table
    seen = set()
    for row in sheet.rows:
        key = str(row[table.key])
        seen.add(key)
        yield row, sheet.remembered.get(key, {})
    for key, typed in sheet.remembered.items():
        if key not in seen and table.mints(key):
            yield {table.key: key}, typed
    for _ in range(table.blank_rows):
        yield {}, {}
