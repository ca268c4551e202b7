"""How high rows must be for texts that wrap; programs do not ask when they open a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sheets_sync.targets.lettering import lines
from sheets_sync.targets.xlsx_styles import NUMERIC
from templates.tab import Kind, Look, heading

if TYPE_CHECKING:
    from templates.tab import Cell, Column, Grid, Row, Table, Value
    from templates.words import Words

ROW_HEIGHT = 15.0
COLUMN_WIDTH = 8.43
LINE_HEIGHT = 13.0
_MOST_LINES = 20
_FULLNESS = 0.97  # programs differ a little about how wide letters are
_BOLD = 0.92  # of the letters that fit when they are not
_SMALL = 1.1
_EDGE = 0.7  # characters between the texts of two columns
_INDENT = 1.3  # of texts in tables
_BUTTON = 2  # lines that the button of a filter takes


def row_heights(table: Table, rows: Sequence[Row]) -> dict[int, float]:
    """Return the heights of rows that need more than one line, by their place among the rows."""
    long = [(c.id, c.width - _INDENT) for c in table.columns if c.kind is Kind.LONG_TEXT]
    heights = ((at, _needed(long, row)) for at, row in enumerate(rows)) if long else ()
    return {at: height for at, height in heights if height}


def header_height(table: Table, words: Words) -> float:
    """Return how high the header of a table is: for its longest title and the filters' buttons."""
    taken = (
        lines(heading(table, column.id, words), (column.width - _indent(column)) * _BOLD)
        for column in table.columns
        if not column.is_hidden
    )
    return 8 + LINE_HEIGHT * max(_BUTTON, *taken)


def _indent(column: Column) -> float:
    return 0.0 if column.kind in NUMERIC else _INDENT


def _needed(long: Sequence[tuple[str, float]], row: Row) -> float | None:
    texts = [(row[id_], width) for id_, width in long if row[id_] is not None]
    return _height(max(_lines(*text) for text in texts)) if texts else None


def _lines(value: Value, room: float) -> int:
    return lines(value, room * _FULLNESS) if isinstance(value, str) else 1


def report_heights(grid: Grid) -> Mapping[int, float]:
    """Return the heights of a report's rows: those it asks for, or more where its texts need it."""
    widths = dict(enumerate(grid.widths))
    found = dict(grid.heights or {})
    for cell in grid.cells:
        height = _height(_cell_lines(cell, widths))
        if height and cell.span[0] == 1:
            found[cell.row] = max(height, found.get(cell.row, 0.0))
    return found


def _cell_lines(cell: Cell, widths: Mapping[int, float]) -> int:
    """Return how many lines a cell of a report takes."""
    if cell.look not in {Look.HEADER, Look.NOTE} and cell.kind is not Kind.LONG_TEXT:
        return 1
    across = range(cell.column, cell.column + cell.span[1])
    room = sum(widths.get(at, COLUMN_WIDTH) + _EDGE for at in across) - _EDGE
    return _lines(cell.value, room * {Look.HEADER: _BOLD, Look.NOTE: _SMALL}.get(cell.look, 1.0))


def _height(count: int) -> float | None:
    """Return the height of so many lines; None where the usual height does."""
    return min(count, _MOST_LINES) * LINE_HEIGHT + 4 if count > 1 else None
