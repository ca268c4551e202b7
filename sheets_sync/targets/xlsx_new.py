"""The first write of a workbook: all tabs drawn into a new .xlsx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.lambdas import lambdas
from sheets_sync.targets.places import FIRST_ROW, HEADER_ROW, Place, Places, absolute, titles
from sheets_sync.targets.rows import first_rows
from sheets_sync.targets.xlsx_reports import draw_report, extent
from sheets_sync.targets.xlsx_styles import BASE, FONT, GROUP_COLOURS, new_book
from sheets_sync.targets.xlsx_tables import draw_table
from sheets_sync.workbook import ReportSheet, Sheet, TableSheet
from templates.brand import UNBRANDED, Brand

if TYPE_CHECKING:
    from templates.tab import Report, Table
    from templates.words import Words

_CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # equal workbooks, equal bytes
_A4 = 9
_TEXT_STAYS_TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_new(path: Path, sheets: Sequence[Sheet], words: Words, currency: str) -> None:
    """Write a new workbook with the sheets in the order given."""
    from xlsxwriter import Workbook

    from sheets_sync.targets.xlsx_sheet import Sheet as Worksheet

    rows = {s.table.name: first_rows(s) for s in sheets if isinstance(s, TableSheet)}
    places = laid(sheets, {name: len(of) for name, of in rows.items()}, words)
    default = {key: BASE[key] for key in ("font_name", "font_size", "font_scheme")}
    options = {**_TEXT_STAYS_TEXT, "default_format_properties": default}
    with Workbook(path, options) as workbook:
        _describe(workbook, words, brand_of(sheets))
        book = new_book(workbook, places, words, currency)
        for sheet in sheets:
            tab = tab_of(sheet)
            worksheet = workbook.add_worksheet(places.titles[tab.name], Worksheet)
            worksheet.set_tab_color(GROUP_COLOURS[tab.group])
            _set_page(worksheet, words)
            if isinstance(sheet, TableSheet):
                draw_table(worksheet, sheet, rows[tab.name], book)
            else:
                draw_report(worksheet, sheet.grid, book)
        _name(workbook, sheets, places)
        _show(workbook, sheets)


def tab_of(sheet: Sheet) -> Table | Report:
    """Return the tab that a sheet is drawn from."""
    return sheet.table if isinstance(sheet, TableSheet) else sheet.report


def brand_of(sheets: Sequence[Sheet]) -> Brand:
    """Return the brand in which a workbook is drawn."""
    return next((s.grid.brand for s in sheets if isinstance(s, ReportSheet)), UNBRANDED)


def laid(sheets: Sequence[Sheet], lengths: dict[str, int], words: Words) -> Places:
    """Lay out a new workbook: which title each tab has, and where each table lies."""
    named = titles([tab_of(sheet).name for sheet in sheets], words)
    tables = {
        sheet.table.name: Place(
            named[sheet.table.name],
            {column.id: at for at, column in enumerate(sheet.table.columns)},
            FIRST_ROW,
            FIRST_ROW + max(lengths[sheet.table.name], 1) - 1,
        )
        for sheet in sheets
        if isinstance(sheet, TableSheet)
    }
    return Places(named, tables, words.texts)


def described(words: Words, brand: Brand) -> Mapping[str, str]:
    """Return the properties of a workbook that tell whose it is."""
    return {
        "title": " · ".join(filter(None, (words("workbook.title"), brand.name))),
        "author": brand.name or "smarketing",
        "company": brand.name,
    }


def _describe(workbook: Any, words: Words, brand: Brand) -> None:
    """Set the properties of the document."""
    about = {"comments": words("workbook.description"), "created": _CREATED}
    workbook.set_properties({**described(words, brand), **about})


def _set_page(sheet: Any, words: Words) -> None:
    """Set up the printed page: A4, as wide as the tab, with its name and number below."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f'&L&"{FONT},Regular"&8&A&R&"{FONT},Regular"&8{words("workbook.page")}')


def _name(workbook: Any, sheets: Sequence[Sheet], places: Places) -> None:
    """Name the header of every column, the extent of every report, and the functions."""
    for name, function in lambdas().items():
        workbook.define_name(name, f"={function}")
    for sheet in sheets:
        tab = tab_of(sheet)
        title = places.titles[tab.name]
        if isinstance(sheet, TableSheet):
            for column, at in places.tables[tab.name].columns.items():
                address = absolute(title, (HEADER_ROW, at))
                workbook.define_name(f"smk.{tab.name}.{column}", f"={address}")
        else:
            address = absolute(title, (0, 0), extent(sheet.grid))
            workbook.define_name(f"smk.{tab.name}", f"={address}")


def _show(workbook: Any, sheets: Sequence[Sheet]) -> None:
    """Hide what starts hidden and open the first tab that is seen."""
    worksheets = workbook.worksheets()
    seen = [at for at, sheet in enumerate(sheets) if not tab_of(sheet).is_hidden]
    worksheets[seen[0]].activate()
    worksheets[seen[0]].set_first_sheet()
    for at, worksheet in enumerate(worksheets):
        if at not in seen:
            worksheet.hide()
