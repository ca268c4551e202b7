"""The requests that make a tab: its grid, anchors, looks, dropdowns, protection and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.gsheets.cells import extended, shown, text
from sheets_sync.targets.gsheets.formula import OPEN_ROW, translated, within
from sheets_sync.targets.gsheets.ids import (
    COLUMN,
    HEAD,
    TAB,
    column_anchor,
    head_anchor,
    tab_anchor,
)
from sheets_sync.targets.gsheets.ids import number as id_of
from sheets_sync.targets.gsheets.looks import (
    Looks,
    cell_format,
    colour,
    pixels,
    status_format,
    tall,
)
from sheets_sync.targets.heights import header_height
from sheets_sync.targets.places import (
    FIRST_ROW,
    HEADER_ROW,
    HINT_ROW,
    TITLE_ROW,
    Place,
    Places,
    column_range,
    located,
    quoted,
)
from sheets_sync.targets.xlsx_patch.memory import mark
from sheets_sync.targets.xlsx_styles import GROUP_COLOURS, LOOKS, NUMERIC
from templates.tab import Column, Kind, Look, Tab, Table, Value, Writer, heading

if TYPE_CHECKING:
    from sheets_sync.workbook import TableSheet
    from templates.words import Words

Json = dict[str, Any]
Row = Mapping[str, Value]

ROOM = 60
"""Rows below the last one that are ready to be typed into."""

DRESSED = "userEnteredValue,userEnteredFormat"

_MOST = 10**12
_DATES = {Kind.DATE, Kind.DATETIME, Kind.MONTH}


@dataclass(frozen=True, slots=True)
class Kit:
    """What all tabs are made with."""

    words: Words
    looks: Looks
    places: Places
    sheets: Mapping[str, int]  # tab: Google's number of it

    def formula(self, cell: str, row: int, at: Mapping[str, int] | None = None) -> str:
        """Return a formula as it stands in a row."""
        return "=" + translated(located(cell, self.places, at)(row))


def open_place(title: str, at: Mapping[str, int], first: int) -> Place:
    """Return where a table lies: its columns have no end, so that rows may come at any time."""
    return Place(title, at, first, OPEN_ROW - 1)


def cells(sheet: int, row: int, column: int, rows: Sequence[Json], fields: str) -> Json:
    """Return the request that writes cells from a place on."""
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": list(rows), "fields": fields}}


def area(sheet: int, top: int, left: int, bottom: int | None, right: int | None) -> Json:
    """Return a range, without a bottom or a right side where it is open."""
    found = {"sheetId": sheet, "startRowIndex": top, "startColumnIndex": left}
    if bottom is not None:
        found["endRowIndex"] = bottom
    return found if right is None else {**found, "endColumnIndex": right}


def anchor(id_: int, key: str, value: str, location: Json) -> Json:
    """Return the request that puts an anchor where it moves along."""
    made = {"metadataId": id_, "metadataKey": key, "metadataValue": value,
            "location": location, "visibility": "DOCUMENT"}  # fmt: skip
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def unmoved(id_: int, key: str, where: Json) -> Json:
    """Return the request that lets a batch fail when an anchor is not where it was seen."""
    lookup = {
        "metadataId": id_,
        "locationMatchingStrategy": "EXACT_LOCATION",
        "metadataLocation": {"dimensionRange": where},
    }
    return {
        "updateDeveloperMetadata": {
            "dataFilters": [{"developerMetadataLookup": lookup}],
            "developerMetadata": {"metadataKey": key},
            "fields": "metadataKey",
        }
    }


def line(sheet: int, dimension: str, index: int) -> Json:
    """Return the place of a single row or column."""
    return {"sheetId": sheet, "dimension": dimension, "startIndex": index, "endIndex": index + 1}


def size(sheet: int, dimension: str, index: int, wide: int) -> Json:
    """Return the request that sets a width or a height."""
    return {
        "updateDimensionProperties": {
            "range": line(sheet, dimension, index),
            "properties": {"pixelSize": wide},
            "fields": "pixelSize",
        }
    }


def new_tab(tab: Tab, sheet: int, title: str, index: int, grid: Json) -> list[Json]:
    """Return the requests that make an empty tab of ours."""
    properties = {
        "sheetId": sheet,
        "title": title,
        "index": index,
        "hidden": tab.is_hidden,
        "tabColorStyle": colour(GROUP_COLOURS[tab.group]),
        "gridProperties": grid,
    }
    return [
        {"addSheet": {"properties": properties}},
        anchor(tab_anchor(tab.name), TAB, tab.name, {"sheetId": sheet}),
    ]


def new_table(drawn: TableSheet, kit: Kit, index: int, rows: Sequence[Row]) -> list[Json]:
    """Return the requests that make a table tab, with keys and what is remembered of people."""
    table = drawn.table
    sheet, title = kit.sheets[table.name], kit.places.titles[table.name]
    key_at = [column.id for column in table.columns].index(table.key)
    grid = {
        "rowCount": FIRST_ROW + len(rows) + ROOM,
        "columnCount": len(table.columns),
        "frozenRowCount": FIRST_ROW,
        "frozenColumnCount": key_at + 1,
    }
    made = new_tab(table, sheet, title, index, grid)
    head = {"dimensionRange": line(sheet, "ROWS", HEADER_ROW)}
    made.append(anchor(head_anchor(table.name), HEAD, table.name, head))
    made += _head(table, kit, sheet) + _above(drawn, kit, sheet)
    for at, column in enumerate(table.columns):
        made += new_column(table, column, kit, at)
    made += [{"addConditionalFormatRule": {"rule": r, "index": 0}} for r in rules(table, kit)]
    made += _guards(table, kit, sheet)
    name = {"namedRangeId": f"smk_{table.name}", "name": f"smk_{table.name}",
            "range": area(sheet, HEADER_ROW, 0, None, len(table.columns))}  # fmt: skip
    made.append({"addNamedRange": {"namedRange": name}})
    whole = area(sheet, HEADER_ROW, 0, FIRST_ROW + len(rows) + ROOM, len(table.columns))
    made.append({"setBasicFilter": {"filter": {"range": whole}}})
    return made + list(_filled(table, kit, sheet, rows))


def _filled(table: Table, kit: Kit, sheet: int, rows: Sequence[Row]) -> Iterator[Json]:
    """Yield the keys, and what is remembered of human columns."""
    for at, column in enumerate(table.columns):
        if column.id != table.key and column.writer is not Writer.HUMAN:
            continue
        values = [shown(column, row.get(column.id), kit.words) for row in rows]
        if column.id == table.key:
            values = [None if value is None else text(str(value)) for value in values]
        while values and values[-1] is None:
            values.pop()
        if values:
            made = [{"values": [extended(value)]} for value in values]
            yield cells(sheet, FIRST_ROW, at, made, "userEnteredValue")


def _head(table: Table, kit: Kit, sheet: int) -> list[Json]:
    """Write the title and the hint with the legend."""
    words = kit.words
    hint = f"tab_hint.{table.name}"
    legend = [words(hint)] if words.has(hint) else []
    writers = {column.writer for column in table.columns}
    legend += [words(f"workbook.legend.{writer}") for writer in Writer if writer in writers]
    heights = {TITLE_ROW: 28.0, HINT_ROW: 18.0, HEADER_ROW - 1: 6.0,
               HEADER_ROW: header_height(table, words)}  # fmt: skip
    both = (
        {
            **extended(words(f"tab.{table.name}")),
            "userEnteredFormat": cell_format(LOOKS[Look.TITLE]),
        },
        {
            **extended(" ".join(legend)),
            "userEnteredFormat": cell_format({**LOOKS[Look.SUBTITLE], "valign": "top"}),
        },
    )
    rows = [{"values": [cell]} for cell in both]
    return [
        cells(sheet, TITLE_ROW, 0, rows, DRESSED),
        *(size(sheet, "ROWS", row, tall(height)) for row, height in heights.items()),
    ]


def _above(drawn: TableSheet, kit: Kit, sheet: int) -> list[Json]:
    """Write the live formulas that stand over the header; from then on Google moves them along."""
    columns = kit.places.tables[drawn.table.name].columns
    made = []
    for cell in drawn.above:
        text = kit.formula(cell.formula or "", cell.row, columns)
        shown = {**LOOKS[cell.look], "valign": "top", "align": "left"}
        look = cell_format(shown, kit.looks.number(cell.kind))
        whole = {"userEnteredValue": {"formulaValue": text}, "userEnteredFormat": look}
        made.append(cells(sheet, cell.row, cell.column, [{"values": [whole]}], DRESSED))
        if cell.row == HEADER_ROW - 1:
            made.append(size(sheet, "ROWS", cell.row, tall(18.0)))
    return made


def new_column(
    table: Table, column: Column, kit: Kit, at: int, header: int = HEADER_ROW
) -> list[Json]:
    """Return the requests that make a column: anchor, header, width, look, dropdown."""
    sheet, words = kit.sheets[table.name], kit.words
    spot = {"dimensionRange": line(sheet, "COLUMNS", at)}
    value = f"{table.name}.{column.id}"
    head = {
        **extended(heading(table, column.id, words)),
        "userEnteredFormat": kit.looks.header(column),
    }
    hint = f"hint.{table.name}.{column.id}"
    if words.has(hint):
        head["note"] = words(hint)
    made = [
        anchor(column_anchor(table.name, column.id), COLUMN, value, spot),
        cells(sheet, max(header, 0), at, [{"values": [head]}], f"{DRESSED},note"),
        size(sheet, "COLUMNS", at, pixels(column.width)),
    ]
    if column.is_hidden:
        hidden = {"range": line(sheet, "COLUMNS", at), "properties": {"hiddenByUser": True},
                  "fields": "hiddenByUser"}  # fmt: skip
        made.append({"updateDimensionProperties": hidden})
    return made + dressed(table, column, kit, at, header + 1)


def dressed(table: Table, column: Column, kit: Kit, at: int, first: int) -> list[Json]:
    """Return the requests for the look and the dropdown of a column's cells."""
    below = area(kit.sheets[table.name], first, at, None, at + 1)
    cell = {"userEnteredFormat": kit.looks.body(column)}
    made: list[Json] = [
        {"repeatCell": {"range": below, "cell": cell, "fields": "userEnteredFormat"}}
    ]
    if column.writer is Writer.HUMAN and (rule := _choice(column, kit)):
        made.append({"setDataValidation": {"range": below, "rule": rule}})
    return made


