"""A tab as Excel has it: its cells, read at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sheets_sync.targets.cells import serial
from sheets_sync.targets.xlsx_patch import markup, reference
from sheets_sync.targets.xlsx_patch.package import SheetEntry
from sheets_sync.targets.xlsx_patch.sheet import Content, Formula

Json = dict[str, Any]


class LiveSheet:
    """The cells of a tab; rows and columns count from zero."""

    def __init__(self, read: Json, index: int) -> None:
        """Keep what was read."""
        self.entry = SheetEntry(read["title"], "", index, is_hidden=read["is_hidden"])
        self.raw: list[list[Any]] = read["cells"]
        self._formulas = {(row, column): text for row, column, text in read["formulas"]}
        self._merged = [reference.Area(*corners) for corners in read["merged"]]

    @cached_property
    def rows(self) -> Mapping[int, list[Content]]:
        """What the rows hold."""
        rows = {at: [_content(value) for value in row] for at, row in enumerate(self.raw)}
        for (row, column), text in self._formulas.items():
            rows[row][column] = Formula(markup.content(text), None)
        return rows

    @cached_property
    def _numbers(self) -> Mapping[int, int]:
        return {id(row): at for at, row in self.rows.items()}

    def read(
        self, row: list[Content], places: Mapping[bytes, int], width: int, /
    ) -> list[Content] | None:
        """Return what the cells of a row hold, in the places of their columns' letters."""
        contents: list[Content] = [None] * width
        for name, place in places.items():
            at = reference.index(name.decode())
            contents[place] = row[at] if at < len(row) else None
        return contents

    def style(self, row: list[Content], column: int, /) -> bytes:
        """Return 1 where a cell shows its number as a date."""
        is_date = isinstance(self.raw[self._numbers[id(row)]][column], dict)
        return b"1" if is_date else b"0"

    def is_date(self, style: int, /) -> bool:
        """Tell whether a style shows a number as a date."""
        return bool(style)

    def merged(self) -> Iterator[reference.Area]:
        """Yield the ranges of ours over which cells are merged."""
        yield from self._merged

    def rightmost(self) -> int:
        """Return the last column that holds a cell."""
        return max(map(len, self.raw), default=1) - 1

    def content(self, row: int, column: int) -> Content:
        """Return what a cell holds."""
        cells = self.rows.get(row, ())
        return cells[column] if column < len(cells) else None

    def as_read(self, row: int, column: int) -> Any:
        """Return a cell as it was read."""
        cells = self.raw[row] if row < len(self.raw) else ()
        return cells[column] if column < len(cells) else None


def _content(value: Any) -> Content:
    if isinstance(value, dict):
        return _days(value["day"])
    if isinstance(value, str):
        return value or None
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    content: Content = value
    return content


def _days(text: str) -> float | str:
    """Count days as cells do."""
    moment = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    days = serial(moment)
    return text if days is None else float(days)
