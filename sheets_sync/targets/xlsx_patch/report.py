"""A report tab brought up to date: our cells are replaced, what people put there is kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sheets_sync.targets.cells import stored
from sheets_sync.targets.places import located
from sheets_sync.targets.xlsx_patch import ranges, reference
from sheets_sync.targets.xlsx_patch.alignment import moved
from sheets_sync.targets.xlsx_patch.formulas import LeftAloneError, SharedFormulas
from sheets_sync.targets.xlsx_patch.markup import Edit, apply
from sheets_sync.targets.xlsx_patch.memory import ReportMemory, Written, mark
from sheets_sync.targets.xlsx_patch.package import SheetEntry
from sheets_sync.targets.xlsx_patch.plan import Kit, Patch, is_same
from sheets_sync.targets.xlsx_patch.reference import Area
from sheets_sync.targets.xlsx_patch.sheet import (
    Content,
    Failure,
    Formula,
    Found,
    SheetPart,
    cell_xml,
    formula_xml,
    kept_attributes,
    with_cells,
)
from sheets_sync.targets.xlsx_patch.sizes import as_high, height, sizes, to_change, width_edits
from sheets_sync.targets.xlsx_patch.sparklines import sparklines_edits
from sheets_sync.targets.xlsx_patch.surroundings import links_edits, merges_edits, rules_edits
from sheets_sync.workbook import ReportSheet
from sheets_sync.workbook import Warning as Notice

At = tuple[int, int]


@dataclass(slots=True)
class ReportView:
    """A report tab as people left it."""

    name: str
    entry: SheetEntry
    sheet: SheetPart
    extent: Area
    contents: dict[At, Content] = field(default_factory=dict)
    cells: dict[At, Found] = field(default_factory=dict)

    @property
    def origin(self) -> At:
        """The first cell of the report."""
        return self.extent.top, self.extent.left

    def is_stretched(self, memory: ReportMemory | None) -> bool:
        """Tell whether people inserted or deleted lines inside the report."""
        size = self.extent.bottom - self.extent.top, self.extent.right - self.extent.left
        return memory is not None and size != memory.size


def view_report(name: str, entry: SheetEntry, sheet: SheetPart, extent: Area) -> ReportView:
    """Read a report tab."""
    view = ReportView(name, entry, sheet, extent)
    for row in sheet.rows.values():
        for cell in sheet.cells(row):
            view.cells[row.number, cell.column] = cell
            view.contents[row.number, cell.column] = sheet.content(cell)
    return view


@dataclass(frozen=True, slots=True)
class ReportPatch:
    """New bytes of a report's sheet, its new extent, what to remember and to say."""

    patch: Patch
    extent: Area
    memory: ReportMemory
    notices: tuple[Notice, ...]


def drawn(sheet: ReportSheet, kit: Kit, origin: At) -> ReportMemory:
    """Return the cells of a report as they are to be, from its grid and a new workbook."""
    part = kit.fresh.sheet(sheet.report.name)
    values = {(cell.row, cell.column): cell for cell in sheet.grid.cells}
    memory = ReportMemory((0, 0))
    for row in part.rows.values():
        for found in part.cells(row):
            at = row.number, found.column
            cell = values.get(at)
            formula = located(cell.formula, kit.places)(cell.row) if cell and cell.formula else ""
            if formula:
                formula = reference.moved(formula, *origin, is_whole=False)
            value = stored(cell.value) if cell else None
            value = kit.stored(cell.value) if cell and value is not None else value
            style = int(found.attributes.get(b"s", b"0"))
            memory.cells[at] = Written(value, formula, str(style))
    memory.size = (
        max((row for row, _ in memory.cells), default=0),
        max((column for _, column in memory.cells), default=0),
    )
    return memory


def patch_report(
    view: ReportView, sheet: ReportSheet, kit: Kit, memory: ReportMemory | None
) -> ReportPatch:
    """Bring a report tab up to date."""
    return _Patcher(view, sheet, kit, memory).patch()


