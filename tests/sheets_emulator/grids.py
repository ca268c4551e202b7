"""The requests about whole tabs."""

from __future__ import annotations

import copy
from typing import Any

from tests.sheets_emulator.book import COLUMNS, ROWS, Book, Json, Metadata, Tab
from tests.sheets_emulator.discovery import InvalidError, parsed


def add_sheet(book: Book, body: Json, _: Json) -> Json:
    properties = copy.deepcopy(body.get("properties", {}))
    id_ = properties.pop("sheetId", None) or next(book.numbers)
    title = properties.pop("title", f"Sheet{len(book.tabs) + 1}")
    if any(tab.id == id_ for tab in book.tabs) or id_ < 0:
        raise InvalidError(f"A sheet with id {id_} already exists")
    if book.titled(title):
        raise InvalidError(
            f'A sheet with the name "{title}" already exists. Please enter another name.'
        )
    at = properties.pop("index", len(book.tabs))
    grid = properties.setdefault("gridProperties", {})
    tab = Tab(
        id_, title, grid.pop("rowCount", 1000), grid.pop("columnCount", 26), properties=properties
    )
    book.tabs.insert(at, tab)
    return {"addSheet": {"properties": tab_properties(book, tab)}}


def delete_sheet(book: Book, body: Json, _: Json) -> None:
    tab = book.tab(body.get("sheetId", 0))
    if len(book.tabs) == 1:
        raise InvalidError("You can't remove all the sheets in a document.")
    book.tabs.remove(tab)
    book.metadata = {i: m for i, m in book.metadata.items() if m.sheet != tab.id}
    book.named = {i: n for i, n in book.named.items() if n["range"].get("sheetId", 0) != tab.id}


def duplicate_sheet(book: Book, body: Json, _: Json) -> Json:
    source = book.tab(body["sourceSheetId"])
    new = copy.deepcopy(source)
    new.id = body.get("newSheetId") or next(book.numbers)
    new.title = body.get("newSheetName") or f"Copy of {source.title}"
    if book.titled(new.title) or any(tab.id == new.id for tab in book.tabs):
        raise InvalidError(f'A sheet with the name "{new.title}" already exists.')
    for each in new.protected:
        each["protectedRangeId"] = next(book.numbers)
    for each in new.charts:
        each["chartId"] = next(book.numbers)
    for each in [m for m in book.metadata.values() if m.sheet == source.id]:
        id_ = next(book.numbers)  # copied, under another id
        book.metadata[id_] = Metadata(id_, each.key, each.value, each.visibility, each.kind, new.id,
                                      each.index)  # fmt: skip
    book.tabs.insert(body.get("insertSheetIndex", len(book.tabs)), new)
    return {"duplicateSheet": {"properties": tab_properties(book, new)}}


def tab_properties(book: Book, tab: Tab) -> Json:
    """Return the properties of a tab."""
    grid = {**tab.properties.get("gridProperties", {}), "rowCount": tab.row_count,
            "columnCount": tab.column_count}  # fmt: skip
    own = {k: v for k, v in tab.properties.items() if k != "gridProperties"}
    return {"sheetId": tab.id, "title": tab.title, "index": book.tabs.index(tab),
            "sheetType": "GRID", "gridProperties": grid, **own}  # fmt: skip


def update_sheet(book: Book, body: Json, _: Json) -> None:
    new = copy.deepcopy(body["properties"])
    tab = book.tab(new.get("sheetId", 0))
    if "title" in new and (other := book.titled(new["title"])) and other is not tab:
        raise InvalidError(f'A sheet with the name "{new["title"]}" already exists.')
    mask = parsed(body["fields"])
    if "index" in mask:
        at = new.get("index", 0)
        place = at - 1 if at > book.tabs.index(tab) else at
        book.tabs.remove(tab)
        book.tabs.insert(place, tab)
    if "title" in mask:
        tab.title = new["title"]
    grid = new.pop("gridProperties", {})
    for name in mask.get("gridProperties", {}) or (grid if "gridProperties" in mask else ()):
        if name == "rowCount":
            _resize(book, tab, ROWS, grid[name])
        elif name == "columnCount":
            _resize(book, tab, COLUMNS, grid[name])
        else:
            tab.properties.setdefault("gridProperties", {})[name] = grid.get(name, 0)
            if not grid.get(name):
                del tab.properties["gridProperties"][name]
    others = [each for each in book.tabs if each is not tab and not each.properties.get("hidden")]
    if new.get("hidden") and not others:
        raise InvalidError("You can't hide all the sheets in a document.")
    for name in set(mask) - {"index", "title", "gridProperties", "sheetId"} - {"*"}:
        tab.properties[name] = new.get(name)


def _resize(book: Book, tab: Tab, dimension: str, count: int) -> None:
    have = tab.count(dimension)
    if count < have:
        book.delete(tab, dimension, count, have - count)
    elif count > have:
        book.insert(tab, dimension, have, count - have, before=True)


TABS: dict[str, Any] = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet,
}
