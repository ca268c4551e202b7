"""What a table tab should hold and does not: cells that differ, rows that are new."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sheets_sync.targets.cells import Stored
from sheets_sync.targets.places import pieces
from sheets_sync.targets.rows import completing
from sheets_sync.targets.xlsx_patch import markup, reference
from sheets_sync.targets.xlsx_patch.plan import Showing, TablePlan, is_same, key_of
from sheets_sync.targets.xlsx_patch.sheet import Content, Failure, Formula
from sheets_sync.targets.xlsx_patch.view import Line
from templates.tab import Column, Kind, Value, Writer, heading

_DATES = {Kind.DATE, Kind.DATETIME, Kind.MONTH}
_ELSEWHERE = re.compile(r"\{@?\w+\.\w+\}|!")

Says = Callable[[Formula, int, int], str]
"""What a formula says in a cell: rows and columns from zero."""


class Difference:
    """What is to be written into a table tab: `cells` by row and column."""

    def __init__(self, plan: TablePlan, kit: Showing, says: Says) -> None:
        """Prepare the columns; nothing is compared yet."""
        self.plan, self.kit, self.says = plan, kit, says
        self.view, self.table = plan.view, plan.sheet.table
        self.cells: dict[int, dict[int, New]] = {}
        self.has_new_formulas = False
        columns = list(enumerate(self.table.columns))
        self.machine = [(at, c) for at, c in columns if c.writer is Writer.MACHINE]
        self.machine_ids = [column.id for _, column in self.machine]
        self.machine_places = [at for at, _ in self.machine]
        self.machine_dates = [i for i, (_, c) in enumerate(self.machine) if c.kind in _DATES]
        self.formulas = [_calculated(at, c, plan, kit) for at, c in columns if c.live]
        self.shown = {column.id: kit.showing(column) for column in self.table.columns}
        self.complete = completing(self.table)
        self.lost = {column.id for column in self.view.lost}
        self.dates: dict[date, Stored] = {}
        self.as_left: Collection[str] = ()  # rows that hold what is drawn, unless they were read

    def compare(self) -> None:
        """Compare all rows, and fill in those that are new."""
        self._old_lines()
        for number, row in self.plan.appended.items():
            self._new_line(number, row)
        self._headers()

    def _old_lines(self) -> None:
        rows = self.plan.rows
        key_at = self.plan.columns[self.table.key]
        for line in self.view.lines:
            if line.key in self.view.twice or (not line.is_read and line.key in self.as_left):
                continue
            if line.number in self.view.minted:
                self.set(line.number, key_at, line.key)
            row = rows.get(line.key) if line.key else None
            if row is not None:
                self._machine_cells(line, row)
            if line.key and self.lost:
                self._lost_cells(line)
            if self.formulas and (line.key or self._is_prepared(line)):
                self._formula_cells(line, row)

    def _machine_cells(self, line: Line, row: Mapping[str, Value]) -> None:
        contents = line.contents
        wanted = list(map(row.get, self.machine_ids))
        for at in self.machine_dates:
            if wanted[at] is not None:
                wanted[at] = self._stored(self.machine[at][1], wanted[at])
        if wanted == list(map(contents.__getitem__, self.machine_places)):
            return
        for (at, column), value in zip(self.machine, wanted, strict=True):
            have = contents[at]
            if column.id == self.table.key and column.id not in self.lost:
                continue
            want = self._stored(column, value)
            if not is_same(have, want):
                self.has_new_formulas |= isinstance(have, Formula)
                self.set(line.number, self.plan.columns[column.id], want)

    def _stored(self, column: Column, value: Value) -> Stored:
        if isinstance(value, date):
            if value not in self.dates:
                self.dates[value] = self.kit.stored(value)
            return self.dates[value]
        return self.shown[column.id](value)

    def _lost_cells(self, line: Line) -> None:
        remembered = self.plan.kept.get(line.key or "", {})
        for column in self.view.lost:
            if column.writer is Writer.HUMAN:
                value = remembered.get(column.id)
                line.typed = {**line.typed, column.id: value} if value is not None else line.typed
                shown = self.shown[column.id](value)
                self.set(line.number, self.plan.columns[column.id], shown)
            elif column.id == self.table.key:
                self.set(line.number, self.plan.columns[column.id], line.key)

    def _is_prepared(self, line: Line) -> bool:
        """Tell whether a row without a key waits with formulas for people to type into it."""
        is_ours = bool(self.table.prefix) or line.number > self.view.last_data
        return is_ours and any(
            isinstance(line.contents[formula.at], Formula) for formula in self.formulas
        )

    def _formula_cells(self, line: Line, row: Mapping[str, Value] | None) -> None:
        values = self._values(line, row)
        for formula in self.formulas:
            have, value = line.contents[formula.at], formula.shown(values[formula.id])
            if isinstance(have, Formula) and self._says(have, formula, line.number):
                is_open = value is None and formula.looks_elsewhere
                if not is_open and not is_same(have.value, value):
                    self.set(line.number, formula.column, value, formula=True)
                continue
            self.has_new_formulas |= not isinstance(have, Formula)
            self.set(line.number, formula.column, value, formula=formula.text(line.number))

    def _says(self, have: Formula, want: Calculated, row: int) -> bool:
        """Tell whether a cell says what a formula says there, in whichever spelling."""
        if have.raw == want.written(row):
            return True
        text = self.says(have, row, want.column) if have.kind else have.text
        return reference.loose(text) == reference.loose(want.text(row))

    def _values(self, line: Line, row: Mapping[str, Value] | None) -> Mapping[str, Value]:
        """Return the cells of a row by id, as formulas see them."""
        if row is not None:
            return self.complete(row, line.typed)
        values = {c.id: self._read(line.contents[at], c) for at, c in self.machine}
        if line.key:
            values[self.table.key] = line.key
        return self.complete(values, line.typed)

    def _read(self, content: Content, column: Column) -> Value:
        value = content.value if isinstance(content, Formula) else content
        if isinstance(value, Failure):
            return None
        if isinstance(value, float) and column.kind in _DATES:
            return self.kit.reader.moment(value, column.kind)
        if isinstance(value, str) and column.choices:
            return self.kit.reader.choices(column).get(value.casefold(), value)
        return value

    def _new_line(self, number: int, row: Mapping[str, Value]) -> None:
        key = key_of(self.table, row)
        typed = self.plan.kept.get(key, {})
        values = self.complete(row, typed)
        for column in self.table.columns:
            value = self.shown[column.id](values[column.id])
            self.set(number, self.plan.columns[column.id], value)
        for formula in self.formulas:
            self.has_new_formulas = True
            value = formula.shown(values[formula.id])
            self.set(number, formula.column, value, formula=formula.text(number))

    def _headers(self) -> None:
        for column in self.view.lost:
            title = heading(self.table, column.id, self.kit.words)
            self.set(self.view.header, self.plan.columns[column.id], title)

    def set(self, row: int, column: int, value: Stored, *, formula: str | bool = False) -> None:
        """Let a cell hold something."""
        self.cells.setdefault(row, {})[column] = New(value, formula)


@dataclass(frozen=True, slots=True)
class New:
    """What a cell is to hold; formula True keeps the present one."""

    value: Stored
    formula: str | bool = False


@dataclass(frozen=True, slots=True)
class Calculated:
    """A column of formulas: how its values are shown, and what its cells say around their row."""

    id: str
    at: int  # among the columns of the table
    column: int  # of the sheet
    shown: Callable[[Value], Stored]
    looks_elsewhere: bool  # beyond its row, so that Python may know less
    around: Sequence[str]
    written_around: Sequence[bytes]

    def text(self, row: int) -> str:
        """Return what the cell of a row says."""
        return str(row + 1).join(self.around)

    def written(self, row: int) -> bytes:
        """Return the same as we write it, and most programs do."""
        return (b"%d" % (row + 1)).join(self.written_around)


def _calculated(at: int, column: Column, plan: TablePlan, kit: Showing) -> Calculated:
    """Prepare a column of formulas."""
    cell = column.live.cell if column.live else ""
    around = pieces(cell, kit.places, plan.columns)
    return Calculated(
        column.id,
        at,
        plan.columns[column.id],
        kit.showing(column),
        bool(_ELSEWHERE.search(cell)),
        around,
        [markup.content(piece) for piece in around],
    )