class _Patcher:
    """The work on one report tab."""

    def __init__(
        self, view: ReportView, sheet: ReportSheet, kit: Kit, memory: ReportMemory | None
    ) -> None:
        self.view, self.kit, self.old = view, kit, memory
        self.part, self.title = view.sheet, view.entry.title
        self.name = sheet.report.name
        self.new = drawn(sheet, kit, view.origin)
        self.ours = _ours(view, memory)
        self.shared = SharedFormulas(self.part)
        self.notices: list[Notice] = []
        self.rows: dict[int, dict[int, bytes | None]] = {}
        self.resized: dict[str, float] = {}
        self.count = 0
        self.has_new_formulas = False

    def patch(self) -> ReportPatch:
        top, left = self.view.origin
        bottom, right = top + self.new.size[0], left + self.new.size[1]
        extent = Area(top, left, bottom, right)
        if self.old is None:
            self._say("report_unknown")
        wanted = {(top + r, left + c): w for (r, c), w in self.new.cells.items()}
        self._typed_over(wanted)
        self._move_foreign(wanted, max(right, self.view.extent.right))
        looks = self._looks()
        for at, written in wanted.items():
            self._write(at, written, looks)
        for at in self.ours:
            if at not in wanted and at in self.view.cells:
                self.has_new_formulas |= isinstance(self.view.contents[at], Formula)
                self._put(at, None)
        self._resize()
        edits = self._row_edits() + self._around(wanted)
        self._check_formulas()
        edits += ranges.dimension(self.part, bottom, right) if self.rows else []
        xml = apply(self.part.xml, edits)
        self._remember(looks)
        patch = Patch(xml, self.count, self.has_new_formulas)
        return ReportPatch(patch, extent, self.new, tuple(self.notices))

    def _say(self, id_: str, **parts: object) -> None:
        self.notices.append(Notice(id_, {"tab": self.title, **parts}))

    def _put(self, at: At, xml: bytes | None) -> None:
        self.rows.setdefault(at[0], {})[at[1]] = xml
        self.count += 1

    def _typed_over(self, wanted: Mapping[At, Written]) -> None:
        """Say what people typed over cells of ours."""
        for at, was in self.ours.items():
            have = self.view.contents.get(at)
            if have is None or was is None or _is_as_written(have, was):
                continue
            new = wanted.get(at)
            if new is None or not _is_as_written(have, new):
                self._say("report_overwritten", cell=reference.name(*at), text=_text(have))

    def _move_foreign(self, wanted: Mapping[At, Written], right: int) -> None:
        """Move cells of other people out of the way."""
        taken: dict[int, int] = {}
        for at in sorted(wanted):
            if at in self.ours or self.view.contents.get(at) is None:
                continue
            row = at[0]
            free = max(taken.get(row, 0), right + 1)
            while self.view.contents.get((row, free)) is not None:
                free += 1
            taken[row] = free + 1
            self._put((row, free), self._moved_cell(at, free))
            cells = {"cell": reference.name(*at), "to": reference.name(row, free)}
            self._say("report_moved", **cells, text=_text(self.view.contents[at]))

    def _moved_cell(self, at: At, column: int) -> bytes:
        content, cell = self.view.contents[at], self.view.cells[at]
        if isinstance(content, Formula) and content.kind:
            text = self.shared.text(content, *at)
            self.has_new_formulas = True
            formula = formula_xml(text, self.part.prefix)
            named, value = kept_attributes(cell), content.value
            prefix = self.part.prefix
            return cell_xml(at[0], column, value, attributes=named, formula=formula, prefix=prefix)
        rest = b"".join(b' %b="%b"' % item for item in cell.attributes.items() if item[0] != b"r")
        name, address = self.part.named(b"c"), reference.name(at[0], column).encode()
        self.has_new_formulas |= isinstance(content, Formula)
        return b'<%b r="%b"%b>%b</%b>' % (name, address, rest, cell.body, name)

    def _looks(self) -> dict[str, str]:
        """Return a mark of the look for each style of the new workbook."""
        styles = {written.look for written in self.new.cells.values()}
        return {style: mark(self.kit.fresh.styles.look(int(style))) for style in styles}

    def _write(self, at: At, new: Written, looks: Mapping[str, str]) -> None:
        """Write a cell if its value or its look is another than before."""
        have, cell = self.view.contents.get(at), self.view.cells.get(at)
        was = self.ours.get(at)
        keeps_look = cell is not None and was is not None and was.look == looks[new.look]
        if cell is not None and was is None:
            present = int(cell.attributes.get(b"s", b"0"))
            keeps_look = mark(self.kit.styles.look(present)) == looks[new.look]
        if keeps_look and _holds(have, new):
            return
        attributes = b""
        if keeps_look and cell:
            attributes = kept_attributes(cell)
        else:
            style = self.kit.styles.adopt(self.kit.fresh.styles, int(new.look))
            attributes = b' s="%d"' % style
        formula = formula_xml(new.formula, self.part.prefix) if new.formula else b""
        self.has_new_formulas |= bool(formula) != isinstance(have, Formula)
        options = {"attributes": attributes, "formula": formula, "prefix": self.part.prefix}
        self._put(at, cell_xml(*at, new.value, **options))  # type: ignore[arg-type]

    def _check_formulas(self) -> None:
        """Refuse to break formulas that reach beyond our cells."""
        cells = {(row, column) for row, new in self.rows.items() for column in new}
        self.shared.check(self.title, cells)
        ours = {column for _, column in self.ours}
        parted = self.shared.parted(self.title, cells, ours)
        left = [at for at in parted if at not in cells]
        if left:
            parts = {"tab": self.title, "cell": reference.name(*left[0])}
            raise LeftAloneError(Notice("shared", parts))

    def _resize(self) -> None:
        """Find rows and columns whose size is to change; what people set themselves stays."""
        top, left = self.view.origin
        self.new.sizes = sizes(self.kit.fresh.sheet(self.name))
        if self.view.is_stretched(self.old):
            return
        before = self.old.sizes if self.old else None
        self.resized = to_change(before, sizes(self.part, top, left), self.new.sizes)
        for name in self.resized:
            if name.startswith("row "):
                self.rows.setdefault(int(name.removeprefix("row ")) + top, {})

    def _row_edits(self) -> list[Edit]:
        """Write the rows that change; lines that people inserted moved the heights of ours."""
        edits = []
        is_stretched = self.view.is_stretched(self.old)
        if is_stretched:
            for number in range(self.view.extent.top, self.view.extent.bottom + 1):
                if number in self.part.rows:
                    self.rows.setdefault(number, {})
        data = self.part.data
        numbers = sorted(self.part.rows)
        inserted: dict[int, bytes] = {}
        for number in sorted(self.rows):
            row = self.part.rows.get(number)
            if row:
                edit = with_cells(self.part, row, self.rows[number])
                if is_stretched or f"row {number - self.view.extent.top}" in self.resized:
                    edit = replace(edit, new=as_high(edit.new, self._height(number)))
                edits.append(edit)
                continue
            later = next((n for n in numbers if n > number), None)
            at = self.part.rows[later].start if later is not None else data.inner_end
            inserted[at] = inserted.get(at, b"") + self._new_row(number)
        for at, added in inserted.items():
            if data.inner == data.end:
                name = self.part.named(b"sheetData")
                edits.append(Edit(data.start, data.end, b"<%b>%b</%b>" % (name, added, name)))
            else:
                edits.append(Edit(at, at, added))
        return edits

    def _height(self, number: int) -> bytes:
        """Return how high a row is in a new workbook, as attributes."""
        return height(self.kit.fresh.sheet(self.name), number - self.view.extent.top)

    def _new_row(self, number: int) -> bytes:
        """Write a row that was not there, as high as in a new workbook."""
        named = self._height(number)
        cells = b"".join(xml or b"" for _, xml in sorted(self.rows[number].items()))
        name = self.part.named(b"row")
        return b'<%b r="%d"%b>%b</%b>' % (name, number + 1, named, cells, name)

    def _around(self, wanted: Mapping[At, Written]) -> list[Edit]:
        """Bring merged cells, links and colours by value up to date."""
        model = self.kit.fresh.sheet(self.name)
        known = {"old": self.old, "new": self.new, "extent": self.view.extent}
        edits = merges_edits(self.part, model, self.title, wanted, **known)  # type: ignore[arg-type]
        edits += links_edits(self.part, model, self.kit, self.name, **known)  # type: ignore[arg-type]
        edits += width_edits(self.part, self.resized, self.view.origin[1])
        is_stretched = self.view.is_stretched(self.old)
        edits += rules_edits(self.part, model, self.kit, is_stretched=is_stretched, **known)  # type: ignore[arg-type]
        return edits + sparklines_edits(
            self.part,
            model,
            self.kit,
            origin=self.view.origin,
            mine=_lines(self.view, self.old),
            old=self.old,
            new=self.new,
        )

    def _remember(self, looks: Mapping[str, str]) -> None:
        for written in self.new.cells.values():
            written.look = looks[written.look]


