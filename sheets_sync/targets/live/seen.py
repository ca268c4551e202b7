"""A workbook as Excel has it at a moment: our tabs, and what people typed into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sheets_sync.errors import TargetNotWritten
from sheets_sync.targets.live.report import ReportPlace
from sheets_sync.targets.live.sheet import LiveSheet
from sheets_sync.targets.xlsx_patch import reference
from sheets_sync.targets.xlsx_patch.book import with_inputs
from sheets_sync.targets.xlsx_patch.keeping import read_inputs
from sheets_sync.targets.xlsx_patch.recall import recalled
from sheets_sync.targets.xlsx_patch.sheet import Content
from sheets_sync.targets.xlsx_patch.view import Reader, TableView, anchors, mint, view_table
from sheets_sync.workbook import Draw, Sheet
from templates.tab import Column, Report, Tab, Table, Value, heading
from templates.words import Words

Json = dict[str, Any]


ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


class LiveReader(Reader):
    """Reads what people typed; an error comes as the text that it shows."""

    def typed(
        self,
        content: Content,
        style: Callable[[], bytes],
        column: Column,
        choices: Mapping[str, str],
    ) -> Value:
        """Return what a person typed into a cell; an error is nothing."""
        if isinstance(content, str) and content in ERRORS:
            return None
        return Reader.typed(self, content, style, column, choices)


class Seen:
    """What was read.

    Raises:
        TargetNotWritten: it is not ours, or a tab or column of ours is missing.
    """

    def __init__(
        self, read: Json, tabs: Sequence[Tab], words: Words, memory: Mapping[str, str], path: str
    ) -> None:
        """Find our tabs, and read what people typed."""
        self.names: dict[str, str] = read["names"]
        if not self.names:
            raise TargetNotWritten("workbook_foreign", path=path)
        self.memory = memory
        self.sheets = {
            sheet["title"]: LiveSheet(sheet, at) for at, sheet in enumerate(read["sheets"])
        }
        self.tables: dict[str, TableView] = {}
        self.reports: dict[str, ReportPlace] = {}
        self.highest: dict[str, int] = {}
        for tab in tabs:
            is_there = self._table(tab, words) if isinstance(tab, Table) else self._report(tab)
            if not is_there:
                missing = words(f"tab.{tab.name}")
                raise TargetNotWritten("live_incomplete", path=path, missing=missing)
            for column in self.tables[tab.name].lost if isinstance(tab, Table) else ():
                missing = f"{words(f'tab.{tab.name}')}: {heading(tab, column.id, words)}"  # type: ignore[arg-type]
                raise TargetNotWritten("live_incomplete", path=path, missing=missing)
        self.inputs = read_inputs(tabs, self.tables, memory)

    def _table(self, table: Table, words: Words) -> bool:
        entries = {title: sheet.entry for title, sheet in self.sheets.items()}
        found = anchors(table, self.names, entries)
        if not found:
            return False
        entry, header, columns = found
        sheet = self.sheets[entry.title]
        reader = LiveReader(sheet, words=words)
        view = view_table(table, entry, sheet, columns, header, reader)
        self.tables[table.name] = view
        self.highest[table.name] = mint(view, int(self.memory.get(f"minted.{table.name}", 0)))
        return True

    def _report(self, report: Report) -> bool:
        split = reference.split_address(self.names.get(f"smk.{report.name}", "#REF!"))
        if not split or split[0] not in self.sheets:
            return False
        sheet = self.sheets[split[0]]
        area = reference.area(split[1].replace("$", ""))
        known = recalled(self.memory, report.name, area, sheet.content)
        self.reports[report.name] = ReportPlace(sheet, area, known)
        return True

    def title(self, name: str) -> str:
        """Return what people call a tab."""
        found = self.tables.get(name)
        return found.entry.title if found else self.reports[name].sheet.entry.title

    def sheet(self, name: str) -> LiveSheet:
        """Return the cells of a tab."""
        return self.sheets[self.title(name)]

    @property
    def hidden(self) -> set[str]:
        """The tabs that are hidden."""
        return {n for n in (*self.tables, *self.reports) if self.sheet(n).entry.is_hidden}

    def drawn(self, draw: Draw) -> list[Sheet]:
        """Draw the tabs with what people typed."""
        return [with_inputs(sheet, self.inputs) for sheet in draw(self.inputs, self.hidden)]
