"""Excel as xlwings sees it, over a workbook of openpyxl: what it does with what is typed into it.

The real `xlwings.Range` runs over it. People edit the workbook of openpyxl, between any two calls.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import xlwings
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from xlwings import base_classes

from tests.targets.excel_cells import Failed, formula_of, type_into, value_of


class RefusedError(Exception):
    """What Excel raises where it does not let something be written."""


@dataclass
class State:
    """What happens in Excel, and what was done to it."""

    before: Callable[[str], None] = lambda _call: None  # each call: `read`, `write`, `name`
    protected: set[str] = field(default_factory=set)  # titles
    writes: list[tuple[str, str, str]] = field(default_factory=list)  # title, range, property
    calls: int = 0
    settings: dict[str, object] = field(
        default_factory=lambda: {
            "screen_updating": True,
            "enable_events": True,
            "calculation": "automatic",
        }
    )
    set_to: list[tuple[str, object]] = field(default_factory=list)
    selection: str = "B7"
    ranges: list[Any] = field(default_factory=list)  # Excel lets them move with what they hold

    def inserted(self, title: str, at: int, *, is_row: bool) -> None:
        """Let ranges follow where a row or a column was inserted."""
        for each in self.ranges:
            if each.sheet.name == title:
                first, last = (0, 2) if is_row else (1, 3)
                area = list(each.area)
                area[first] += area[first] >= at
                area[last] += area[last] >= at
                each.area = tuple(area)

    def call(self, what: str) -> None:
        self.calls += 1
        self.before(what)


@dataclass
class Excel:
    """Excel with one workbook open."""

    workbook: Any  # of openpyxl
    fullname: str
    state: State = field(default_factory=State)

    @contextmanager
    def running(self):
        """Let xlwings find it."""
        engine = xlwings.main.Engine(impl=_Engine(self))
        xlwings.engines.add(engine)
        try:
            yield self
        finally:
            xlwings.engines.engines.remove(engine)
            del xlwings.engines.engines_by_name["excel"]


class _Engine:
    name, type = "excel", "desktop"

    def __init__(self, excel):
        self.apps = _Apps(excel)

    @staticmethod
    def prepare_xl_data_element(value, _date_format):
        return "" if value is None else value

    @staticmethod
    def clean_value_data(rows, _datetime_builder, empty_as, number_builder, err_to_str):
        def clean(value):
            if value in ("", None):
                return empty_as
            if isinstance(value, Failed):
                return str(value) if err_to_str else None
            return value

        assert number_builder is None
        return [[clean(value) for value in row] for row in rows]


class _Apps(base_classes.Apps):
    def __init__(self, excel):
        self._apps = [_App(excel)]

    def __iter__(self):
        return iter(self._apps)

    def __len__(self):
        return 1


class _Setting:
    def __set_name__(self, _owner, name):
        self.name = name

    def __get__(self, app, _owner):
        return app.excel.state.settings[self.name]

    def __set__(self, app, value):
        app.excel.state.settings[self.name] = value
        app.excel.state.set_to.append((self.name, value))


class _App(base_classes.App):
    pid = 1
    screen_updating, enable_events, calculation = _Setting(), _Setting(), _Setting()

    def __init__(self, excel):
        self.excel = excel
        self.engine = _Engine.__new__(_Engine)

    @property
    def books(self):
        return _Books(self)


class _Books(base_classes.Books):
    def __init__(self, app):
        self.app = app

    def __iter__(self):
        yield _Book(self.app)

    def __len__(self):
        return 1


class _Book(base_classes.Book):
    def __init__(self, app):
        self._app = app
        self.excel = app.excel

    app = property(lambda self: self._app)
    fullname = property(lambda self: self.excel.fullname)
    name = property(lambda self: self.excel.fullname.rpartition("/")[2])

    @property
    def sheets(self):
        return _Sheets(self)

    @property
    def names(self):
        return _Names(self)


class _Sheets(base_classes.Sheets):
    def __init__(self, book):
        self.book = book

    def _all(self):
        return [_Sheet(self.book, sheet) for sheet in self.book.excel.workbook.worksheets]

    def __iter__(self):
        return iter(self._all())

    def __len__(self):
        return len(self._all())

    def __call__(self, name_or_index):
        if isinstance(name_or_index, int):
            return self._all()[name_or_index - 1]
        return next(sheet for sheet in self._all() if sheet.name == name_or_index)


class _Names(base_classes.Names):
    def __init__(self, book):
        self.book = book
        self.defined = book.excel.workbook.defined_names

    def __len__(self):
        return len(self.defined)

    def __call__(self, name_or_index):
        key = name_or_index
        if isinstance(key, int):
            key = list(self.defined)[key - 1]
        return _Name(self.book, key)

    def contains(self, key):
        return key in self.defined


class _Name(base_classes.Name):
    def __init__(self, book, key):
        self.book, self.key = book, key

    name = property(lambda self: self.key)

    @property
    def refers_to(self):
        self.book.excel.state.call("name")
        return "=" + self.book.excel.workbook.defined_names[self.key].attr_text

    @refers_to.setter
    def refers_to(self, text):
        names = self.book.excel.workbook.defined_names
        names[self.key] = DefinedName(self.key, attr_text=text.removeprefix("="))


class _Sheet(base_classes.Sheet):
    def __init__(self, book, sheet):
        self._book, self.sheet = book, sheet

    book = property(lambda self: self._book)
    name = property(lambda self: self.sheet.title)
    visible = property(lambda self: self.sheet.sheet_state == "visible")

    @property
    def used_range(self):
        return _Range(self, (1, 1, self.sheet.max_row, self.sheet.max_column))

    def range(self, first, last=None):
        top, left = first[:2] if isinstance(first, tuple) else (first.row, first.column)
        bottom, right = (top, left) if last is None else self._last(last)
        if isinstance(first, tuple) and len(first) == 4:
            bottom, right = top + first[2] - 1, left + first[3] - 1
        return _Range(self, (top, left, bottom, right))

    @staticmethod
    def _last(last):
        if isinstance(last, tuple):
            return last[:2]
        rows, columns = last.shape
        return last.row + rows - 1, last.column + columns - 1


class _Range(base_classes.Range):
    api = True  # or else xlwings writes nothing, and says so to nobody

    def __init__(self, sheet, area):
        self._sheet, self.area = sheet, area
        self.state = sheet.book.excel.state
        self.state.ranges.append(self)

    sheet = property(lambda self: self._sheet)
    row = property(lambda self: self.area[0])
    column = property(lambda self: self.area[1])
    shape = property(
        lambda self: (self.area[2] - self.area[0] + 1, self.area[3] - self.area[1] + 1)
    )

    @property
    def font(self):
        return _Ink(self)

    def __call__(self, row, column):
        at = self.row + row - 1, self.column + column - 1
        return _Range(self._sheet, (*at, *at))

    def _cells(self):
        top, left, bottom, right = self.area
        rows = self._sheet.sheet.iter_rows(top, bottom, left, right)
        return [list(row) for row in rows]

    @property
    def address(self):
        top, left, bottom, right = self.area
        return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"

    def _look(self, what):
        found = {what(cell) for row in self._cells() for cell in row}
        return found.pop() if len(found) == 1 else None

    def _change(self, name):
        self.state.call("write")
        if self._sheet.name in self.state.protected:
            raise RefusedError(self._sheet.name)
        self.state.writes.append((self._sheet.name, self.address, name))
        return [cell for row in self._cells() for cell in row]

    @property
    def raw_value(self):
        self.state.call("read")
        rows = [tuple(value_of(cell) for cell in row) for row in self._cells()]
        return rows[0][0] if self.shape == (1, 1) else tuple(rows)

    @raw_value.setter
    def raw_value(self, value):
        cells = self._change("value")
        flat = [each for row in value for each in row] if isinstance(value, list) else [value]
        for cell, each in zip(cells, flat, strict=True):
            type_into(cell, each)

    @property
    def formula(self):
        self.state.call("read")
        rows = [tuple(formula_of(cell) for cell in row) for row in self._cells()]
        return rows[0][0] if self.shape == (1, 1) else tuple(rows)

    @property
    def formula2(self):
        return self.formula

    @formula2.setter
    def formula2(self, value):
        cells = self._change("formula2")
        flat = [each for row in value for each in row] if isinstance(value, list) else [value]
        for cell, each in zip(cells, flat, strict=True):
            assert "_xlfn" not in each, "that is how a file says it"
            type_into(cell, each)

    @property
    def number_format(self):
        return self._look(lambda cell: cell.number_format)

    @number_format.setter
    def number_format(self, text):
        for cell in self._change("number_format"):
            cell.number_format = text

    @property
    def color(self):
        raise NotImplementedError

    @color.setter
    def color(self, fill):
        for cell in self._change("color"):
            cell.fill = PatternFill("solid", fgColor=fill[1:]) if fill else PatternFill()

    @property
    def merge_cells(self):
        top, left, bottom, right = self.area
        for merged in self._sheet.sheet.merged_cells.ranges:
            if not (
                merged.max_row < top or merged.min_row > bottom
                or merged.max_col < left or merged.min_col > right
            ):  # fmt: skip
                return None
        return False


class _Ink:
    def __init__(self, where):
        self.where = where

    @property
    def impl(self):
        return self

    @property
    def color(self):
        raise NotImplementedError

    @color.setter
    def color(self, ink):
        for cell in self.where._change("ink"):
            font = cell.font
            cell.font = Font(name=font.name, size=font.size, bold=font.bold, color=ink[1:])
