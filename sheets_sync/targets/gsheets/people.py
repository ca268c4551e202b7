"""What people typed into the tables of a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sheets_sync.targets.xlsx_patch.memory import mark
from sheets_sync.targets.xlsx_patch.view import Reader
from templates.tab import Column, Origin, Table, Value, Writer

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.view import TableView
    from templates.words import Words

_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NUM!|NAME\?|ERROR!|NULL!)")

Keyed = Mapping[str, Mapping[str, Value]]


def typed(view: TableView, words: Words) -> dict[str, dict[str, Value]]:
    """Return what people typed, by key; of a key that stands twice, the upper row.

    In a table whose rows people begin, a row without a key is read too: its name comes from what
    it holds, for a key written beside it might land beside another.
    """
    reader, table = Reader(None, words=words), view.table
    found: dict[int, dict[str, Value]] = {}
    for column in table.columns:
        if column.writer is not Writer.HUMAN:
            continue
        choices = reader.choices(column)
        for row, cell in enumerate(view.values.get(column.id, ())):
            if row <= view.header or cell in ("", None):
                continue
            value = _read(reader, cell, column, choices)
            if value is not None:
                found.setdefault(row, {})[column.id] = value
    keyed: dict[str, dict[str, Value]] = {}
    for row, values in sorted(found.items()):
        key = view.keys[row] if row < len(view.keys) else ""
        if not key and table.origin is Origin.MINTED:
            key = f"{table.prefix}~{mark(repr(sorted(values.items())))[:6]}"
        if key:
            keyed.setdefault(key, values)
    return keyed


def _read(reader: Reader, cell: object, column: Column, choices: Mapping[str, str]) -> Value:
    if isinstance(cell, str) and _ERROR.fullmatch(cell):
        return None
    value = float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
    return reader.typed(value, b"", column, choices)  # type: ignore[arg-type]


def with_deleted(view: TableView, now: Keyed, before: Keyed) -> dict[str, dict[str, Value]]:
    """Add what people typed into rows and columns that are gone from the tab."""
    merged = {key: dict(values) for key, values in now.items()}
    lost = {column.id for column in view.table.columns if column.id not in view.at}
    there = set(view.keys)
    is_minted = view.table.origin is Origin.MINTED
    for key, values in before.items():
        if key in there:
            back = {id_: value for id_, value in values.items() if id_ in lost}
        else:
            back = {} if is_minted else dict(values)
        if back:
            merged[key] = {**back, **merged.get(key, {})}
    return merged


def keyless(view: TableView) -> list[int]:
    """Return the rows that hold something of people's and have no key."""
    human = [c.id for c in view.table.columns if c.writer is Writer.HUMAN]
    cells = (view.values.get(id_, ()) for id_ in human)
    rows = {row for column in cells for row, cell in enumerate(column) if cell not in ("", None)}
    return sorted(
        row for row in rows if row > view.header and (row >= len(view.keys) or not view.keys[row])
    )


def minted(table: Table, keys: set[str], highest: int) -> int:
    """Return the highest number that was ever given to a row of a table."""
    pattern = re.compile(rf"{re.escape(table.prefix)}-(\d+)$")
    return max([highest, *(int(match[1]) for key in keys if (match := pattern.match(key)))])
