"""One exchange with a spreadsheet: read, make what is missing, write what differs, read again.

Each pass sends one kind of change and then looks again, so that nothing is assumed: not what a
lost answer did, nor what people did meanwhile. A pass that finds nothing to do ends the sync.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sheets_sync.errors import TargetNotWritten
from sheets_sync.google.failures import Refused, UnknownOutcome
from sheets_sync.google.transport import Json, Spreadsheet
from sheets_sync.targets.gsheets import make, people
from sheets_sync.targets.gsheets.ids import APPEND, TAB, tab_anchor
from sheets_sync.targets.gsheets.ids import number as id_of
from sheets_sync.targets.gsheets.looks import Looks
from sheets_sync.targets.gsheets.making import make_columns, make_rows, make_tabs
from sheets_sync.targets.gsheets.memory import Memory
from sheets_sync.targets.gsheets.notices import Notices
from sheets_sync.targets.gsheets.preview import differences
from sheets_sync.targets.gsheets.table import Wanted, wanted
from sheets_sync.targets.gsheets.view import (
    Readings,
    TableView,
    View,
    anchors,
    as_typed,
    calculated,
    found,
    present,
    typed_filters,
    value_filters,
    view,
)
from sheets_sync.targets.gsheets.writing import Writing
from sheets_sync.targets.places import FIRST_ROW, Places, titles
from sheets_sync.workbook import Draw, Exchange, Sheet, TableSheet
from templates.tab import Origin, Report, Tab, Table
from templates.words import Words

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.people import Keyed

PASSES = 8
REFUSALS = 3
FEW = 20
"""So many keys may vanish at once; of more, a fifth may."""
LARGE = 100_000
"""Of a table with so many cells, values are read apart: typed, they take four times the bytes."""

_ABOUT = (
    "properties(importFunctionsExternalUrlAccessAllowed),"
    "developerMetadata(metadataId,metadataKey,metadataValue),sheets("
    "properties(sheetId,title,index,hidden,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataId,metadataKey),charts(chartId),conditionalFormats{cells})"
)
_CELLS = (
    ",data(startRow,startColumn,rowData(values(userEnteredValue)),"
    "rowMetadata(developerMetadata(metadataId,metadataKey)),"
    "columnMetadata(developerMetadata(metadataId,metadataKey)))"
)
ANCHORS = (
    "sheets(developerMetadata(metadataId),data(rowMetadata(developerMetadata(metadataId)),"
    "columnMetadata(developerMetadata(metadataId))))"
)
STRUCTURE, TYPED = _ABOUT.format(cells=""), _ABOUT.format(cells=_CELLS)
"""What is read of a spreadsheet besides values; with the cells as they were typed."""


@dataclass(slots=True)
class Run:
    """The state of one exchange."""

    spread: Spreadsheet
    tabs: Sequence[Tab]
    words: Words
    currency: str
    memory: Memory
    is_rebuild: bool = False
    notices: Notices = field(default_factory=Notices)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    present: dict[int, Json] | None = None  # the structure, by Google's number of a tab
    inputs: dict[str, Keyed] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)
    born: dict[str, tuple[int, set[str]]] = field(default_factory=dict)  # column, keys of new rows
    guards: dict[int, int] = field(default_factory=dict)  # of batches that arrived: id, number
    stopped: set[str] = field(default_factory=set)
    _last: Any = None

    def exchange(self, draw: Draw) -> Exchange:
        """Bring the spreadsheet up to date."""
        self.spread.begin()
        failure: Exception | None = None
        refusals = doubts = 0
        for _ in range(PASSES):
            seen = self.look()
            if not self.sheets:
                self.inputs = self._inputs(seen)
                drawn = draw(self.inputs, self._hidden())
                self.sheets = {_tab(sheet).name: sheet for sheet in drawn}
            failure = None
            try:
                if not self._step(seen):
                    break
            except UnknownOutcome as doubt:
                failure = doubt
                doubts += 1
                self.spread.rest(doubts)
            except Refused as refused:
                failure = refused
                refusals += 1
                if refusals == REFUSALS:
                    raise TargetNotWritten("sheet_refused", why=str(refused)) from None
        else:
            if failure:
                raise TargetNotWritten("sheet_unreachable") from None
            self.notices.say("unsettled")
        return Exchange(
            self.inputs,
            self.cells,
            self.notices.all(),
            requests=self.spread.requests,
            bytes_sent=self.spread.bytes_sent,
        )

    def preview(self, draw: Draw) -> Exchange:
        """Read and compare, and write nothing."""
        self.spread.begin()
        seen = self.look()
        self.inputs = self._inputs(seen)
        self.sheets = {_tab(sheet).name: sheet for sheet in draw(self.inputs, self._hidden())}
        kit, tables = self.kit(seen), self._tables(seen)
        wants = {name: self._wanted(view) for name, view in tables.items()}
        writing = Writing(self.spread, self.memory, kit, self.notices, self.sheets)
        new = [tab for tab in self.tabs if not self.is_seen(tab, seen)]
        return Exchange(
            self.inputs,
            {},
            self.notices.all(),
            requests=self.spread.requests,
            bytes_sent=self.spread.bytes_sent,
            differences=tuple(differences(writing, seen, tables, wants, new)),
        )

    # -- reading

    def look(self) -> View:
        """Read all of our tabs as they are now."""
        self.present = None
        if not self.memory.sheets and not self.survey():
            return View()
        try:
            return self._read(self.tabs)
        except Refused:  # anchors that are not there any more
            if not self.survey():
                return View()
        try:
            tabs = [tab for tab in self.tabs if tab.name in self.memory.sheets]
            return self._read(tabs, anchors(self.spread.structure(ANCHORS)))
        except Refused as refused:
            raise TargetNotWritten("sheet_refused", why=str(refused)) from None

    def _read(self, tabs: Sequence[Tab], there: Collection[int] | None = None) -> View:
        """Read all in one call; the values of large tables and of people's formulas in another.

        Where Google refuses to look for what is gone, `there` are the anchors that are left.
        """
        apart = {tab.name for tab in tabs if isinstance(tab, Table) and self._is_large(tab)}
        typed: Readings = {}
        if filters := present(typed_filters(tabs, apart), there):
            answer = self.spread.typed(filters, TYPED)
            self._note(answer)
            typed = as_typed(answer)
        apart |= calculated(tabs, typed)
        values: Readings = {}
        if filters := present(value_filters(tabs, apart), there):
            values = found(self.spread.read(filters, "UNFORMATTED_VALUE"))
        seen = view(tabs, values, typed)
        if any(not self.is_seen(tab, seen) for tab in tabs):
            self.survey()
        return seen

    def _is_large(self, table: Table) -> bool:
        """Tell whether a table was large when it was last as it should be."""
        return len(self.memory.clean(table.name).keys) * len(table.columns) >= LARGE

    def _note(self, answer: Json) -> None:
        """Note what is known besides cells."""
        self.present = {s["properties"].get("sheetId", 0): s for s in answer.get("sheets", ())}
        self.guards = {
            each["metadataId"]: int(each["metadataValue"])
            for each in answer.get("developerMetadata", ())
            if each["metadataKey"] == APPEND
        }
        if answer.get("properties", {}).get("importFunctionsExternalUrlAccessAllowed"):
            self.notices.say("imports_allowed")

    def _hidden(self) -> set[str]:
        """Return the tabs that are hidden, or will be when they come."""
        found = set()
        for tab in self.tabs:
            there = (self.present or {}).get(self.memory.sheets.get(tab.name, -1))
            if there["properties"].get("hidden") if there else tab.is_hidden:
                found.add(tab.name)
        return found

    def survey(self) -> bool:
        """Read the structure; tell whether any of our tabs is there."""
        self._note(self.spread.structure(STRUCTURE))
        tabs = {
            (each["metadataId"], each["metadataKey"]): number
            for number, sheet in (self.present or {}).items()
            for each in sheet.get("developerMetadata", ())
        }
        names = {tab.name: tabs.get((tab_anchor(tab.name), TAB)) for tab in self.tabs}
        self.memory.sheets = {name: number for name, number in names.items() if number is not None}
        return bool(self.memory.sheets)

    @staticmethod
    def is_seen(tab: Tab, seen: View) -> bool:
        """Tell whether a tab has been read."""
        of = seen.reports if isinstance(tab, Report) else seen.tables
        return tab.name in of or tab.name in seen.astray

    def _inputs(self, seen: View) -> dict[str, Keyed]:
        """Return what people typed; what was deleted with a tab, column or row as remembered."""
        found: dict[str, Keyed] = {}
        for tab in self.tabs:
            if not isinstance(tab, Table):
                continue
            before, now = self.memory.inputs(tab.name), seen.tables.get(tab.name)
            if now and now.has_keys:
                typed = people.with_deleted(now, people.typed(now, self.words), before or {})
                found[tab.name] = typed
                self.memory.keep_inputs(tab.name, typed)
            elif before is not None:
                found[tab.name] = before
        return found

    # -- changing

    def _step(self, seen: View) -> bool:
        """Send the next kind of change; tell whether there was any."""
        if make_tabs(self, seen):
            return True
        kit = self.kit(seen)
        tables = self._tables(seen)
        if make_columns(self, seen, kit):
            return True
        wants = {name: self._wanted(view) for name, view in tables.items()}
        if make_rows(self, tables, wants):
            return True
        writing = Writing(self.spread, self.memory, kit, self.notices, self.sheets)
        return self._write(writing, seen, tables, wants)

    def _write(
        self, writing: Writing, seen: View, tables: dict[str, TableView], wants: dict[str, Wanted]
    ) -> bool:
        planned = writing.plan(tables, wants)
        reports = writing.reports(seen, self.present)
        sign = (planned, reports.requests)
        if not planned and not reports.requests:
            return not self._settle(tables, wants)
        if repr(sign) == repr(self._last):
            self.notices.say("unsettled")
            return False
        for name, count in writing.send(planned, reports).items():
            self.cells[name] = self.cells.get(name, 0) + count
        self._last = sign
        return bool(planned) or reports.is_ahead or not self._settle(tables, wants)

    def _settle(self, tables: dict[str, TableView], wants: dict[str, Wanted]) -> bool:
        """Remember tables that are as they should be; reports need no second look."""
        for name, want in wants.items():
            if tables[name].is_torn:
                continue
            self.memory.keep_clean(want)
            keys = tables[name].keys
            self.memory.keep_seen(name, keys)
            self.memory.keep_minted(name, people.minted(want.table, set(keys), 0))
        return not any(one.is_torn for one in tables.values())

    def _tables(self, seen: View) -> dict[str, TableView]:
        """Return the tables that may be written; say what is wrong with the others."""
        found = {}
        for name, one in seen.tables.items():
            self.notices.of_table(one)
            if not one.has_keys or self._is_emptied(one):
                self.stopped.add(name)
            if name not in self.stopped and name in self.sheets:
                found[name] = one
        for name in seen.astray:
            self.notices.say("anchors_astray", tab=self.words(f"tab.{name}"))
        return found

    def _is_emptied(self, one: TableView) -> bool:
        """Tell whether so many rows vanished at once that people should be asked first."""
        known = self.memory.clean(one.table.name).keys
        gone = len(known.keys() - set(one.keys))
        if self.is_rebuild or gone <= max(FEW, len(known) // 5):
            return False
        self.notices.say("rows_gone", tab=one.title, count=gone)
        return True

    def _wanted(self, one: TableView) -> Wanted:
        sheet = self.sheets[one.table.name]
        assert isinstance(sheet, TableSheet)  # noqa: S101 (for the type checker)
        blank: list[str] = []
        if one.table.origin is Origin.MINTED:
            typed = people.typed(one, self.words)
            blank = [key for key in one.row_of if key not in typed]
            blank = [key for key in blank if key.startswith(f"{one.table.prefix}-")]
        return wanted(sheet, self.words, blank)

    def kit(self, seen: View) -> make.Kit:
        """Return what formulas need to know of where everything is at present."""
        fresh_titles = titles([tab.name for tab in self.tabs], self.words)
        named = {
            **fresh_titles,
            **{name: one.title for name, one in seen.tables.items()},
            **{name: one.title for name, one in seen.reports.items()},
        }
        places = {}
        for tab in self.tabs:
            if isinstance(tab, Table):
                one = seen.tables.get(tab.name)
                usual = {column.id: at for at, column in enumerate(tab.columns)}
                at = {**usual, **one.at} if one else usual
                first = one.header + 1 if one else FIRST_ROW
                places[tab.name] = make.open_place(named[tab.name], at, first)
        numbers = {tab.name: id_of("sheet", tab.name) for tab in self.tabs} | self.memory.sheets
        looks = Looks.of(self.words, self.currency)
        return make.Kit(self.words, looks, Places(named, places, self.words.texts), numbers)


def _tab(sheet: Sheet) -> Tab:
    return sheet.table if isinstance(sheet, TableSheet) else sheet.report
