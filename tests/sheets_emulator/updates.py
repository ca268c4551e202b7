"""The requests of a batchUpdate, a function each; all of a batch are applied, or none."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_emulator.book import COLUMNS, EMPTY, ROWS, Book, Cell, Json, Metadata, Tab
from tests.sheets_emulator.discovery import InvalidError, parsed
from tests.sheets_emulator.grids import TABS
from tests.sheets_emulator.objects import OBJECTS
from tests.sheets_emulator.parsing import normalised
from tests.sheets_emulator.values import LONGEST, clear, looked_up

NAMES = {"Row": ROWS, "Column": COLUMNS}


def apply(book: Book, requests: list[Json], quirks: Json) -> list[Json]:
    """Apply all requests, or none; return their replies."""
    past = book.snapshot()
    replies = []
    try:
        for at, request in enumerate(requests):
            replies.append(_applied(book, at, request, quirks))
    except BaseException:
        book.restore(past)
        raise
    return replies


def _applied(book: Book, at: int, request: Json, quirks: Json) -> Json:
    [(kind, body)] = request.items()
    if kind not in KINDS:
        raise InvalidError(f"the emulator knows no {kind}")
    try:
        return KINDS[kind](book, body or {}, quirks) or {}
    except InvalidError as error:
        raise InvalidError(f"Invalid requests[{at}].{kind}: {error}") from None


def metadata_json(each: Metadata) -> Json:
    """Return metadata as the API shows it."""
    location: Json = {"locationType": each.kind}
    if each.sheet is None:
        location["spreadsheet"] = True
    elif each.dimension is None:
        location["sheetId"] = each.sheet
    else:
        location["dimensionRange"] = {
            "sheetId": each.sheet, "dimension": each.dimension,
            "startIndex": each.index, "endIndex": each.index + 1,
        }  # fmt: skip
    return {"metadataId": each.id, "metadataKey": each.key, "metadataValue": each.value,
            "location": location, "visibility": each.visibility}  # fmt: skip


# -- metadata


def create_metadata(book: Book, body: Json, _: Json) -> Json:
    new = body["developerMetadata"]
    id_ = new.get("metadataId") or next(book.numbers)
    if id_ in book.metadata:
        raise InvalidError(f"Developer metadata with id {id_} already exists")
    if not new.get("visibility") or "metadataKey" not in new:
        raise InvalidError("metadata needs a key and a visibility")
    where = new["location"]
    each = Metadata(id_, new["metadataKey"], new.get("metadataValue", ""), new["visibility"],
                    "SPREADSHEET")  # fmt: skip
    if "sheetId" in where:
        each.kind, each.sheet = "SHEET", book.tab(where["sheetId"]).id
    elif "dimensionRange" in where:
        span = where["dimensionRange"]
        tab = book.tab(span.get("sheetId", 0))
        if span["endIndex"] - span.get("startIndex", 0) != 1:
            raise InvalidError("metadata sits on a single row or column")
        if span["endIndex"] > tab.count(span["dimension"]):
            raise InvalidError("metadata outside of the grid")
        each.kind = "ROW" if span["dimension"] == ROWS else "COLUMN"
        each.sheet, each.index = tab.id, span.get("startIndex", 0)
    book.metadata[id_] = each
    return {"createDeveloperMetadata": {"developerMetadata": metadata_json(each)}}


def update_metadata(book: Book, body: Json, quirks: Json) -> Json:
    found = _filtered(book, body["dataFilters"])
    if not found and quirks.get("guard_is_error", True):
        raise InvalidError("No developer metadata matches the filters")
    new = body["developerMetadata"]
    for each in found:
        each.key = new.get("metadataKey", each.key)
        each.value = new.get("metadataValue", each.value)
    return {"updateDeveloperMetadata": {"developerMetadata": [metadata_json(x) for x in found]}}


def delete_metadata(book: Book, body: Json, _: Json) -> Json:
    found = _filtered(book, [body["dataFilter"]])
    for each in found:
        del book.metadata[each.id]
    return {
        "deleteDeveloperMetadata": {"deletedDeveloperMetadata": [metadata_json(x) for x in found]}
    }


def _filtered(book: Book, filters: list[Json]) -> list[Metadata]:
    return [each for one in filters for each in looked_up(book, one["developerMetadataLookup"])]


# -- rows and columns


def _span(book: Book, span: Json) -> tuple[Tab, str, int, int]:
    tab = book.tab(span.get("sheetId", 0))
    dimension = span["dimension"]
    return tab, dimension, span.get("startIndex", 0), span.get("endIndex", tab.count(dimension))


def append_dimension(book: Book, body: Json, _: Json) -> None:
    tab = book.tab(body.get("sheetId", 0))
    end = tab.count(body["dimension"])
    book.insert(tab, body["dimension"], end, body["length"], before=True)


def insert_dimension(book: Book, body: Json, _: Json) -> None:
    tab, dimension, start, end = _span(book, body["range"])
    is_before = body.get("inheritFromBefore", False)
    book.insert(tab, dimension, start, end - start, before=is_before)


def delete_dimension(book: Book, body: Json, _: Json) -> None:
    tab, dimension, start, end = _span(book, body["range"])
    book.delete(tab, dimension, start, end - start)


def move_dimension(book: Book, body: Json, _: Json) -> None:
    tab, dimension, start, end = _span(book, body["source"])
    book.move(tab, dimension, start, end, body.get("destinationIndex", 0))


def dimension_properties(book: Book, body: Json, _: Json) -> None:
    tab, dimension, start, end = _span(book, body["range"])
    if end > tab.count(dimension):
        raise InvalidError("dimension outside of the grid")
    for at in range(start, end):
        mine = tab.sizes[dimension].setdefault(at, {})
        mine |= {name: body["properties"].get(name) for name in parsed(body["fields"])}


# -- cells


def update_cells(book: Book, body: Json, _: Json) -> None:
    mask = parsed(body["fields"])
    if "range" in body:
        tab = book.tab(body["range"].get("sheetId", 0))
        top, bottom, left, right = tab.bounds(body["range"])
    else:
        start = body["start"]
        tab = book.tab(start.get("sheetId", 0))
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        bottom, right = tab.row_count, tab.column_count
    rows = body.get("rows", [])
    for at, row in enumerate(rows):
        for column, data in enumerate((row or {}).get("values", [])):
            if top + at >= bottom or left + column >= right:
                raise InvalidError("Attempting to write outside of the range or the grid")
            _put(book, tab, (top + at, left + column), data or {}, mask)
    if "range" in body:
        wide = {
            (top + a, left + c)
            for a, r in enumerate(rows)
            for c in range(len((r or {}).get("values", [])))
        }
        for spot in tab.spots(body["range"]):
            if spot not in wide:
                _put(book, tab, spot, {}, mask)


def _put(book: Book, tab: Tab, spot: tuple[int, int], data: Json, mask: Json) -> None:
    cell = tab.cell(*spot)
    if "userEnteredValue" in mask or "*" in mask:
        cell = _valued(cell, data.get("userEnteredValue") or {}, book.locale)
    if "userEnteredFormat" in mask or "*" in mask:
        below = mask.get("userEnteredFormat", {})
        new = data.get("userEnteredFormat")
        if below and cell.format:
            new = {**{k: v for k, v in cell.format.items() if k not in below},
                   **{k: v for k, v in (new or {}).items() if k in below}}  # fmt: skip
        cell = cell._replace(format=new or None)
    if "note" in mask or "*" in mask:
        cell = cell._replace(note=data.get("note"))
    if "dataValidation" in mask or "*" in mask:
        cell = cell._replace(validation=data.get("dataValidation"))
    if cell != EMPTY or tab.cell(*spot) != EMPTY:
        tab.put(*spot, cell)
    elif spot[0] >= tab.row_count or spot[1] >= tab.column_count:
        raise InvalidError("exceeds grid limits")


def _valued(cell: Cell, value: Json, locale: str) -> Cell:
    if formula := value.get("formulaValue"):
        if not formula.startswith("="):
            raise InvalidError("a formula begins with =")
        return cell._replace(value=None, formula=normalised(formula, locale))
    found = next(
        (v for k, v in value.items() if k in {"stringValue", "numberValue", "boolValue"}), None
    )
    if isinstance(found, str) and len(found) > LONGEST:
        raise InvalidError("Your input contains more than the maximum of 50000 characters")
    return cell._replace(value=None if found == "" else found, formula=None)


def repeat_cell(book: Book, body: Json, _: Json) -> None:
    tab = book.tab(body["range"].get("sheetId", 0))
    mask = parsed(body["fields"])
    for spot in tab.spots(body["range"]):
        _put(book, tab, spot, body.get("cell", {}), mask)


def append_cells(book: Book, body: Json, _: Json) -> None:
    tab = book.tab(body.get("sheetId", 0))
    filled = [
        at for at, row in enumerate(tab.rows) if any(c.value is not None or c.formula for c in row)
    ]
    at = max(filled, default=-1) + 1
    tab.row_count = max(tab.row_count, at + len(body["rows"]))
    update_cells(book, {"start": {"sheetId": tab.id, "rowIndex": at}, **body}, {})


def find_replace(book: Book, body: Json, _: Json) -> Json:
    count = 0
    areas = [body["range"]] if "range" in body else [
        {"sheetId": tab.id}
        for tab in book.tabs
        if body.get("allSheets") or tab.id == body.get("sheetId", 0)
    ]  # fmt: skip
    flags = 0 if body.get("matchCase") else re.IGNORECASE
    pattern = body["find"] if body.get("searchByRegex") else re.escape(body["find"])
    for area in areas:
        tab = book.tab(area.get("sheetId", 0))
        for spot in tab.spots(area):
            cell = tab.cell(*spot)
            text = "" if cell.value is None or cell.formula else str(cell.value)
            if not text:
                continue
            whole = re.fullmatch(pattern, text, flags) if body.get("matchEntireCell") else None
            if whole or (not body.get("matchEntireCell") and re.search(pattern, text, flags)):
                new = re.sub(pattern, lambda _: body.get("replacement", ""), text, flags=flags)
                tab.put(*spot, cell._replace(value=new or None))
                count += 1
    return {"findReplace": {"valuesChanged": count, "occurrencesChanged": count}}


def validation(book: Book, body: Json, _: Json) -> None:
    tab = book.tab(body["range"].get("sheetId", 0))
    for spot in tab.spots(body["range"]):
        tab.put(*spot, tab.cell(*spot)._replace(validation=body.get("rule")))


def sort_range(book: Book, body: Json, _: Json) -> None:
    book.sort(book.tab(body["range"].get("sheetId", 0)), body["range"], body["sortSpecs"])


def copy_paste(book: Book, body: Json, _: Json) -> None:
    source, target = body["source"], body["destination"]
    tab, onto = book.tab(source.get("sheetId", 0)), book.tab(target.get("sheetId", 0))
    top, bottom, left, right = tab.bounds(source)
    cells = {(r, c): tab.cell(r, c) for r, c in tab.spots(source)}
    first_row, last_row, first, last = onto.bounds(target)
    for row in range(first_row, max(last_row, first_row + bottom - top)):
        for column in range(first, max(last, first + right - left)):
            spot = (
                top + (row - first_row) % (bottom - top),
                left + (column - first) % (right - left),
            )
            onto.put(row, column, cells[spot])


def cut_paste(book: Book, body: Json, quirks: Json) -> None:
    source, spot = body["source"], body["destination"]
    top, bottom, left, right = book.tab(source.get("sheetId", 0)).bounds(source)
    row, column = spot.get("rowIndex", 0), spot.get("columnIndex", 0)
    onto = {"sheetId": spot.get("sheetId", 0), "startRowIndex": row, "startColumnIndex": column,
            "endRowIndex": row + bottom - top, "endColumnIndex": column + right - left}  # fmt: skip
    copy_paste(book, {"source": source, "destination": onto}, quirks)
    clear(book.tab(source.get("sheetId", 0)), source)


def borders(book: Book, body: Json, _: Json) -> None:
    tab = book.tab(body["range"].get("sheetId", 0))
    for spot in tab.spots(body["range"]):
        cell = tab.cell(*spot)
        tab.put(
            *spot,
            cell._replace(format={**(cell.format or {}), "borders": {"top": body.get("top")}}),
        )


def book_properties(book: Book, body: Json, _: Json) -> None:
    new = body["properties"]
    for name in parsed(body["fields"]):
        if name in {"title", "locale"}:
            setattr(book, name, new[name])
        elif name == "timeZone":
            book.zone = new[name]
        else:
            book.properties[name] = new.get(name)


KINDS: dict[str, Any] = {
    "createDeveloperMetadata": create_metadata, "updateDeveloperMetadata": update_metadata,
    "deleteDeveloperMetadata": delete_metadata,
    "appendDimension": append_dimension, "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension, "moveDimension": move_dimension,
    "updateDimensionProperties": dimension_properties, "updateCells": update_cells,
    "repeatCell": repeat_cell, "appendCells": append_cells, "findReplace": find_replace,
    "setDataValidation": validation, "sortRange": sort_range, "copyPaste": copy_paste,
    "cutPaste": cut_paste,
    "updateBorders": borders, "updateSpreadsheetProperties": book_properties, **OBJECTS, **TABS,
}  # fmt: skip

__all__ = ["apply", "metadata_json"]