def _ours(view: ReportView, memory: ReportMemory | None) -> dict[At, Written | None]:
    """Return the cells that we wrote, where they are now; people may have inserted lines."""
    extent = view.extent
    if memory is None:
        return {at: None for at in view.cells if extent.holds(*at)}
    return {at: memory.cells[was] for was, at in moved(view, memory, memory.cells).items()}


def _lines(view: ReportView, memory: ReportMemory | None) -> Collection[At]:
    """Return the cells that hold lines of ours, where they are now."""
    if memory is None:
        return ()
    areas = [reference.area(cell) for cell in memory.lines]
    return moved(view, memory, [(area.top, area.left) for area in areas]).values()


_ADDRESSES = re.compile(r"'(?:[^']|'')*'!|[\w.]+!|\$?[A-Z]{1,3}\$?\d+")


def _is_as_written(have: Content, was: Written) -> bool:
    """Tell whether a cell still is what we wrote, wherever its formula points by now."""
    if was.formula:
        if not isinstance(have, Formula):
            return False
        if have.kind == "shared" and not have.text:
            return True
        texts = (reference.loose(text) for text in (have.text, was.formula))
        return len({_ADDRESSES.sub("#", text) for text in texts}) == 1
    return is_same(have, was.value)


def _holds(have: Content, new: Written) -> bool:
    """Tell whether a cell holds just what it is to hold."""
    if not new.formula:
        return is_same(have, new.value)
    if not isinstance(have, Formula) or (have.kind and not have.text):
        return False
    is_equal = reference.loose(have.text) == reference.loose(new.formula)
    return is_equal and is_same(have.value, new.value)


def _text(content: Content) -> str:
    """Return what people see in a cell, or typed into it."""
    if isinstance(content, Formula):
        return "=" + content.text
    if isinstance(content, Failure):
        return content.text
    if isinstance(content, float) and content.is_integer():
        return str(int(content))
    return str(content)
