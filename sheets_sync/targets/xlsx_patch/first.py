"""What is remembered of a workbook that was just written for the first time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from sheets_sync.targets.places import FIRST_ROW, Place, Places
from sheets_sync.targets.rows import begun
from sheets_sync.targets.xlsx_new import brand_of
from sheets_sync.targets.xlsx_patch import charts
from sheets_sync.targets.xlsx_patch.fresh import Fresh
from sheets_sync.targets.xlsx_patch.memory import ReportMemory, mark
from sheets_sync.targets.xlsx_patch.paper import printed
from sheets_sync.targets.xlsx_patch.plan import Kit, key_of
from sheets_sync.targets.xlsx_patch.report import drawn
from sheets_sync.targets.xlsx_patch.sizes import sizes
from sheets_sync.targets.xlsx_patch.surroundings import remember
from sheets_sync.targets.xlsx_patch.typed import dumped_inputs, loaded_inputs
from sheets_sync.targets.xlsx_patch.untouched import Left, how, marks, proof
from sheets_sync.targets.xlsx_patch.view import Reader
from sheets_sync.workbook import Inputs, ReportSheet, Sheet, TableSheet
from templates.tab import Row, Tab, Value, Writer
from templates.words import Words

BRAND = "brand"
"""Under what the name in the properties of the file is remembered."""


def remembered_inputs(tabs: Sequence[Tab], memory: Mapping[str, str]) -> Inputs:
    """Return what people had typed into a workbook that is gone."""
    found = {tab.name: loaded_inputs(memory.get(f"inputs.{tab.name}")) for tab in tabs}
    return {name: typed for name, typed in found.items() if typed}


def first_memory(
    data: bytes, sheets: Sequence[Sheet], words: Words, before: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, int]]:
    """Return what to remember of a new workbook, and how many cells each tab got."""
    fresh = Fresh.of(data)
    kit = _kit(fresh, sheets, words)
    memory = {BRAND: brand_of(sheets).name}
    cells: dict[str, int] = {}
    for sheet in sheets:
        if isinstance(sheet, ReportSheet):
            memory[f"report.{sheet.report.name}"] = written_report(sheet, kit).dumped()
            cells[sheet.report.name] = len(sheet.grid.cells)
        else:
            count = len(sheet.rows) * len(sheet.table.columns)
            cells[sheet.table.name] = count
            memory |= _table_memory(sheet, before) | _left(sheet, kit)
    return memory, {name: count for name, count in cells.items() if count}


def _table_memory(sheet: TableSheet, before: Mapping[str, str]) -> dict[str, str]:
    """Remember the keys and the human values that a new table has."""
    table = sheet.table
    human = [column.id for column in table.columns if column.writer is Writer.HUMAN]
    typed: dict[str, dict[str, Value]] = {}
    keys = []
    for row, said in begun(sheet):
        if row.get(table.key) is None:
            continue
        key = str(row[table.key])
        keys.append(key)
        cells = {**row, **said}
        values = {id_: cells[id_] for id_ in human if cells.get(id_) is not None}
        if values:
            typed[key] = values
    memory = {f"inputs.{table.name}": dumped_inputs(typed)}
    if table.prefix:
        pattern = re.compile(rf"{re.escape(table.prefix)}-(\d+)$")
        numbers = [int(match[1]) for key in keys if (match := pattern.match(key))]
        highest = max([int(before.get(f"minted.{table.name}", 0)), *numbers])
        memory[f"minted.{table.name}"] = str(highest)
        seen = {*json.loads(before.get(f"seen.{table.name}", "[]")), *keys}
        memory[f"seen.{table.name}"] = json.dumps(sorted(seen), ensure_ascii=False)
    return memory


def _left(sheet: TableSheet, kit: Kit) -> dict[str, str]:
    """Remember how the rows of a new table are drawn."""
    table = sheet.table
    rows: dict[str, Row] = {}
    for row in sheet.rows:
        rows.setdefault(key_of(table, row), row)
    columns = kit.places.tables[table.name].columns
    whole = proof(kit.package, kit.fresh.entry(table.name).part)
    left = Left(whole, columns, how(table, columns, kit), marks(rows))
    return {f"left.{table.name}": left.dumped()}


def _kit(fresh: Fresh, sheets: Sequence[Sheet], words: Words) -> Kit:
    """Return the kit for a workbook that is itself the new one."""
    titles, tables = {}, {}
    for sheet in sheets:
        name = sheet.table.name if isinstance(sheet, TableSheet) else sheet.report.name
        titles[name] = fresh.entry(name).title
        if isinstance(sheet, TableSheet):
            columns = {column.id: at for at, column in enumerate(sheet.table.columns)}
            last = FIRST_ROW + max(sum(1 for _ in begun(sheet)), 1) - 1
            tables[name] = Place(titles[name], columns, FIRST_ROW, last)
    places = Places(titles, tables, words.texts)
    return Kit(words, places, Reader(fresh.styles), fresh.package, fresh.styles, fresh)


def written_report(sheet: ReportSheet, kit: Kit) -> ReportMemory:
    """Return what is remembered of a report that was just drawn."""
    memory = drawn(sheet, kit, (0, 0))
    for written in memory.cells.values():
        written.look = mark(kit.fresh.styles.look(int(written.look)))
    part = kit.fresh.sheet(sheet.report.name)
    remember(part, kit, memory)
    memory.charts = charts.marks(kit, sheet.report.name, (0, 0))
    memory.sizes = sizes(part)
    memory.printed = printed(kit.fresh.package, kit.fresh.entry(sheet.report.name))
    return memory
