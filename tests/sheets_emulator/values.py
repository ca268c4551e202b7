"""The values endpoints: read, written, cleared, by address and by data filter."""

from __future__ import annotations

from typing import Any

from tests.sheets_emulator.a1 import address, area_of
from tests.sheets_emulator.book import EMPTY, Book, Cell, Json, Metadata, Tab
from tests.sheets_emulator.discovery import InvalidError
from tests.sheets_emulator.parsing import shown, typed

LONGEST = 50_000


def grid_range(area: Json, tab: Tab) -> Json:
    """Return a range with all its bounds."""
    top, bottom, left, right = tab.bounds(area)
    return {"sheetId": tab.id, "startRowIndex": top, "endRowIndex": bottom,
            "startColumnIndex": left, "endColumnIndex": right}  # fmt: skip


def area_of_metadata(book: Book, each: Metadata) -> tuple[Tab, Json]:
    """Return what a piece of metadata sits on."""
    if each.sheet is None:
        raise InvalidError("metadata of the spreadsheet is no range")
    tab, area = book.tab(each.sheet), {"sheetId": each.sheet}
    if each.dimension:
        name = "Row" if each.kind == "ROW" else "Column"
        area |= {f"start{name}Index": each.index, f"end{name}Index": each.index + 1}
    return tab, area


def looked_up(book: Book, lookup: Json) -> list[Metadata]:
    """Return the metadata that a lookup matches."""
    where = lookup.get("metadataLocation")
    return [
        each
        for each in book.metadata.values()
        if lookup.get("metadataId") in (None, each.id)
        and lookup.get("metadataKey") in (None, each.key)
        and lookup.get("metadataValue") in (None, each.value)
        and lookup.get("visibility") in (None, each.visibility)
        and lookup.get("locationType") in (None, each.kind)
        and (where is None or _sits(each, where, lookup))
    ]


def _sits(each: Metadata, where: Json, lookup: Json) -> bool:
    is_exact = lookup.get("locationMatchingStrategy") != "INTERSECTING_LOCATION"
    if where.get("spreadsheet"):
        return each.kind == "SPREADSHEET" or not is_exact
    if "sheetId" in where:
        return each.sheet == where["sheetId"] and (each.kind == "SHEET" or not is_exact)
    span = where["dimensionRange"]
    if each.sheet != span.get("sheetId", 0):
        return False
    if each.dimension != span["dimension"]:
        return not is_exact
    return bool(span.get("startIndex", 0) <= each.index < span["endIndex"])


def matches(book: Book, data_filter: Json) -> list[tuple[Tab, Json]]:
    """Return the ranges that a data filter matches at this moment."""
    if "a1Range" in data_filter:
        return [area_of(book, data_filter["a1Range"])]
    if "gridRange" in data_filter:
        area = data_filter["gridRange"]
        return [(book.tab(area.get("sheetId", 0)), area)]
    return [
        area_of_metadata(book, each)
        for each in looked_up(book, data_filter["developerMetadataLookup"])
        if each.sheet is not None
    ]


def read(book: Book, tab: Tab, area: Json, options: Json) -> Json:
    """Return a range of values; empty ones at the end are left out."""
    top, bottom, left, right = tab.bounds(area)
    option = options.get("valueRenderOption") or "FORMATTED_VALUE"
    major = options.get("majorDimension") or "ROWS"
    width = right - left
    lines: list[list[Any]] = []
    if major == "COLUMNS":
        for column in range(left, right):
            line = [shown(row[column], option, book.locale) if column < len(row) else ""
                    for row in tab.rows[top:bottom]]  # fmt: skip
            lines.append(_trimmed(line))
    else:
        for row in tab.rows[top:bottom]:
            line = [shown(cell, option, book.locale) for cell in row[left : left + width]]
            lines.append(_trimmed(line))
    while lines and not lines[-1]:
        lines.pop()
    found: Json = {"range": address(tab, area), "majorDimension": major}
    return {**found, "values": lines} if lines else found


def _trimmed(line: list[Any]) -> list[Any]:
    end = len(line)
    while end and line[end - 1] == "":
        end -= 1
    return line[:end]


def write(book: Book, tab: Tab, area: Json, item: Json, option: str) -> Json:
    """Write values into a range: null skips, an empty text empties, too many are refused."""
    if option not in {"RAW", "USER_ENTERED"}:
        raise InvalidError("'valueInputOption' is required but not specified")
    top, bottom, left, right = tab.bounds(area)
    by_row = (item.get("majorDimension") or "ROWS") == "ROWS"
    high, wide = (bottom - top, right - left) if by_row else (right - left, bottom - top)
    lines = item.get("values") or []
    if len(lines) > high or any(len(line) > wide for line in lines):
        raise InvalidError(f"Requested writing within range [{address(tab, area)}], but tried "
                           "writing outside of it")  # fmt: skip
    count = 0
    for major, line in enumerate(lines):
        for minor, value in enumerate(line):
            if value is None:
                continue
            spot = (top + major, left + minor) if by_row else (top + minor, left + major)
            tab.put(*spot, entered(value, option, book.locale, tab.cell(*spot)))
            count += 1
    return {
        "updatedRange": address(tab, area), "updatedCells": count,
        "updatedRows": len(lines) if by_row else max(map(len, lines), default=0),
        "updatedColumns": max(map(len, lines), default=0) if by_row else len(lines),
    }  # fmt: skip


def entered(value: Any, option: str, locale: str, past: Cell) -> Cell:
    """Return the cell that a written value leaves behind."""
    if isinstance(value, str) and len(value) > LONGEST:
        raise InvalidError("Your input contains more than the maximum of 50000 characters in a "
                           "single cell.")  # fmt: skip
    if option == "USER_ENTERED":
        return typed(value, locale, past)
    return past._replace(value=None if value == "" else value, formula=None)


def clear(tab: Tab, area: Json) -> None:
    """Empty the values of a range."""
    top, bottom, left, right = tab.bounds(area)
    for row in range(top, min(bottom, len(tab.rows))):
        for column in range(left, min(right, len(tab.rows[row]))):
            tab.rows[row][column] = tab.rows[row][column]._replace(value=None, formula=None)


def appended(book: Book, tab: Tab, area: Json, item: Json, option: str) -> Json:
    """Append rows after the last one of the table that a range touches."""
    top, _, left, _ = tab.bounds(area)

    def is_filled(row: int) -> bool:
        cells = tab.rows[row] if row < len(tab.rows) else []
        return any(cell.value is not None or cell.formula for cell in cells)

    at = top
    while is_filled(at):
        at += 1
    if not area.keys() & {"startRowIndex", "endRowIndex"}:  # a whole tab: below everything
        at = max((row + 1 for row in range(len(tab.rows)) if is_filled(row)), default=0)
    lines = item.get("values") or []
    high, wide = len(lines), max(max(map(len, lines), default=1), 1)
    if item.get("majorDimension") == "COLUMNS":
        high, wide = wide, high
    tab.row_count = max(tab.row_count, at + high)
    tab.column_count = max(tab.column_count, left + wide)
    spot = {"sheetId": tab.id, "startRowIndex": at, "endRowIndex": at + max(high, 1),
            "startColumnIndex": left, "endColumnIndex": left + wide}  # fmt: skip
    before = {**spot, "startRowIndex": top, "endRowIndex": max(at, top + 1)}
    updates = write(book, tab, spot, item, option)
    return {"tableRange": address(tab, before), "updates": {"spreadsheetId": book.id, **updates}}


__all__ = ["EMPTY", "appended", "clear", "entered", "grid_range", "looked_up", "matches", "read",
           "write"]  # fmt: skip
