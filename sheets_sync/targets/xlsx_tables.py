"""Tables drawn into a new .xlsx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.cells import Stored, stored
from sheets_sync.targets.heights import header_height, row_heights
from sheets_sync.targets.places import (
    FIRST_ROW,
    HEADER_ROW,
    HINT_ROW,
    ROOM,
    TITLE_ROW,
    column_range,
    located,
)
from sheets_sync.targets.xlsx_styles import (
    BODIES,
    HEADERS,
    LOOKS,
    NUMERIC,
    Book,
    status_style,
)
from templates.tab import Column, Kind, Look, Table, Writer, heading

if TYPE_CHECKING:
    from sheets_sync.workbook import TableSheet
    from templates.tab import Row, Value
    from templates.words import Words

_LAST_ROW = 1_048_575
_PAPER_WIDTH = 230  # characters that are still read across a sheet of paper
_LIST_LIMIT = 255  # characters of a dropdown's choices
_HINT_LIMIT = 255
_ADVICE_LIMIT = 225


def draw_table(sheet: Any, drawn: TableSheet, rows: Sequence[Row], book: Book) -> None:
    """Draw a table: title, hint, header, rows, and what helps to fill it in."""
    table = drawn.table
    place = book.places.tables[table.name]
    _head(sheet, table, book)
    _above(sheet, drawn, book)
    for at, column in enumerate(table.columns):
        body = _body(column, book.formats)
        look = book.style(**{**BODIES[column.writer], **body})
        values = _shown(column, rows, book.words)
        sheet.set_column(at, at, column.width, book.style(**body), {"hidden": column.is_hidden})
        if column.live:
            text = located(column.live.cell, book.places, place.columns)
            sheet.calculate(FIRST_ROW, at, values, look, text)
        else:
            is_input = column.writer is Writer.HUMAN
            sheet.fill(FIRST_ROW, at, values, look, is_input=is_input)
        _prompt(sheet, at, f"hint.{table.name}.{column.id}", book.words)
        _advise(sheet, at, column, place.last_row + ROOM, book)
    for at_row, height in row_heights(table, rows).items():
        sheet.set_row(FIRST_ROW + at_row, height)
    for id_, formula, status in table.row_rules:
        at = place.columns[id_]
        criteria = "=" + located(formula, book.places, place.columns)(FIRST_ROW)
        look = book.style(**status_style(status))
        rule = {"type": "formula", "criteria": criteria, "format": look}
        sheet.conditional_format(FIRST_ROW, at, place.last_row + ROOM, at, rule)
    sheet.autofilter(HEADER_ROW, 0, place.last_row, len(table.columns) - 1)
    sheet.freeze_panes(FIRST_ROW, place.columns[table.key] + 1)
    sheet.repeat_rows(HEADER_ROW)
    wide = sum(column.width for column in table.columns if not column.is_hidden)
    if wide > _PAPER_WIDTH:
        sheet.fit_to_pages(ceil(wide / _PAPER_WIDTH), 0)
        sheet.print_across()
        sheet.repeat_columns(0, place.columns[table.key])
    sheet.ignore_errors({"number_stored_as_text": f"A{FIRST_ROW + 1}:XFD{_LAST_ROW + 1}"})


def _body(column: Column, formats: Mapping[Kind, str]) -> dict[str, Any]:
    """Return how values of a column are shown, whoever writes them."""
    is_text = column.kind not in NUMERIC
    is_typed_text = is_text and column.writer is Writer.HUMAN and not column.choices
    look: dict[str, Any] = {"num_format": "@" if is_typed_text else formats[column.kind]}
    if column.kind is Kind.LONG_TEXT:
        look |= {"text_wrap": True}
    if is_text:
        look |= {"align": "left", "indent": 1}
    return look


def _head(sheet: Any, table: Table, book: Book) -> None:
    """Write the title, the hint with the legend, and the header."""
    style, words = book.style, book.words
    sheet.set_row(TITLE_ROW, 28)
    sheet.write_string(TITLE_ROW, 0, words(f"tab.{table.name}"), style(**LOOKS[Look.TITLE]))
    hint = f"tab_hint.{table.name}"
    legend = [words(hint)] if words.has(hint) else []
    writers = {column.writer for column in table.columns}
    legend += [words(f"workbook.legend.{writer}") for writer in Writer if writer in writers]
    sheet.write_string(HINT_ROW, 0, " ".join(legend), style(**LOOKS[Look.SUBTITLE], valign="top"))
    sheet.set_row(HINT_ROW, 18)
    sheet.set_row(HEADER_ROW - 1, 6)
    for at, column in enumerate(table.columns):
        look = {**LOOKS[Look.HEADER], **HEADERS[column.writer], "valign": "top"}
        if column.kind in NUMERIC:
            look |= {"align": "right"}
        else:
            look |= {"align": "left", "indent": 1}
        sheet.write_string(HEADER_ROW, at, heading(table, column.id, words), style(**look))
    sheet.set_row(HEADER_ROW, header_height(table, words))


def _above(sheet: Any, drawn: TableSheet, book: Book) -> None:
    """Write the live formulas that stand over the header."""
    place = book.places.tables[drawn.table.name]
    for cell in drawn.above:
        text = located(cell.formula or "", book.places, place.columns)(cell.row)
        look = book.style(
            **LOOKS[cell.look], num_format=book.formats[cell.kind], valign="top", align="left"
        )
        value = "" if cell.value is None else stored(cell.value)
        sheet.write_formula(cell.row, cell.column, f"={text}", look, value)
        if cell.row == HEADER_ROW - 1:
            sheet.set_row(cell.row, 18)


def _shown(column: Column, rows: Sequence[Row], words: Words) -> list[Stored]:
    """Return the values of a column as its cells show them: choices by their words."""
    id_ = column.id
    if not column.choices:
        return [None if row[id_] is None else stored(row[id_]) for row in rows]
    said: dict[Value, Value] = {choice: words(f"choice.{choice}") for choice in column.choices}
    return [stored(said.get(row[id_], row[id_])) for row in rows]


def write_stored(sheet: Any, row: int, column: int, value: Stored, look: Any) -> None:
    """Write a value by its type, so that text is never taken for anything else."""
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    else:
        sheet.write_number(row, column, value, look)


def _prompt(sheet: Any, at: int, hint: str, words: Words) -> None:
    """Show the hint of a column where its header is selected."""
    if words.has(hint):
        prompt = {"validate": "any", "input_message": words(hint)[:_HINT_LIMIT]}
        sheet.data_validation(HEADER_ROW, at, HEADER_ROW, at, prompt)


def _advise(sheet: Any, at: int, column: Column, last: int, book: Book) -> None:
    """Offer choices and say what is expected or whose cell it is, without refusing anything."""
    if column.writer is not Writer.HUMAN:
        sheet.data_validation(FIRST_ROW, at, last, at, not_yours(book.words))
        return
    check = _offer(column, book) if column.choices_from else _check(column, book.words)
    if check:
        advice = {"error_type": "information", "error_title": book.words("workbook.check")}
        sheet.data_validation(FIRST_ROW, at, last, at, {**check, **advice})


def not_yours(words: Words) -> dict[str, Any]:
    """Warn whoever types into a cell that the sync writes; sorting and filtering go on as ever."""
    return {
        "validate": "custom",
        "value": "=FALSE",
        "error_type": "warning",
        "error_title": words("workbook.check"),
        "error_message": words("workbook.not_yours")[:_ADVICE_LIMIT],
    }


def _offer(column: Column, book: Book) -> dict[str, Any]:
    """Offer the texts of another table's column; anything else may be typed too."""
    source = "=" + column_range(book.places, *column.choices_from.split("."))
    return {"validate": "list", "source": source, "show_error": False}


def _check(column: Column, words: Words) -> dict[str, Any] | None:
    """Return what is expected of a cell that people fill in."""
    if column.choices:
        choices = [words(f"choice.{choice}") for choice in column.choices]
        if len(",".join(choices)) > _LIST_LIMIT or any("," in choice for choice in choices):
            raise ValueError(column.id, choices)
        expected = words("workbook.expects.choice", choices=", ".join(choices))
        return {"validate": "list", "source": choices, "error_message": expected[:_ADVICE_LIMIT]}
    if column.kind in {Kind.DATE, Kind.DATETIME, Kind.MONTH}:
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 36_526,  # 2000-01-01
            "maximum": 73_050,  # 2099-12-31
            "error_message": words("workbook.expects.date"),
        }
    if column.kind in NUMERIC:
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -1e12,
            "maximum": 1e12,
            "error_message": words("workbook.expects.number"),
        }
    return None
