"""A table tab brought up to date: cells that differ, rows that are new, columns that were lost."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheets_sync.targets.places import FIRST_ROW, HEADER_ROW, located
from sheets_sync.targets.xlsx_patch import ranges, reference
from sheets_sync.targets.xlsx_patch.difference import Difference, New
from sheets_sync.targets.xlsx_patch.formulas import SharedFormulas
from sheets_sync.targets.xlsx_patch.markup import Edit, apply
from sheets_sync.targets.xlsx_patch.plan import Kit, Patch, TablePlan, is_same
from sheets_sync.targets.xlsx_patch.sheet import (
    Content,
    Formula,
    Found,
    Row,
    SheetPart,
    cell_xml,
    formula_xml,
    kept_attributes,
    with_cells,
)
from sheets_sync.targets.xlsx_patch.untouched import Left, how, marks

_ROW_DROPPED = re.compile(rb"""\s(?:r|spans|hidden|collapsed|outlineLevel)=["'][^"']*["']""")


@dataclass(frozen=True, slots=True)
class TablePatch:
    """A table tab brought up to date: its filter where that grew, and how the tab is left."""

    patch: Patch
    filter_range: str
    left: Left


def patch(plan: TablePlan, part: SheetPart, kit: Kit, left: Left) -> TablePatch:
    """Bring a table tab up to date; `left` is how it was left, if nobody touched it since."""
    if plan.view.merged:
        return TablePatch(Patch(part.xml), "", left)
    return _Patcher(plan, part, kit).patch(left)


class _Patcher:
    """The work on one table tab."""

    def __init__(self, plan: TablePlan, part: SheetPart, kit: Kit) -> None:
        self.plan, self.part, self.kit = plan, part, kit
        self.view, self.table = plan.view, plan.sheet.table
        self.shared = SharedFormulas(self.part)
        self.diff = Difference(plan, kit, self.shared.text)
        self.cells = self.diff.cells
        self.template = self._template()

    def patch(self, left: Left) -> TablePatch:
        said = how(self.table, self.plan.columns, self.kit)
        now = Left(columns=self.plan.columns, how=said, rows=marks(self.plan.rows))
        self.diff.as_left = () if self.view.lost else left.alike(now)
        self.diff.compare()
        self._part_formulas()
        self._above()
        edits, count = self._row_edits()
        more, address = self._surroundings()
        xml = apply(self.part.xml, edits + more)
        return TablePatch(Patch(xml, count, self.diff.has_new_formulas), address, now)

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
                    self.diff.set(number, at, value, formula=True)

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
                new[column] = New(new[column].value if column in new else value, text)

    def _present(self, row: int, column: int) -> Content:
        ids = {at: id_ for id_, at in self.view.columns.items()}
        index = [c.id for c in self.table.columns].index(ids[column])
        return next(line.contents[index] for line in self.view.lines if line.number == row)

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

    def _cell(self, row: int, column: int, new: New, old: Found | None) -> bytes:
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
