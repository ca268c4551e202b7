"""Reports drawn into a new .xlsx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.cells import stored
from sheets_sync.targets.heights import COLUMN_WIDTH, ROW_HEIGHT, report_heights
from sheets_sync.targets.places import absolute, located
from sheets_sync.targets.xlsx_charts import add_chart
from sheets_sync.targets.xlsx_styles import (
    NUMERIC,
    Book,
    look_of,
    painted,
    status_style,
)
from sheets_sync.targets.xlsx_tables import not_yours, write_stored
from templates.brand import Brand, Hue
from templates.tab import Kind, Look

if TYPE_CHECKING:
    from sheets_sync.targets.places import Places
    from templates.tab import Cell, Grid, Sparkline

_POINTS_PER_PIXEL = 0.75
_PAGE = 0.68  # height to width of what is printed on A4, landscape
_SHEET = {True: 1030, False: 700}  # pixels across a sheet of A4, landscape or not
_SQUEEZE = 1.4  # how much narrower than the page a report may get
_LEEWAY = 1.03  # programs differ a little about how wide a column is
_IN_COLUMNS = {Look.PLAIN, Look.HEADER, Look.TOTAL, Look.INPUT}
_URL = ("https://", "http://", "mailto:")
_LONGEST_URL = 2_000
_SPARKLINE = {
    "type": "column",  # lines are not printed by LibreOffice
    "min": 0,
    "empty_cells": "gaps",
}


def draw_report(sheet: Any, grid: Grid, book: Book) -> None:
    """Draw a report: its cells, colours by value and charts."""
    heights = report_heights(grid)
    _set_page(sheet, grid, heights)
    beside = apart(grid)
    for cell in grid.cells:
        is_apart = cell.status is not None or (cell.row, cell.column) in beside
        _write(sheet, cell, book, grid.brand, is_apart=is_apart)
    for rule in grid.rules:
        criteria = "=" + located(rule.formula, book.places)(0)
        look = book.style(**status_style(rule.status))
        condition = {"type": "formula", "criteria": criteria, "format": look}
        sheet.conditional_format(*rule.area, condition)
    cells = {(cell.row, cell.column): cell for cell in grid.cells}
    sheet.data_validation(0, 0, *extent(grid), not_yours(book.words))
    for chart in grid.charts:
        add_chart(sheet, painted(chart, grid.brand), cells, book)
    hues = {"series_color": Hue.ACCENT, "last_color": Hue.PALE}
    colours = {name: grid.brand.colour(hue) for name, hue in hues.items()}
    for line in grid.sparklines:
        shown = {"range": _range(sheet, line), "last_point": line.is_last_pale, **colours}
        sheet.add_sparkline(*line.at, {**_SPARKLINE, **shown})


def _range(sheet: Any, line: Sparkline) -> str:
    """Name the cells of a small line as XlsxWriter takes them."""
    top, left, bottom, right = line.values
    return absolute(sheet.get_name(), (top, left), (bottom, right))


def _set_page(sheet: Any, grid: Grid, heights: Mapping[int, float]) -> None:
    """Set widths and heights, what stays in sight, and what goes to paper."""
    sheet.hide_gridlines(2)
    for at, width in enumerate(grid.widths):
        sheet.set_column(at, at, width)
    for row, height in heights.items():
        sheet.set_row(row, height)
    if not grid.is_landscape:
        sheet.set_portrait()
    bottom, right = printed(grid)
    sheet.print_area(0, 0, bottom, right)
    if _fits_one_page(grid, heights):
        sheet.fit_to_pages(1, 1)
    if grid.breaks:  # programs that fit pages pay no heed to breaks
        wide = sum(_pixels(grid, at) for at in range(right + 1))
        sheet.set_print_scale(min(100, int(_SHEET[grid.is_landscape] / wide * 100)))
        sheet.set_h_pagebreaks(grid.breaks)
    if any(grid.freeze):
        sheet.freeze_panes(*grid.freeze)
    if grid.freeze[0]:
        sheet.repeat_rows(0, grid.freeze[0] - 1)


def extent(grid: Grid) -> tuple[int, int]:
    """Return the last row and the last column that cells of a report take."""
    rows = [cell.row + cell.span[0] - 1 for cell in grid.cells]
    columns = [cell.column + cell.span[1] - 1 for cell in grid.cells]
    return max(rows, default=0), max(columns, default=0)


def printed(grid: Grid) -> tuple[int, int]:
    """Return the last row and the last column that go to paper, charts included."""
    bottom = grid.print_rows - 1 if grid.print_rows else extent(grid)[0]
    seen = [c.column + c.span[1] - 1 for c in grid.cells if c.row <= bottom]
    for chart in grid.charts:
        if chart.at[0] <= bottom:
            column, left = chart.at[1], chart.size[0] * _LEEWAY
            while (left := left - _pixels(grid, column)) > 0:
                column += 1
            seen.append(column)
    return bottom, max(seen, default=0)


def _pixels(grid: Grid, column: int) -> float:
    """Return the width of a column."""
    width = grid.widths[column] if column < len(grid.widths) else COLUMN_WIDTH
    return width * 7 + 5


def _fits_one_page(grid: Grid, heights: Mapping[int, float]) -> bool:
    """Tell whether a report stays readable on a single page."""
    last_row, last_column = printed(grid)
    tall = sum(heights.get(row, ROW_HEIGHT) for row in range(last_row + 1)) / _POINTS_PER_PIXEL
    wide = sum(_pixels(grid, at) for at in range(last_column + 1))
    for chart in grid.charts:
        if chart.at[0] > last_row:
            continue
        above = sum(heights.get(row, ROW_HEIGHT) for row in range(chart.at[0]))
        tall = max(tall, above / _POINTS_PER_PIXEL + chart.size[1])
    page = _PAGE if grid.is_landscape else 1 / _PAGE
    return tall <= wide * page * _SQUEEZE


def apart(grid: Grid) -> set[tuple[int, int]]:
    """Return the cells that stand beside numbers, and those below them in the same column."""
    apart = {(c.row, c.column + c.span[1]) for c in grid.cells if c.kind in NUMERIC}
    for cell in sorted(grid.cells, key=lambda cell: cell.row):
        if (cell.row - 1, cell.column) in apart and cell.span == (1, 1):
            apart.add((cell.row, cell.column))
    return apart


def _look(cell: Cell, book: Book, brand: Brand, *, is_link: bool, is_apart: bool) -> dict[str, Any]:
    """Return how a cell is shown: numbers on the right, text apart from numbers beside it."""
    look = {**look_of(cell, brand, is_link=is_link), "num_format": book.formats[cell.kind]}
    if cell.kind is Kind.LONG_TEXT:
        look |= {"text_wrap": True} | ({"valign": "top"} if cell.span != (1, 1) else {})
    if cell.kind in NUMERIC and cell.look in _IN_COLUMNS:
        look |= {"align": "right"}
    elif is_apart:
        look |= {"align": "left", "indent": 1}
    return look


def _write(sheet: Any, cell: Cell, book: Book, brand: Brand, *, is_apart: bool) -> None:
    """Write a cell, whatever it holds."""
    row, column, value = cell.row, cell.column, stored(cell.value)
    target = _target(cell.link, book.places) if cell.link else None
    is_link = target is not None
    look = book.style(**_look(cell, book, brand, is_link=is_link, is_apart=is_apart))
    if cell.span != (1, 1):
        bottom, right = row + cell.span[0] - 1, column + cell.span[1] - 1
        sheet.merge_range(row, column, bottom, right, "", look)
    if target:
        sheet.write_url(row, column, target, look)
    if cell.formula:
        text = "=" + located(cell.formula, book.places)(row)
        sheet.write_formula(row, column, text, look, "" if value is None else value)
    else:
        write_stored(sheet, row, column, value, look)


def _target(link: str, places: Places) -> str | None:
    """Return where a link leads: a tab of ours, or an address that is safe to open."""
    if link in places.titles:
        title = places.titles[link].replace("'", "''")
        return f"internal:'{title}'!A1"
    return link if link.startswith(_URL) and len(link) <= _LONGEST_URL else None
