"""A workbook of ours: what people typed into it, and its bytes brought up to date."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sheets_sync.errors import TargetNotWritten
from sheets_sync.targets.lambdas import lambdas
from sheets_sync.targets.places import Places, absolute
from sheets_sync.targets.xlsx_new import brand_of, described
from sheets_sync.targets.xlsx_patch import charts, paper, properties, ranges, reference
from sheets_sync.targets.xlsx_patch.container import assemble, prove
from sheets_sync.targets.xlsx_patch.first import BRAND, written_report
from sheets_sync.targets.xlsx_patch.formulas import LeftAloneError
from sheets_sync.targets.xlsx_patch.fresh import Draw, Fresh, shared_of, styles_of
from sheets_sync.targets.xlsx_patch.graft import graft
from sheets_sync.targets.xlsx_patch.keeping import read_inputs, table_memory
from sheets_sync.targets.xlsx_patch.markup import element
from sheets_sync.targets.xlsx_patch.memory import ReportMemory
from sheets_sync.targets.xlsx_patch.names import define, defined, filter_range
from sheets_sync.targets.xlsx_patch.package import (
    Package,
    SheetEntry,
    drop_calculation_chain,
    open_package,
    prefixed,
    recalculate,
)
from sheets_sync.targets.xlsx_patch.packing import Packing
from sheets_sync.targets.xlsx_patch.paper import printed
from sheets_sync.targets.xlsx_patch.plan import Kit, TablePlan, plan
from sheets_sync.targets.xlsx_patch.recall import recalled
from sheets_sync.targets.xlsx_patch.recovery import recover_keys
from sheets_sync.targets.xlsx_patch.report import ReportView, patch_report, view_report
from sheets_sync.targets.xlsx_patch.sheet import SheetPart
from sheets_sync.targets.xlsx_patch.table import patch
from sheets_sync.targets.xlsx_patch.typed import loaded_inputs
from sheets_sync.targets.xlsx_patch.untouched import Left, left_as, proof
from sheets_sync.targets.xlsx_patch.view import (
    Reader,
    TableView,
    anchors,
    mint,
    title_address,
    view_table,
)
from sheets_sync.workbook import Inputs, ReportSheet, Sheet, TableSheet
from sheets_sync.workbook import Warning as Notice
from templates.brand import Brand
from templates.tab import Group, Tab, Table, heading
from templates.words import Words


@dataclass(frozen=True, slots=True)
class Result:
    """A workbook brought up to date; `data` is None where nothing differs."""

    data: bytes | None
    cells_changed: Mapping[str, int]
    notices: tuple[Notice, ...]
    memory: Mapping[str, str]  # what to remember once it is written


class Book:
    """A workbook as people left it."""

    def __init__(
        self, data: bytes, tabs: Sequence[Tab], memory: Mapping[str, str], words: Words
    ) -> None:
        """Find our tabs, and read what people typed."""
        self.package = open_package(data)
        self.names = defined(self.package)
        if not self.names:
            raise TargetNotWritten("workbook_foreign")
        self.memory = memory
        self.words = words
        self.tabs = {tab.name: tab for tab in tabs}
        self.entries = {entry.title: entry for entry in self.package.sheets()}
        self.shared = shared_of(self.package)
        self.styles = styles_of(self.package)
        xml = self.package.read(self.package.workbook)
        properties = element(xml, prefixed(xml, b"workbookPr"))
        is_1904 = properties is not None and properties.attributes.get(b"date1904") in (
            b"1",
            b"true",
        )
        self.reader = Reader(self.styles, is_1904, words)
        self.tables: dict[str, TableView] = {}
        self.parts: dict[str, SheetPart] = {}  # of the tables
        self.left: dict[str, Left] = {}  # the tables as we left them, if nobody touched them since
        self.highest: dict[str, int] = {}
        for tab in tabs:
            if isinstance(tab, Table) and (view := self.view(tab)):
                self.tables[tab.name] = view
                before = int(memory.get(f"minted.{tab.name}", 0))
                self.highest[tab.name] = mint(view, before)
        self.inputs: Inputs = self._inputs()

    def _part(self, entry: SheetEntry) -> SheetPart:
        return SheetPart(self.package.read(entry.part), self.shared, entry.part)

    def view(self, table: Table) -> TableView | None:
        """Read a table tab; None if people deleted it."""
        found = anchors(table, self.names, self.entries)
        if not found:
            return None
        entry, header, columns = found
        part = self.parts[table.name] = self._part(entry)
        text, whole = self.memory.get(f"left.{table.name}"), proof(self.package, entry.part)
        left = self.left[table.name] = left_as(text, whole, columns)
        typed = loaded_inputs(self.memory.get(f"inputs.{table.name}")) or {}
        quiet = left.quiet(part, table.key, typed)
        return view_table(table, entry, part, columns, header, self.reader, quiet)

    @property
    def hidden(self) -> set[str]:
        """The tabs that are hidden, or will be when they come."""
        return {
            name
            for name, tab in self.tabs.items()
            if (entry.is_hidden if (entry := self.entry(name)) else tab.is_hidden)
        }

    def entry(self, name: str) -> SheetEntry | None:
        """Return the sheet that a tab of ours has, whatever people call it."""
        if name in self.tables:
            return self.tables[name].entry
        split = reference.split_address(self.names.get(f"smk.{name}", "#REF!"))
        return self.entries.get(split[0]) if split else None

    def _inputs(self) -> Inputs:
        """Return what people typed; what was deleted with a tab, column or row as remembered."""
        return read_inputs(self.tabs.values(), self.tables, self.memory)

    def updated(self, sheets: Sequence[Sheet], draw: Draw) -> Result:
        """Return the workbook with the sheets brought up to date."""
        return _Update(self, sheets, draw, self.words).result()


class _Update:
    """The work of one update."""

    def __init__(self, book: Book, sheets: Sequence[Sheet], draw: Draw, words: Words) -> None:
        self.book, self.package, self.words = book, book.package, words
        self.sheets = [with_inputs(sheet, book.inputs) for sheet in sheets]
        lost = {_name(sheet) for sheet in self.sheets if book.entry(_name(sheet)) is None}
        self.fresh = Fresh(draw, self.sheets, lost)
        self.notices: list[Notice] = []
        self.memory: dict[str, str] = {}
        self.left: dict[str, Left] = {}
        self.cells: dict[str, int] = {}
        self.has_new_formulas = False
        self.grafted: set[str] = set()
        self.names: dict[str, str] = {}
        self.filters: dict[str, str] = {}  # by title
        for name in [_name(sheet) for sheet in self.sheets if _name(sheet) in lost]:
            self._graft(name)

    def _graft(self, name: str) -> None:
        entry = graft(self.package, self.fresh, name, self.book.styles, behind=self._before(name))
        self.grafted.add(name)
        self.book.entries = {entry.title: entry for entry in self.package.sheets()}
        self.book.names = defined(self.package)
        tab = self.book.tabs[name]
        if isinstance(tab, Table) and (view := self.book.view(tab)):
            self.book.tables[name] = view
            number = int(self.book.memory.get(f"minted.{name}", 0))
            self.book.highest[name] = mint(view, number)
        self.notices.append(Notice("tab_restored", {"tab": entry.title}))

    def _before(self, name: str) -> str | None:
        """Return the title of the last sheet of a tab's group, or of the groups before it."""
        order = list(Group)
        place = order.index(self.book.tabs[name].group)
        known = [
            (order.index(tab.group), entry.index, entry.title)
            for tab in self.book.tabs.values()
            if (entry := self.book.entry(tab.name)) and order.index(tab.group) <= place
        ]
        return max(known)[2] if known else None

    def result(self) -> Result:
        """Patch all tabs and put the file together."""
        with Packing() as packing:
            self._patch(packing)
            changed = self.package.changed
            packed = packing.packed(changed)
        if not changed:
            return Result(None, {}, tuple(self.notices), self._remembered(self.package))
        data = assemble(self.package.archive, changed, packed)
        after = open_package(data)
        prove(self.package.archive, after.archive, changed, packed)
        return Result(data, self.cells, tuple(self.notices), self._remembered(after))

    def _remembered(self, package: Package) -> dict[str, str]:
        """Return what to remember of the file as it is written."""
        left = {
            f"left.{name}": replace(each, proof=proof(package, self.book.tables[name].entry.part))
            for name, each in self.left.items()
        }
        return {**self.memory, **{name: each.dumped() for name, each in left.items()}}

    def _patch(self, packing: Packing) -> None:
        """Bring every part up to date."""
        plans = self._plans()
        kit = self._kit(plans)
        for sheet in self.sheets:
            try:
                if isinstance(sheet, TableSheet):
                    self._table(plans[sheet.table.name], kit, packing)
                else:
                    self._report(sheet, kit)
            except LeftAloneError as left:
                self.notices.append(left.notice)
        self._finish()

    def _plans(self) -> dict[str, TablePlan]:
        plans = {}
        for sheet in self.sheets:
            if isinstance(sheet, TableSheet):
                name = sheet.table.name
                view = self.book.tables[name]
                if view.is_keyless:
                    recover_keys(view, sheet)
                seen = set(json.loads(self.book.memory.get(f"seen.{name}", "[]")))
                plans[name] = plan(view, sheet, seen, sheet.remembered)
        return plans

    def _kit(self, plans: Mapping[str, TablePlan]) -> Kit:
        titles = {name: plan.view.entry.title for name, plan in plans.items()}
        for sheet in self.sheets:
            if isinstance(sheet, ReportSheet):
                titles[sheet.report.name] = self._report_place(sheet.report.name)[0].title
        tables = {name: plan.place for name, plan in plans.items()}
        places = Places(titles, tables, self.words.texts)
        book = self.book
        return Kit(self.words, places, book.reader, self.package, book.styles, self.fresh)

    def _report_place(self, name: str) -> tuple[SheetEntry, reference.Area]:
        split = reference.split_address(self.book.names[f"smk.{name}"])
        if split is None:
            raise KeyError(name)
        return self.book.entries[split[0]], reference.area(split[1].replace("$", ""))

    def _table(self, plan: TablePlan, kit: Kit, packing: Packing) -> None:
        view, name = plan.view, plan.sheet.table.name
        self.notices += view.notices
        done = patch(plan, self.book.parts[name], kit, self.book.left[name])
        self.left[name] = done.left
        if done.patch.cells:
            self.package.write(view.entry.part, done.patch.xml)
            packing.pack(view.entry.part, done.patch.xml)
            self._count(name, done.patch.cells)
            self.has_new_formulas |= done.patch.has_new_formulas
        if done.filter_range:
            self.filters[view.entry.title] = done.filter_range
        title = view.entry.title
        for column in view.lost if not view.merged else ():
            address = title_address(title, view.header, plan.columns[column.id])
            self.names[f"smk.{name}.{column.id}"] = address
            word = heading(view.table, column.id, self.words)
            self.notices.append(Notice("column_restored", {"tab": title, "column": word}))
        self._grow_objects(plan)
        highest = self.book.highest.get(name, 0)
        self.memory |= table_memory(plan, self.book.inputs, highest, self.book.memory)

    def _count(self, name: str, cells: int) -> None:
        if cells:
            self.cells[name] = self.cells.get(name, 0) + cells

    def _grow_objects(self, plan: TablePlan) -> None:
        """Let tables that people made over our rows grow with them."""
        view = plan.view
        if not plan.appended or view.is_keyless:
            return
        key = view.columns[view.table.key]
        for relation in self.package.relations(view.entry.part).values():
            if relation.type == "table" and self.package.has(relation.target):
                xml = self.package.read(relation.target)
                last = max(plan.appended)
                edits = ranges.object_grown(xml, view.header, key, view.last_data, last)
                self.package.edit(relation.target, edits)

    def _report(self, sheet: ReportSheet, kit: Kit) -> None:
        name = sheet.report.name
        entry, extent = self._report_place(name)
        part = SheetPart(self.package.read(entry.part), self.book.shared, entry.part)
        view: ReportView = view_report(name, entry, part, extent)
        memory = self._report_memory(sheet, kit, view)
        done = patch_report(view, sheet, kit, memory)
        self.package.write(entry.part, done.patch.xml)
        self.notices += done.notices
        self._count(name, done.patch.cells)
        self.has_new_formulas |= done.patch.has_new_formulas
        new = absolute(
            entry.title,
            (done.extent.top, done.extent.left),
            (done.extent.bottom, done.extent.right),
        )
        if done.extent != extent:
            self.names[f"smk.{name}"] = new
        drawn = printed(self.fresh.package, self.fresh.entry(name))
        before = memory.printed if memory else ""
        done.memory.printed = paper.update(self.package, entry, drawn, before, view.origin)
        if name in self.grafted:
            done.memory.charts = charts.marks(kit, name, view.origin)
        else:
            done.memory.charts = charts.update(kit, name, view, memory)
        self.memory[f"report.{name}"] = done.memory.dumped()

    def _report_memory(self, sheet: ReportSheet, kit: Kit, view: ReportView) -> ReportMemory | None:
        name = sheet.report.name
        if name in self.grafted:
            return written_report(sheet, kit)
        content = lambda row, column: view.contents.get((row, column))  # noqa: E731
        return recalled(self.book.memory, name, view.extent, content)

    def _finish(self) -> None:
        """Bring the parts up to date that belong to the whole workbook."""
        define(self.package, {**lambdas(), **self.names})
        for title, address in self.filters.items():
            area = reference.area(address)
            corners = (area.top, area.left), (area.bottom, area.right)
            filter_range(self.package, self.book.entries[title].index, absolute(title, *corners))
        self._describe()
        styles = self.package.part_by_type("styles") or "xl/styles.xml"
        self.package.write(styles, self.book.styles.finished())
        if self.package.changed:
            if self.has_new_formulas or self.grafted:
                drop_calculation_chain(self.package)
            recalculate(self.package)

    def _describe(self) -> None:
        """Let the properties of the file follow the brand."""
        brand, before = brand_of(self.sheets), Brand(self.book.memory.get(BRAND, ""))
        wanted, written = (described(self.words, each) for each in (brand, before))
        properties.update(self.package, wanted, written)
        self.memory[BRAND] = brand.name


def _name(sheet: Sheet) -> str:
    return sheet.table.name if isinstance(sheet, TableSheet) else sheet.report.name


def with_inputs(sheet: Sheet, typed: Inputs) -> Sheet:
    """Let what people typed last come before what was remembered longer ago."""
    if not isinstance(sheet, TableSheet):
        return sheet
    now = typed.get(sheet.table.name, {})
    keys = {**dict.fromkeys(sheet.remembered), **dict.fromkeys(now)}
    merged = {key: {**sheet.remembered.get(key, {}), **now.get(key, {})} for key in keys}
    return replace(sheet, remembered=merged)
