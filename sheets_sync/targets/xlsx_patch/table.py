"""A table tab brought up to date: cells that differ, rows that are new, columns that were lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sheets_sync.targets.cells import Stored
from sheets_sync.targets.places import FIRST_ROW, HEADER_ROW, located, pieces
from sheets_sync.targets.rows import completing
from sheets_sync.targets.xlsx_patch import markup, ranges, reference
from sheets_sync.targets.xlsx_patch.formulas import SharedFormulas
from sheets_sync.targets.xlsx_patch.markup import Edit, apply
from sheets_sync.targets.xlsx_patch.plan import Kit, Patch, TablePlan, is_same, key_of
from sheets_sync.targets.xlsx_patch.sheet import (
    Content,
    Failure,
    Formula,
    Found,
    Row,
    SheetPart,
    cell_xml,
    formula_xml,
    kept_attributes,
    with_cells,
)
from sheets_sync.targets.xlsx_patch.view import Line
from templates.tab import Column, Kind, Value, Writer, heading

_DATES = {Kind.DATE, Kind.DATETIME, Kind.MONTH}
_ROW_DROPPED = re.compile(rb"""\s(?:r|spans|hidden|collapsed|outlineLevel)=["'][^"']*["']""")
_ELSEWHERE = re.compile(r"\{@?\w+\.\w+\}|!")


def patch(plan: TablePlan, kit: Kit) -> Patch:
    """Bring a table tab up to date."""
    if plan.view.merged:
        return Patch(plan.view.sheet.xml)
    return _Patcher(plan, kit).patch()


class _Patcher:
    """The work on one table tab."""

    def __init__(self, plan: TablePlan, kit: Kit) -> None:
        self.plan, self.kit = plan, kit
        self.view, self.table = plan.view, plan.sheet.table
        self.part: SheetPart = plan.view.sheet
        self.shared = SharedFormulas(self.part)
        self.cells: dict[int, dict[int, _New]] = {}
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
        self.template = self._template()

    def patch(self) -> Patch:
        self._old_lines()
        for number, row in self.plan.appended.items():
            self._new_line(number, row)
        self._headers()
        self._part_formulas()
        self._above()
        edits, count = self._row_edits()
        more, address = self._surroundings()
        xml = apply(self.part.xml, edits + more)
        return Patch(xml, count, self.has_new_formulas, address)

    # -- what differs

    def _old_lines(self) -> None:
        rows = self.plan.rows
        key_at = self.plan.columns[self.table.key]
        for line in self.view.lines:
            if line.key in self.view.twice:
                continue
            if line.number in self.view.minted:
                self._set(line.number, key_at, line.key)
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
                self._set(line.number, self.plan.columns[column.id], want)

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
                self._set(line.number, self.plan.columns[column.id], shown)
            elif column.id == self.table.key:
                self._set(line.number, self.plan.columns[column.id], line.key)

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
                    self._set(line.number, formula.column, value, formula=True)
                continue
            self.has_new_formulas |= not isinstance(have, Formula)
            self._set(line.number, formula.column, value, formula=formula.text(line.number))

    def _says(self, have: Formula, want: _Calculated, row: int) -> bool:
        """Tell whether a cell says what a formula says there, in whichever spelling."""
        if have.raw == want.written(row):
            return True
        text = self.shared.text(have, row, want.column) if have.kind else have.text
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
            self._set(number, self.plan.columns[column.id], value)
        for formula in self.formulas:
            self.has_new_formulas = True
            value = formula.shown(values[formula.id])
            self._set(number, formula.column, value, formula=formula.text(number))

    def _headers(self) -> None:
        for column in self.view.lost:
            title = heading(self.table, column.id, self.kit.words)
            self._set(self.view.header, self.plan.columns[column.id], title)

    def _above(self) -> None:
        """Bring the values of the formulas over the header up to date, where they still stand."""
        ids = [column.id for column in self.table.columns]
        for cell in self.plan.sheet.above:
            number = self.view.header - HEADER_ROW + cell.row
            at, row = self.plan.columns[ids[cell.column]], self.part.rows.get(number)
            wanted = located(cell.formula or "", self.kit.places, self.plan.columns)(number)
            value = self.kit.stored(cell.value)
            for found in self.part.cells(row) if row else ():
                have = self.part.content(found)
                if found.column != at or not isinstance(have, Formula):
                    continue
                is_ours = reference.loose(have.text) == reference.loose(wanted)
                if is_ours and not is_same(have.value, value):
                    self._set(number, at, value, formula=True)

    def _part_formulas(self) -> None:
        cells = {(row, column) for row, new in self.cells.items() for column in new}
        title = self.view.entry.title
        self.shared.check(title, cells)
        ours = set(self.view.columns.values())
        for (row, column), text in self.shared.parted(title, cells, ours).items():
            new = self.cells.setdefault(row, {})
            if column not in new or new[column].formula is True:
                have = self._present(row, column)
                value = have.value if isinstance(have, Formula) else None
                new[column] = _New(new[column].value if column in new else value, text)

    def _present(self, row: int, column: int) -> Content:
        ids = {at: id_ for id_, at in self.view.columns.items()}
        index = [c.id for c in self.table.columns].index(ids[column])
        return next(line.contents[index] for line in self.view.lines if line.number == row)

    def _set(self, row: int, column: int, value: Stored, *, formula: str | bool = False) -> None:
        self.cells.setdefault(row, {})[column] = _New(value, formula)

    # -- how it is written

    def _row_edits(self) -> tuple[list[Edit], int]:
        """Write the rows that change; new ones that belong in one place become one edit."""
        edits: list[Edit] = []
        added: dict[int, list[bytes]] = {}
        later = sorted(self.part.rows)
        after = 0
        for number in sorted(self.cells):
            row = self.part.rows.get(number)
            if row:
                edits.append(with_cells(self.part, row, self._written(number, row)))
                continue
            while after < len(later) and later[after] < number:
                after += 1
            end = self.part.data.inner_end
            at = self.part.rows[later[after]].start if after < len(later) else end
            added.setdefault(at, []).append(self._new_row(number))
        data = self.part.data
        for at, rows in added.items():
            new = b"".join(rows)
            if data.inner == data.end:
                name = self.part.named(b"sheetData")
                edits.append(Edit(data.start, data.end, b"<%b>%b</%b>" % (name, new, name)))
            else:
                edits.append(Edit(at, at, new))
        return edits, sum(len(new) for new in self.cells.values())

    def _written(self, number: int, row: Row) -> dict[int, bytes | None]:
        present = {cell.column: cell for cell in self.part.cells(row)}
        return {
            column: self._cell(number, column, new, present.get(column))
            for column, new in self.cells[number].items()
        }

    def _cell(self, row: int, column: int, new: _New, old: Found | None) -> bytes:
        attributes = kept_attributes(old) if old else self._style(row, column)
        formula = b""
        if isinstance(new.formula, str):
            formula = formula_xml(new.formula, self.part.prefix)
        elif new.formula and old:
            formula = old.body[: old.body.find(b"<" + self.part.named(b"v"))]
            formula = formula if b"f" in formula else old.body
        return cell_xml(
            row, column, new.value, attributes=attributes, formula=formula, prefix=self.part.prefix
        )

    def _style(self, row: int, column: int) -> bytes:
        """Return the style of a new cell: that of its neighbour, or of a new workbook."""
        is_header = row == self.view.header
        if column in self.template and not is_header:
            return self.template[column]
        ids = [c.id for c in self.table.columns if self.plan.columns[c.id] == column]
        at = [c.id for c in self.table.columns].index(ids[0])
        model = self.kit.fresh.style(self.table.name, HEADER_ROW if is_header else FIRST_ROW, at)
        if model is None:
            return b""
        style = self.kit.styles.adopt(self.kit.fresh.styles, model)
        text = b' s="%d"' % style
        if not is_header:
            self.template[column] = text
        return text

    def _template(self) -> dict[int, bytes]:
        """Return the styles of the last row with a key, by column."""
        lines = [line for line in self.view.lines if line.key and line.key not in self.view.twice]
        self._model_row = self.part.rows[lines[-1].number] if lines else None
        if not self._model_row:
            return {}
        return {
            cell.column: b' s="%b"' % cell.attributes[b"s"]
            for cell in self.part.cells(self._model_row)
            if b"s" in cell.attributes
        }

    def _new_row(self, number: int) -> bytes:
        named = b""
        if self._model_row:
            row = self._model_row
            opening = self.part.xml[row.start : row.inner].rstrip(b">").rstrip(b"/")
            named = _ROW_DROPPED.sub(b"", opening[1 + len(self.part.named(b"row")) :]).rstrip()
        name = self.part.named(b"row")
        cells = b"".join(
            self._cell(number, column, new, None)
            for column, new in sorted(self.cells[number].items())
        )
        return b'<%b r="%d"%b>%b</%b>' % (name, number + 1, named, cells, name)

    def _surroundings(self) -> tuple[list[Edit], str]:
        """Let what surrounds the rows grow with them."""
        view, columns = self.view, self.plan.columns
        if not self.cells:
            return [], ""
        bottom = max(self.cells)
        right = max(column for new in self.cells.values() for column in new)
        edits = ranges.dimension(self.part, bottom, right)
        last = max([view.header, *self.plan.appended])
        more, address = ranges.filtered(self.part, view.header, last, right)
        edits += more
        ours = set(view.columns.values())
        edits += ranges.grown(self.part, ours, view.last_row, self.plan.last_row)
        index = {column.id: at for at, column in enumerate(self.table.columns)}
        back = {index[column.id]: columns[column.id] for column in view.lost}
        for theirs, at in back.items():
            model = self.kit.fresh.column(self.table.name, theirs) or {}
            edits += ranges.column_width(self.part, at, model)
        if back:
            model_sheet = self.kit.fresh.sheet(self.table.name)
            edits += ranges.checks_copied(self.part, model_sheet, back, self.plan.last_row)
        return edits, address


@dataclass(frozen=True, slots=True)
class _New:
    """What a cell is to hold; formula True keeps the present one."""

    value: Stored
    formula: str | bool = False


@dataclass(frozen=True, slots=True)
class _Calculated:
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


def _calculated(at: int, column: Column, plan: TablePlan, kit: Kit) -> _Calculated:
    """Prepare a column of formulas."""
    cell = column.live.cell if column.live else ""
    around = pieces(cell, kit.places, plan.columns)
    return _Calculated(
        column.id,
        at,
        plan.columns[column.id],
        kit.showing(column),
        bool(_ELSEWHERE.search(cell)),
        around,
        [markup.content(piece) for piece in around],
    )
