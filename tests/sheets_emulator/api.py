"""The methods of the Sheets API over the state of one spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.sheets_emulator import values
from tests.sheets_emulator.a1 import address, area_of
from tests.sheets_emulator.book import Book, Cell, Json, Tab
from tests.sheets_emulator.discovery import InvalidError, masked, parsed
from tests.sheets_emulator.grids import tab_properties
from tests.sheets_emulator.updates import apply, metadata_json


class NotFoundError(Exception):
    """Something that a call names is not there."""


def call(book: Book, method: str, path: Json, query: dict[str, list[str]], body: Json,
         quirks: Json) -> Json:  # fmt: skip
    """Answer a call of the API."""
    single = {name: given[-1] for name, given in query.items()}
    name = method.replace(".", "_")
    found: Json = globals()[f"_{name}"](book, path, {**single, "_": query}, body, quirks)
    mask = single.get("fields")
    return masked(found, parsed(mask)) if mask else found  # type: ignore[no-any-return]


def _get(book: Book, _path: Json, query: Json, _body: Json, _quirks: Json) -> Json:
    ranges = [area_of(book, text) for text in query["_"].get("ranges", [])]
    wants_cells = query.get("includeGridData") == "true" or "data" in str(query.get("fields", ""))
    return spreadsheet(book, ranges, has_cells=wants_cells)


def _getByDataFilter(book: Book, _path: Json, query: Json, body: Json, quirks: Json) -> Json:
    ranges = [found for one in body.get("dataFilters", []) for found in _matched(book, one, quirks)]
    wants_cells = body.get("includeGridData") or "data" in str(query.get("fields", ""))
    return spreadsheet(book, ranges, has_cells=bool(wants_cells))


def spreadsheet(book: Book, ranges: Iterable[tuple[Tab, Json]], *, has_cells: bool) -> Json:
    """Return the spreadsheet; with ranges, only tabs that they lie on."""
    areas = list(ranges)
    tabs = [tab for tab in book.tabs if not areas or any(tab is t for t, _ in areas)]
    sheets = []
    for tab in tabs:
        mine = [area for t, area in areas if t is tab] or [{"sheetId": tab.id}]
        sheets.append(_sheet(book, tab, mine if has_cells else []))
    top = [m for m in book.metadata.values() if m.sheet is None]
    found: Json = {
        "spreadsheetId": book.id,
        "properties": {"title": book.title, "locale": book.locale, "timeZone": book.zone,
                       "autoRecalc": "ON_CHANGE", "defaultFormat": {}, **book.properties},
        "sheets": sheets,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }  # fmt: skip
    if book.named:
        found["namedRanges"] = list(book.named.values())
    if top:
        found["developerMetadata"] = [metadata_json(each) for each in top]
    return found


def _sheet(book: Book, tab: Tab, areas: list[Json]) -> Json:
    mine = [m for m in book.metadata.values() if m.sheet == tab.id]
    parts = {
        "merges": tab.merges, "protectedRanges": tab.protected, "conditionalFormats": tab.rules,
        "charts": tab.charts, "bandedRanges": tab.banding, "filterViews": tab.views,
        "basicFilter": tab.filter, **_groups(tab),
        "developerMetadata": [metadata_json(m) for m in mine if m.dimension is None],
        "data": [_grid(tab, area, book) for area in areas],
    }  # fmt: skip
    return {"properties": tab_properties(book, tab), **{k: v for k, v in parts.items() if v}}


def _grid(tab: Tab, area: Json, book: Book) -> Json:
    top, bottom, left, right = tab.bounds(area)
    rows = [{"values": [_cell(c) for c in row[left:right]]} for row in tab.rows[top:bottom]]
    found = {"rowData": rows} if rows else {}
    return {
        **found,
        "startRow": top,
        "startColumn": left,
        "rowMetadata": _lines(book, tab, "ROW", range(top, bottom)),
        "columnMetadata": _lines(book, tab, "COLUMN", range(left, right)),
    }


def _lines(book: Book, tab: Tab, kind: str, span: range) -> list[Json]:
    """Return what is known of rows or columns."""
    anchors: dict[int, list[Json]] = {}
    for each in book.metadata.values():
        if each.sheet == tab.id and each.kind == kind:
            anchors.setdefault(each.index, []).append(metadata_json(each))
    sizes = tab.sizes[f"{kind}S"]
    usual = {"pixelSize": 21 if kind == "ROW" else 100}
    return [
        {
            **usual,
            **sizes.get(at, {}),
            **({"developerMetadata": anchors[at]} if at in anchors else {}),
        }
        for at in span
    ]


def _cell(cell: Cell) -> Json:
    found: Json = {}
    if cell.formula:
        found["userEnteredValue"] = {"formulaValue": cell.formula}
    elif cell.value is not None:
        kind = {str: "stringValue", bool: "boolValue"}.get(type(cell.value), "numberValue")
        found["userEnteredValue"] = found["effectiveValue"] = {kind: cell.value}
        found["formattedValue"] = str(cell.value)
    parts = {
        "userEnteredFormat": _styled(cell.format),
        "note": cell.note,
        "dataValidation": cell.validation,
    }
    return {**found, **{name: part for name, part in parts.items() if part}}


def _groups(tab: Tab) -> Json:
    names = {"rowGroups": "ROWS", "columnGroups": "COLUMNS"}
    return {n: [g for g in tab.groups if g["range"]["dimension"] == d] for n, d in names.items()}


def _styled(look: Json | None) -> Json | None:
    """Return a format with its colours in both spellings."""
    if look is None:
        return None
    found = dict(look)
    if "backgroundColor" in look:
        found["backgroundColorStyle"] = {"rgbColor": look["backgroundColor"]}
    text = look.get("textFormat", {})
    if "foregroundColor" in text:
        both = {"foregroundColorStyle": {"rgbColor": text["foregroundColor"]}, **text}
        found["textFormat"] = both
    return found


def _batchUpdate(book: Book, _path: Json, _query: Json, body: Json, quirks: Json) -> Json:
    if not body.get("requests"):
        raise InvalidError("Must specify at least one request.")
    replies = apply(book, body["requests"], quirks)
    found: Json = {"spreadsheetId": book.id, "replies": replies}
    if body.get("includeSpreadsheetInResponse"):
        ranges = [area_of(book, text) for text in body.get("responseRanges", [])]
        wants = body.get("responseIncludeGridData", False)
        found["updatedSpreadsheet"] = spreadsheet(book, ranges, has_cells=wants)
    return found


def _developerMetadata_search(book: Book, _p: Json, _q: Json, body: Json, _x: Json) -> Json:
    found = [
        {"developerMetadata": metadata_json(each), "dataFilters": [one]}
        for one in body["dataFilters"]
        for each in values.looked_up(book, one["developerMetadataLookup"])
    ]
    return {"matchedDeveloperMetadata": found} if found else {}


def _developerMetadata_get(book: Book, path: Json, _q: Json, _b: Json, _x: Json) -> Json:
    each = book.metadata.get(int(path["metadataId"]))
    if each is None:
        raise NotFoundError
    return metadata_json(each)


def _values_get(book: Book, path: Json, query: Json, _body: Json, _quirks: Json) -> Json:
    return values.read(book, *area_of(book, path["range"]), query)


def _values_batchGet(book: Book, _path: Json, query: Json, _body: Json, _quirks: Json) -> Json:
    found = [
        values.read(book, *area_of(book, text), query) for text in query["_"].get("ranges", [])
    ]
    return {"spreadsheetId": book.id, "valueRanges": found}


def _values_batchGetByDataFilter(book: Book, _p: Json, _q: Json, body: Json, quirks: Json) -> Json:
    found: list[Json] = []
    for one in body["dataFilters"]:
        for tab, area in _matched(book, one, quirks):
            item = values.read(book, tab, area, body)
            known = next((f for f in found if f["valueRange"] == item), None)
            if known:
                known["dataFilters"].append(one)
            else:
                found.append({"valueRange": item, "dataFilters": [one]})
    return {"spreadsheetId": book.id, "valueRanges": found}


def _values_update(book: Book, path: Json, query: Json, body: Json, _quirks: Json) -> Json:
    tab, area = area_of(book, path["range"])
    tab, area = _roomy(tab, area, body)
    done = values.write(book, tab, area, body, query.get("valueInputOption", ""))
    return {"spreadsheetId": book.id, **done}


def _roomy(tab: Tab, area: Json, item: Json) -> tuple[Tab, Json]:
    """Let a single cell stand for all that is written from it on."""
    top, bottom, left, right = tab.bounds(area)
    if (bottom - top, right - left) != (1, 1):
        return tab, area
    lines = item.get("values") or [[]]
    high, wide = len(lines), max(max(map(len, lines), default=1), 1)
    if item.get("majorDimension") == "COLUMNS":
        high, wide = wide, high
    return tab, {"sheetId": tab.id, "startRowIndex": top, "endRowIndex": top + max(high, 1),
                 "startColumnIndex": left, "endColumnIndex": left + wide}  # fmt: skip


def _values_batchUpdate(book: Book, _path: Json, _query: Json, body: Json, _q: Json) -> Json:
    past, done = book.snapshot(), []
    try:
        for item in body.get("data", []):
            tab, area = _roomy(*area_of(book, item["range"]), item)
            done.append(values.write(book, tab, area, item, body.get("valueInputOption", "")))
    except InvalidError:
        book.restore(past)
        raise
    return {"spreadsheetId": book.id, "responses": done,
            "totalUpdatedCells": sum(each["updatedCells"] for each in done)}  # fmt: skip


def _values_batchUpdateByDataFilter(
    book: Book, _p: Json, _q: Json, body: Json, quirks: Json
) -> Json:
    past = book.snapshot()
    done = []
    try:
        for item in body.get("data", []):
            for tab, area in _matched(book, item["dataFilter"], quirks):
                made = values.write(book, tab, area, item, body.get("valueInputOption", ""))
                done.append((tab, area, item, {"dataFilter": item["dataFilter"], **made}))
    except InvalidError:
        book.restore(past)
        raise
    if body.get("includeValuesInResponse"):
        option = {"valueRenderOption": body.get("responseValueRenderOption", "FORMATTED_VALUE")}
        for tab, area, item, made in done:
            major = {"majorDimension": (item.get("majorDimension") or "ROWS")}
            made["updatedData"] = values.read(book, tab, area, {**option, **major})
    return {"spreadsheetId": book.id, "responses": [made for *_, made in done],
            "totalUpdatedCells": sum(made["updatedCells"] for *_, made in done)}  # fmt: skip


def _matched(book: Book, one: Json, quirks: Json) -> list[tuple[Tab, Json]]:
    found = values.matches(book, one)
    if not found and quirks.get("no_match_fails"):
        raise InvalidError("No data filter matched")
    return found


def _values_append(book: Book, path: Json, query: Json, body: Json, _quirks: Json) -> Json:
    tab, area = area_of(book, path["range"])
    done = values.appended(book, tab, area, body, query.get("valueInputOption", ""))
    return {"spreadsheetId": book.id, **done}


def _values_clear(book: Book, path: Json, _query: Json, _body: Json, _quirks: Json) -> Json:
    tab, area = area_of(book, path["range"])
    values.clear(tab, area)
    return {"spreadsheetId": book.id, "clearedRange": address(tab, area)}


def _values_batchClear(book: Book, _path: Json, _query: Json, body: Json, _q: Json) -> Json:
    areas = [area_of(book, text) for text in body["ranges"]]
    for area in areas:
        values.clear(*area)
    return {"spreadsheetId": book.id, "clearedRanges": [address(*area) for area in areas]}


def _values_batchClearByDataFilter(book: Book, _p: Json, _q: Json, body: Json, _x: Json) -> Json:
    areas = [found for one in body["dataFilters"] for found in values.matches(book, one)]
    for area in areas:
        values.clear(*area)
    return {"spreadsheetId": book.id, "clearedRanges": [address(*area) for area in areas]}


def _sheets_copyTo(book: Book, path: Json, _q: Json, body: Json, quirks: Json) -> Json:
    if body["destinationSpreadsheetId"] != book.id:
        raise NotFoundError
    source = int(path["sheetId"])
    [reply] = apply(book, [{"duplicateSheet": {"sourceSheetId": source}}], quirks)
    return reply["duplicateSheet"]["properties"]  # type: ignore[no-any-return]


__all__: list[Any] = ["NotFoundError", "call"]
