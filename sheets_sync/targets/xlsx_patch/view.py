"""What a table tab holds at present: its columns by anchor, its rows by key, what people typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

from sheets_sync.targets.cells import plain
from sheets_sync.targets.places import letters, quoted
from sheets_sync.targets.xlsx_patch import reference
from sheets_sync.targets.xlsx_patch.package import SheetEntry
from sheets_sync.targets.xlsx_patch.sheet import Content, Failure, Formula
from sheets_sync.workbook import Warning as Notice
from templates.tab import Column, Kind, Table, Value, Writer
from templates.words import LANGUAGES, Words, load

_DATES = {Kind.DATE, Kind.DATETIME, Kind.MONTH}
_FROM_1904 = 1462  # days between the two calendars of Excel
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (cells know no zone)
_MOST_ROWS = 10
_LAST_DAY = 2_958_465


class Cells(Protocol):
    """The cells of a tab, in a file or in Excel."""

    @property
    def rows(self) -> Mapping[int, Any]:
        """The rows that have cells, by number."""

    def read(self, row: Any, places: Mapping[bytes, int], width: int, /) -> list[Content] | None:
        """Return what the cells of a row hold, in the places of their columns' letters."""

    def style(self, row: Any, column: int, /) -> bytes:
        """Return the number of a cell's style."""

    def merged(self) -> Iterator[reference.Area]:
        """Yield the merged ranges."""

    def rightmost(self) -> int:
        """Return the last column that holds a cell."""


class Dates(Protocol):
    """The styles of a workbook, as far as they tell dates from numbers."""

    def is_date(self, style: int, /) -> bool:
        """Tell whether a style shows a number as a date."""


@dataclass(slots=True)
class Line:
    """A row of a table tab; what its cells hold is read when it is asked for."""

    number: int
    key: str | None
    typed: dict[str, Value]
    read: Callable[[], list[Content]] = field(repr=False)
    known: list[Content] | None = field(default=None, repr=False)

    @property
    def is_read(self) -> bool:
        """Tell whether anybody asked what its cells hold."""
        return self.known is not None

    @property
    def contents(self) -> list[Content]:
        """What its cells hold, in the order of the table's columns; of human ones nothing."""
        if self.known is None:
            self.known = self.read()
        return self.known


