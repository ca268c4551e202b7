"""A spreadsheet as plain data, to tell whether two are the same."""

from __future__ import annotations

import json
from typing import Any

from tests.sheets_emulator.book import Book


def state(book: Book) -> dict[str, Any]:
    """Return everything in a spreadsheet but the numbers that the server chose."""
    return {
        "tabs": [
            {
                "id": tab.id,
                "title": tab.title,
                "size": (tab.row_count, tab.column_count),
                "rows": [_row(row) for row in tab.rows],
                "properties": tab.properties,
                "sizes": tab.sizes,
                "merges": sorted(map(json.dumps, tab.merges)),
                "protected": tab.protected,
                "rules": sorted(map(json.dumps, tab.rules)),
                "charts": sorted(map(json.dumps, tab.charts)),
                "filter": tab.filter,
            }
            for tab in book.tabs
        ],
        "anchors": sorted(
            (m.key, m.value, m.kind, m.sheet, m.index)
            for m in book.metadata.values()
            if m.key != "smk.append"
        ),
        "named": book.named,
    }


def _row(row: list[Any]) -> list[Any]:
    cells = [[c.value, c.formula, c.format, c.note, c.validation] for c in row]
    while cells and cells[-1] == [None] * 5:
        cells.pop()
    return cells


def different(one: Book, other: Book) -> str:
    """Say where two spreadsheets differ first; nothing where they are the same."""
    return _different(state(one), state(other), "")


def _different(one: Any, other: Any, at: str) -> str:
    if type(one) is not type(other):
        return f"{at}: {one!r} is not {other!r}"
    if isinstance(one, dict):
        for name in {**one, **other}:
            if found := _different(one.get(name), other.get(name), f"{at}.{name}"):
                return found
    elif isinstance(one, list | tuple):
        for place, (left, right) in enumerate(zip(one, other, strict=False)):
            if found := _different(left, right, f"{at}[{place}]"):
                return found
        if len(one) != len(other):
            return f"{at}: {len(one)} and {len(other)}"
    elif one != other:
        return f"{at}: {one!r} is not {other!r}"
    return ""