def _choice(column: Column, kit: Kit) -> Json | None:
    """Offer choices and say what is expected, without refusing anything."""
    words = kit.words
    if column.choices_from:
        source = "=" + column_range(kit.places, *column.choices_from.split("."))
        offered = {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": source}]}
        return {"condition": offered, "showCustomUi": True}
    if column.choices:
        said = [words(f"choice.{choice}") for choice in column.choices]
        values = [{"userEnteredValue": text} for text in said]
        advice = words("workbook.expects.choice", choices=", ".join(said))
        condition = {"type": "ONE_OF_LIST", "values": values}
        return {"condition": condition, "showCustomUi": True, "inputMessage": advice}
    if column.kind in _DATES:
        advice = words("workbook.expects.date")
        return {"condition": {"type": "DATE_IS_VALID"}, "inputMessage": advice}
    if column.kind in NUMERIC:
        ends = [{"userEnteredValue": str(end)} for end in (-_MOST, _MOST)]
        condition = {"type": "NUMBER_BETWEEN", "values": ends}
        return {"condition": condition, "inputMessage": words("workbook.expects.number")}
    return None


def column_mark(table: Table, column: Column, kit: Kit) -> str:
    """Return a mark that differs where the look or the dropdown of a column differs."""
    return mark(repr([r for r in dressed(table, column, kit, 0, 0)]))  # noqa: C416


def rules(table: Table, kit: Kit) -> list[Json]:
    """Return the colour rules of a table."""
    place = kit.places.tables[table.name]
    sheet, title = kit.sheets[table.name], quoted(place.title)
    return [
        rule(
            area(sheet, place.first_row, place.columns[id_], None, place.columns[id_] + 1),
            within(kit.formula(formula, place.first_row, place.columns), title),
            status_format(status),
        )
        for id_, formula, status in table.row_rules
        if id_ in place.columns
    ]


def rule(where: Json, formula: str, look: Json) -> Json:
    """Return a colour rule."""
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
    return {"ranges": [where], "booleanRule": {"condition": condition, "format": look}}


def _guards(table: Table, kit: Kit, sheet: int) -> list[Json]:
    """Ask people whether they are sure before they type into what the sync writes."""
    runs: list[list[int]] = []
    for at, column in enumerate(table.columns):
        if column.writer is Writer.HUMAN:
            continue
        if runs and runs[-1][1] == at:
            runs[-1][1] = at + 1
        else:
            runs.append([at, at + 1])
    return [guarded(table, kit, area(sheet, FIRST_ROW, first, None, end)) for first, end in runs]


def guarded(tab: Tab, kit: Kit, where: Json) -> Json:
    """Return the request that asks people whether they are sure where only the sync writes."""
    guard = {
        "protectedRangeId": id_of("guard", tab.name, where["startColumnIndex"]),
        "range": where,
        "description": kit.words("workbook.not_yours"),
        "warningOnly": True,
    }
    return {"addProtectedRange": {"protectedRange": guard}}