@dataclass(slots=True)
class TableView:
    """A table tab as people left it."""

    table: Table
    entry: SheetEntry
    sheet: Cells
    header: int  # row
    columns: dict[str, int]  # those that are there, by id
    lines: list[Line]
    by_key: dict[str, Line]
    twice: set[str]
    minted: dict[int, str]  # row number: the new key
    last_data: int  # the last row that holds something of ours
    last_row: int  # the last row that has cells of ours, blank ones too
    merged: str | None = None  # a merged range over our rows: the tab is left alone
    notices: list[Notice] = field(default_factory=list)

    @property
    def is_keyless(self) -> bool:
        """Tell whether people deleted the key column."""
        return self.table.key not in self.columns

    @property
    def lost(self) -> list[Column]:
        """The columns that people deleted."""
        return [column for column in self.table.columns if column.id not in self.columns]


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read cells: the styles and the calendar of the workbook."""

    styles: Dates | None
    is_1904: bool = False
    words: Words | None = None

    def choices(self, column: Column) -> dict[str, str]:
        """Return the choices of a column by their words in any language."""
        known = [load(language) for language in LANGUAGES]
        return {
            words(f"choice.{choice}").casefold(): choice
            for words in [*known, *([self.words] if self.words else [])]
            for choice in column.choices
            if words.has(f"choice.{choice}")
        }

    def typed(
        self,
        content: Content,
        style: Callable[[], bytes],
        column: Column,
        choices: Mapping[str, str],
    ) -> Value:
        """Return what a person typed into a cell, as the column and its style mean it."""
        value = content.value if isinstance(content, Formula) else content
        if value is None or isinstance(value, Failure | bool):
            return value if isinstance(value, bool) else None
        if isinstance(value, str):
            text = value.strip()
            return choices.get(text.casefold(), text) or None
        is_date = column.kind in _DATES or (
            column.kind in {Kind.ANY, Kind.TEXT, Kind.LONG_TEXT}
            and self.styles is not None
            and self.styles.is_date(int(style() or 0))
        )
        if is_date and (day := self.moment(value, column.kind)) is not None:
            return day
        return int(value) if float(value).is_integer() else value

    def moment(self, value: float, kind: Kind) -> date | datetime | None:
        """Turn serial days into a date, or a moment."""
        days = value + (_FROM_1904 if self.is_1904 else 0)
        if not 61 <= days <= _LAST_DAY:  # noqa: PLR2004 (before March 1900 programs disagree)
            return None
        moment = _EPOCH + timedelta(milliseconds=round(days * 86_400_000))
        return (
            moment
            if kind is Kind.DATETIME or moment.time() != datetime.min.time()
            else moment.date()
        )


def key_text(value: Content, kind: Kind, reader: Reader) -> str | None:
    """Return a key as text, whatever a program made of it.

    >>> key_text(17.0, Kind.TEXT, Reader(None)), key_text(46349.0, Kind.DATE, Reader(None))
    ('17', '2026-11-23')
    """
    if isinstance(value, Formula):
        value = value.value
    if isinstance(value, float):
        if kind in _DATES and (day := reader.moment(value, kind)) is not None:
            return str(day)
        return str(int(value)) if value.is_integer() else str(value)
    if value is None or isinstance(value, Failure):
        return None
    return plain(str(value)).strip() or None


def view_table(
    table: Table,
    entry: SheetEntry,
    sheet: Cells,
    columns: dict[str, int],
    header: int,
    reader: Reader,
    quiet: Mapping[int, str] = MappingProxyType({}),
) -> TableView:
    """Read a table tab; `quiet` are the keys of rows that are known to hold nothing typed."""
    lines = _Lines(table, sheet, columns, header, reader).read(quiet)
    view = TableView(table, entry, sheet, header, columns, lines, {}, set(), {}, header, header)
    view.last_row = max((line.number for line in lines), default=header)
    filled = [line.number for line in lines if _is_filled(line, table)]
    view.last_data = max(filled, default=header)
    _index(view)
    view.merged = _merged(view)
    if view.merged:
        notice = Notice("merged", {"tab": entry.title, "cells": view.merged})
        view.notices.append(notice)
    return view


class _Lines:
    """The rows below the header that have cells of ours."""

    def __init__(
        self, table: Table, sheet: Cells, columns: dict[str, int], header: int, reader: Reader
    ) -> None:
        self.sheet, self.columns, self.header, self.reader = sheet, columns, header, reader
        self.width = len(table.columns)
        self.at = {
            letters(columns[column.id]).encode(): index
            for index, column in enumerate(table.columns)
            if column.id in columns
        }
        self.human = [
            (index, column, reader.choices(column))
            for index, column in enumerate(table.columns)
            if column.writer is Writer.HUMAN
        ]
        self.key_at = [column.id for column in table.columns].index(table.key)
        self.key_kind = table.columns[self.key_at].kind

    def read(self, quiet: Mapping[int, str]) -> list[Line]:
        lines = []
        for number, row in self.sheet.rows.items():
            if number <= self.header:
                continue
            if number in quiet:
                lines.append(Line(number, quiet[number], {}, partial(self._untyped, row)))
            elif (contents := self.sheet.read(row, self.at, self.width)) is not None:
                lines.append(self._line(number, row, contents))
        return lines

    def _untyped(self, row: Any) -> list[Content]:
        contents = self.sheet.read(row, self.at, self.width) or [None] * self.width
        for index, _, _ in self.human:
            contents[index] = None
        return contents

    def _line(self, number: int, row: Any, contents: list[Content]) -> Line:
        typed: dict[str, Value] = {}
        for index, column, choices in self.human:
            content, contents[index] = contents[index], None
            if content is not None:
                style = partial(self.sheet.style, row, self.columns[column.id])
                value = self.reader.typed(content, style, column, choices)
                if value is not None:
                    typed[column.id] = value
        key = contents[self.key_at]
        text = key.strip() if type(key) is str else key_text(key, self.key_kind, self.reader)
        return Line(number, text or None, typed, partial(list, contents), contents)


def _is_filled(line: Line, table: Table) -> bool:
    """Tell whether a row holds more than prepared formulas."""
    return (
        line.key is not None
        or bool(line.typed)
        or any(
            content is not None and column.writer is Writer.MACHINE
            for content, column in zip(line.contents, table.columns, strict=True)
        )
    )


def _index(view: TableView) -> None:
    """Find rows by key; report keys that stand twice and rows without one."""
    table = view.table
    title = view.entry.title
    blank: list[int] = []
    for line in view.lines:
        if line.key is None:
            if not table.prefix and _is_filled(line, table):
                blank.append(line.number)
        elif line.key in view.by_key:
            view.twice.add(line.key)
        else:
            view.by_key[line.key] = line
    if view.is_keyless:
        view.notices.append(Notice("key_column_lost", {"tab": title}))
    elif blank:
        view.notices.append(Notice("key_blank", {"tab": title, "rows": _listed(blank)}))
    for key in sorted(view.twice):
        rows = [line.number for line in view.lines if line.key == key]
        parts = {"tab": title, "key": key, "rows": _listed(rows)}
        view.notices.append(Notice("key_twice", parts))


def _listed(rows: Sequence[int]) -> str:
    """List row numbers as people see them, and not too many of them."""
    text = ", ".join(str(row + 1) for row in rows[:_MOST_ROWS])
    return text if len(rows) <= _MOST_ROWS else f"{text} … ({len(rows)})"


def mint(view: TableView, highest: int) -> int:
    """Give keys to rows that people typed, and return the highest number ever given."""
    table = view.table
    if not table.prefix:
        return highest
    pattern = re.compile(rf"{re.escape(table.prefix)}-(\d+)$")
    numbers = [int(match[1]) for key in view.by_key if (match := pattern.match(key))]
    highest = max([highest, *numbers])
    if view.merged or view.is_keyless:
        return highest
    for line in view.lines:
        if line.key is None and line.typed:
            highest += 1
            line.key = f"{table.prefix}-{highest:04d}"
            view.minted[line.number] = line.key
            view.by_key[line.key] = line
    return highest


def inputs(view: TableView) -> dict[str, Mapping[str, Value]]:
    """Return what people typed, by key; of a key that stands twice, the upper row."""
    return {key: line.typed for key, line in view.by_key.items() if line.typed}


def _merged(view: TableView) -> str | None:
    """Return a merged range over our rows, if there is one."""
    ours = _strips(view.header, view.last_row, list(view.columns.values()))
    for merged in view.sheet.merged():
        if any(merged.meets(strip) for strip in ours):
            return str(merged)
    return None


def _strips(header: int, last: int, columns: Sequence[int]) -> list[reference.Area]:
    """Return the area of each column, header included."""
    return [reference.Area(header, column, last, column) for column in columns]


def anchors(
    table: Table, names: Mapping[str, str], sheets: Mapping[str, SheetEntry]
) -> tuple[SheetEntry, int, dict[str, int]] | None:
    """Find the tab, the header row and the columns of a table by its defined names."""
    places: dict[str, tuple[str, int, int]] = {}
    for column in table.columns:
        split = reference.split_address(names.get(f"smk.{table.name}.{column.id}", "#REF!"))
        if split and split[0] in sheets:
            places[column.id] = (split[0], *reference.cell(split[1].split(":")[0]))
    if not places:
        return None
    home = places.get(table.key) or next(iter(places.values()))
    title, header, _ = home
    columns: dict[str, int] = {}
    for id_, (tab, _, at) in places.items():
        if tab == title and at not in columns.values():
            columns[id_] = at
    return sheets[title], header, columns


def title_address(title: str, row: int, column: int) -> str:
    """Write the address that an anchor stands for."""
    return f"{quoted(title)}!${letters(column)}${row + 1}"
