"""Addresses such as `'Plan'!B2:C`, read and written."""

from __future__ import annotations

import re

from tests.sheets_emulator.book import Book, Json, Tab
from tests.sheets_emulator.discovery import InvalidError

_CORNER = re.compile(r"\$?([A-Za-z]{0,3})\$?(\d*)$")


def column_name(index: int) -> str:
    """Name a column."""
    head, last = divmod(index, 26)
    return (column_name(head - 1) if head else "") + chr(ord("A") + last)


def _corner(text: str) -> tuple[int | None, int | None]:
    match = _CORNER.match(text)
    if not match or not text:
        raise InvalidError(f"Unable to parse range: {text}")
    column = None
    for letter in match[1].upper():
        column = (column or 0) * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1 if match[2] else None, None if column is None else column - 1


def area_of(book: Book, text: str) -> tuple[Tab, Json]:
    """Return the tab and the range of an address; a name or a title alone will do."""
    title, sign, cells = text.rpartition("!")
    if not sign:
        if text in (named := {each["name"]: each for each in book.named.values()}):
            area = named[text]["range"]
            return book.tab(area.get("sheetId", 0)), area
        if whole := book.titled(_unquoted(text)):
            return whole, {"sheetId": whole.id}
        title, cells = "", text
    tab = book.titled(_unquoted(title)) if title else book.tabs[0]
    if tab is None:
        raise InvalidError(f"Unable to parse range: {text}")
    if named := [n for n in book.named.values() if n["name"] == cells]:
        return tab, named[0]["range"]
    first, _, last = cells.partition(":")
    top, left = _corner(first)
    bottom, right = _corner(last) if last else (top, left)
    area = {"sheetId": tab.id}
    ends = (("Row", *_ordered(top, bottom)), ("Column", *_ordered(left, right)))
    for name, low, high in ends:
        if low is not None:
            area[f"start{name}Index"] = low
        if high is not None:
            area[f"end{name}Index"] = high + 1
    return tab, _cut(tab, area, text)


def _ordered(low: int | None, high: int | None) -> tuple[int | None, int | None]:
    """Turn ends around: people write D4:A1."""
    return (high, low) if low is not None and high is not None and high < low else (low, high)


def _cut(tab: Tab, area: Json, text: str) -> Json:
    """Return a range as far as it lies on the grid."""
    ends = (("Row", tab.row_count), ("Column", tab.column_count))
    if any(area.get(f"start{name}Index", 0) >= count for name, count in ends):
        raise InvalidError(f"Range ({text}) exceeds grid limits.")
    cut = {f"end{n}Index": min(area[f"end{n}Index"], c) for n, c in ends if f"end{n}Index" in area}
    return {**area, **cut}


def _unquoted(title: str) -> str:
    if title.startswith("'") and title.endswith("'") and len(title) > 1:
        return title[1:-1].replace("''", "'")
    return title


def address(tab: Tab, area: Json) -> str:
    """Write the address of a range."""
    top, bottom, left, right = tab.bounds(area)
    title = tab.title if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", tab.title) else (
        "'" + tab.title.replace("'", "''") + "'")  # fmt: skip
    first = f"{column_name(left)}{top + 1}"
    last = f"{column_name(right - 1)}{bottom}"
    return f"{title}!{first}" if first == last else f"{title}!{first}:{last}"
