"""How high rows must be for texts that wrap; programs do not ask when they open a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING

from templates.tab import Kind, Look

if TYPE_CHECKING:
    from templates.tab import Cell, Grid, Row, Table, Value

ROW_HEIGHT = 15.0
COLUMN_WIDTH = 8.43
_LINE_HEIGHT = 13.0
_MOST_LINES = 12
_FULLNESS = 0.95  # of a line, on average, before it wraps
_WIDER = 1.12  # bold letters
_SMALLER = 0.9  # letters of notes


def lines(value: Value, width: float) -> int:
    r"""Return how many lines a text takes in a column of a width.

    >>> lines("two\nlines", 14), lines("x" * 20, 14), lines(None, 14)
    (2, 2, 1)
    """
    if not isinstance(value, str):
        return 1
    return sum(max(1, ceil(len(line) / (width * _FULLNESS))) for line in value.split("\n"))


def row_heights(table: Table, rows: Sequence[Row]) -> dict[int, float]:
    """Return the heights of rows that need more than one line, by their place among the rows."""
    long = _long(table)
    heights = ((at, _needed(long, row)) for at, row in enumerate(rows)) if long else ()
    return {at: height for at, height in heights if height}


def _long(table: Table) -> list[tuple[str, float]]:
    """Return the columns of long texts, with their widths."""
    return [(c.id, c.width) for c in table.columns if c.kind is Kind.LONG_TEXT]


def _needed(long: Sequence[tuple[str, float]], row: Row) -> float | None:
    texts = [(row[id_], width) for id_, width in long if row[id_] is not None]
    return _height(max(lines(*text) for text in texts)) if texts else None


def report_heights(grid: Grid) -> Mapping[int, float]:
    """Return the heights of a report's rows: those it asks for, and what its texts need."""
    widths = dict(enumerate(grid.widths))
    needed: dict[int, float] = {}
    for cell in grid.cells:
        height = _height(_cell_lines(cell, widths))
        if height and cell.span[0] == 1:
            needed[cell.row] = max(height, needed.get(cell.row, 0.0))
    return {**needed, **(grid.heights or {})}


def _cell_lines(cell: Cell, widths: Mapping[int, float]) -> int:
    """Return how many lines a cell of a report takes."""
    if cell.look not in {Look.HEADER, Look.NOTE} and cell.kind is not Kind.LONG_TEXT:
        return 1
    across = range(cell.column, cell.column + cell.span[1])
    width = sum(widths.get(at, COLUMN_WIDTH) for at in across)
    return lines(cell.value, width / {Look.HEADER: _WIDER, Look.NOTE: _SMALLER}.get(cell.look, 1.0))


def _height(count: int) -> float | None:
    """Return the height of so many lines; None where the usual height does."""
    return min(count, _MOST_LINES) * _LINE_HEIGHT + 4 if count > 1 else None
