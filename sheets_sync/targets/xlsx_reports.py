"""Reports drawn into a new .xlsx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.cells import plain, stored
from sheets_sync.targets.places import located
from sheets_sync.targets.xlsx_charts import add_chart
from sheets_sync.targets.xlsx_styles import ACCENT, LOOKS, Book, status_style
from sheets_sync.targets.xlsx_tables import write_stored
from templates.tab import Kind

if TYPE_CHECKING:
    from sheets_sync.targets.places import Places
    from templates.tab import Cell, Grid

_URL = ("https://", "http://", "mailto:")
_LONGEST_URL = 2_000


def draw_report(sheet: Any, grid: Grid, book: Book) -> None:
    """Draw a report: its cells, colours by value and charts."""
    sheet.hide_gridlines(2)
    if not grid.is_landscape:
        sheet.set_portrait()
    for at, width in enumerate(grid.widths):
        sheet.set_column(at, at, width)
    for row, height in (grid.heights or {}).items():
        sheet.set_row(row, height)
    for cell in grid.cells:
        _write(sheet, cell, book.style(**_look(cell, book.formats)), book.places)
    for rule in grid.rules:
        criteria = "=" + located(rule.formula, book.places)(0)
        look = book.style(**status_style(rule.status))
        condition = {"type": "formula", "criteria": criteria, "format": look}
        sheet.conditional_format(*rule.area, condition)
    cells = {(cell.row, cell.column): cell for cell in grid.cells}
    for chart in grid.charts:
        add_chart(sheet, chart, cells, book)
    if any(grid.freeze):
        sheet.freeze_panes(*grid.freeze)
    if grid.freeze[0]:
        sheet.repeat_rows(0, grid.freeze[0] - 1)


def extent(grid: Grid) -> tuple[int, int]:
    """Return the last row and the last column that cells of a report take."""
    rows = [cell.row + cell.span[0] - 1 for cell in grid.cells]
    columns = [cell.column + cell.span[1] - 1 for cell in grid.cells]
    return max(rows, default=0), max(columns, default=0)


def _look(cell: Cell, formats: Mapping[Kind, str]) -> dict[str, Any]:
    """Return how a cell is shown."""
    look = {**LOOKS[cell.look], **status_style(cell.status), "num_format": formats[cell.kind]}
    if cell.kind is Kind.LONG_TEXT:
        look |= {"text_wrap": True, "valign": "top"}
    if cell.link:
        look |= {"font_color": ACCENT, "underline": 1}
    return look


def _write(sheet: Any, cell: Cell, look: Any, places: Places) -> None:
    """Write a cell, whatever it holds."""
    row, column, value = cell.row, cell.column, stored(cell.value)
    if cell.span != (1, 1):
        bottom, right = row + cell.span[0] - 1, column + cell.span[1] - 1
        sheet.merge_range(row, column, bottom, right, "", look)
    target = _target(cell.link, places) if cell.link else None
    if target:
        sheet.write_url(row, column, target, look)
    if cell.formula:
        text = "=" + located(cell.formula, places)(row)
        sheet.write_formula(row, column, text, look, "" if value is None else value)
    else:
        write_stored(sheet, row, column, value, look)
    if cell.comment:
        sheet.write_comment(row, column, plain(cell.comment), {"x_scale": 2, "font_size": 9})


def _target(link: str, places: Places) -> str | None:
    """Return where a link leads: a tab of ours, or an address that is safe to open."""
    if link in places.titles:
        title = places.titles[link].replace("'", "''")
        return f"internal:'{title}'!A1"
    return link if link.startswith(_URL) and len(link) <= _LONGEST_URL else None
