"""Rows whose key column people deleted, known again by all else that they hold."""

from __future__ import annotations

from collections.abc import Mapping

from sheets_sync.targets.cells import stored
from sheets_sync.targets.xlsx_patch.sheet import Content, Formula
from sheets_sync.targets.xlsx_patch.view import Line, TableView
from sheets_sync.workbook import TableSheet
from templates.tab import Row, Value, Writer

_ENOUGH = 0.5


def recover_keys(view: TableView, sheet: TableSheet) -> None:
    """Give rows their keys back where it is clear whose they are."""
    rows = {str(row[view.table.key]): row for row in sheet.rows}
    keys = [*rows, *(key for key in sheet.remembered if key not in rows)]
    wanted = {
        key: _signature(view, rows.get(key, {}), sheet.remembered.get(key, {})) for key in keys
    }
    free = set(wanted)
    lines = [line for line in view.lines if line.typed or any(map(_value, line.contents))]
    exact: dict[object, list[str]] = {}
    for key, signature in wanted.items():
        exact.setdefault(tuple(signature), []).append(key)
    for line in list(lines):
        found = [key for key in exact.get(tuple(_present(view, line)), []) if key in free]
        if len(found) == 1:
            _give(view, line, found[0])
            free.remove(found[0])
            lines.remove(line)
    for line in lines:
        _nearest(view, line, wanted, free)
    view.notices = [n for n in view.notices if n.id != "key_column_lost"]


def _nearest(
    view: TableView, line: Line, wanted: Mapping[str, list[object]], free: set[str]
) -> None:
    """Take the row that agrees in most cells, if it is one and agrees in half of them."""
    present = _present(view, line)
    filled = sum(value is not None for value in present)
    scores = sorted(((_agreement(present, wanted[key]), key) for key in free), reverse=True)
    is_clear = len(scores) == 1 or (len(scores) > 1 and scores[0][0] > scores[1][0])
    if is_clear and scores[0][0] >= max(1, filled * _ENOUGH):
        _give(view, line, scores[0][1])
        free.remove(scores[0][1])


def _agreement(present: list[object], wanted: list[object]) -> int:
    pairs = zip(present, wanted, strict=True)
    return sum(one is not None and one == other for one, other in pairs)


def _give(view: TableView, line: Line, key: str) -> None:
    line.key = key
    view.by_key[key] = line


def _columns(view: TableView) -> list[tuple[int, str, bool]]:
    return [
        (at, column.id, column.writer is Writer.HUMAN)
        for at, column in enumerate(view.table.columns)
        if column.id in view.columns and column.writer is not Writer.FORMULA
    ]


def _signature(view: TableView, row: Row, typed: Mapping[str, Value]) -> list[object]:
    return [
        _plain(typed.get(id_) if is_human else row.get(id_)) for _, id_, is_human in _columns(view)
    ]


def _present(view: TableView, line: Line) -> list[object]:
    return [
        _plain(line.typed.get(id_)) if is_human else _value(line.contents[at])
        for at, id_, is_human in _columns(view)
    ]


def _plain(value: Value) -> object:
    """Return a value so that equal ones compare equal, as cells hold them."""
    plain = stored(value)
    return float(plain) if isinstance(plain, int) and not isinstance(plain, bool) else plain or None


def _value(content: Content) -> object:
    value = content.value if isinstance(content, Formula) else content
    return value or None
