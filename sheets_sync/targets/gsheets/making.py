"""Making what is not there: tabs, columns that people deleted, rows for new keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sheets_sync.google.failures import Refused
from sheets_sync.google.transport import Json
from sheets_sync.targets.gsheets import fresh, make, people, rules
from sheets_sync.targets.gsheets.cells import extended, key_text, shown
from sheets_sync.targets.gsheets.ids import number as id_of
from sheets_sync.targets.gsheets.table import Wanted, filled, missing
from sheets_sync.targets.gsheets.view import TableView, View
from sheets_sync.targets.gsheets.writing import Writing, packed
from sheets_sync.targets.places import Places
from sheets_sync.targets.rows import first_rows
from sheets_sync.workbook import TableSheet
from templates.tab import Column, Origin, Report, Row, Tab, Table, Writer, heading

if TYPE_CHECKING:
    from sheets_sync.targets.gsheets.exchange import Run


def make_tabs(run: Run, seen: View) -> bool:
    """Make the tabs that are not there, each in one piece."""
    there = run.memory.sheets
    lost = [
        tab
        for tab in run.tabs
        if tab.name not in there and tab.name in run.sheets and not run.is_seen(tab, seen)
    ]
    if not lost:
        return False
    kit = _new_kit(run, seen, lost)
    parts = [_new_tab(run, tab, kit) for tab in lost]
    is_first = not run.memory.sheets
    for batch in packed(requests for requests, _ in parts):
        run.spread.batch(batch)
    run.memory.sheets = {**run.memory.sheets, **{t.name: kit.sheets[t.name] for t in lost}}
    for (_, settle), tab in zip(parts, lost, strict=True):
        settle()
        if not is_first:
            run.notices.say("tab_restored", tab=kit.places.titles[tab.name])
    run.present = None
    return True


def _new_kit(run: Run, seen: View, lost: Sequence[Tab]) -> make.Kit:
    """Return the kit for new tabs: their titles and numbers are free."""
    kit = run.kit(seen)
    taken = {s["properties"]["title"].casefold() for s in (run.present or {}).values()}
    names, numbers = dict(kit.places.titles), dict(kit.sheets)
    for tab in lost:
        title, count = names[tab.name], 1
        while title.casefold() in taken:
            count += 1
            title = f"{names[tab.name]} {count}"
        taken.add(title.casefold())
        names[tab.name] = title
        salt = 0
        while numbers[tab.name] in (run.present or {}):
            salt += 1
            numbers[tab.name] = id_of("sheet", tab.name, salt)
    tables = {
        name: make.open_place(names[name], place.columns, place.first_row)
        for name, place in kit.places.tables.items()
    }
    return make.Kit(kit.words, kit.looks, Places(names, tables, kit.words.texts), numbers)


def _new_tab(run: Run, tab: Tab, kit: make.Kit) -> tuple[list[Json], Callable[[], None]]:
    """Return the requests that make a tab, and what to remember once they are done."""
    index = [each.name for each in run.tabs].index(tab.name)
    writing = Writing(run.spread, run.memory, kit, run.notices, run.sheets)
    if isinstance(tab, Report):
        return writing.new_report(tab, index)
    sheet = run.sheets[tab.name]
    assert isinstance(sheet, TableSheet)  # noqa: S101 (for the type checker)
    kept = {**run.inputs.get(tab.name, {}), **sheet.remembered}
    rows = _numbered(run, tab, first_rows(TableSheet(tab, sheet.rows, kept)))
    run.cells[tab.name] = len(rows)
    looks = {c.id: make.column_mark(tab, c, kit) for c in tab.columns}
    keys = [str(row[tab.key]) for row in rows]
    run.memory.forget(f"clean.{tab.name}", f"pending.{tab.name}")

    def settle() -> None:
        run.memory.keep_looks(tab.name, looks)
        run.memory.keep_rules(tab.name, _rules(tab, kit))
        run.memory.keep_seen(tab.name, keys)

    return make.new_table(sheet, kit, index, rows), settle


def _numbered(run: Run, table: Table, rows: Sequence[Row]) -> list[Row]:
    """Give keys to the rows that wait for people to type."""
    highest = people.minted(
        table, {str(row[table.key]) for row in rows}, run.memory.minted(table.name)
    )
    made: list[Row] = []
    for row in rows:
        if row[table.key] is None:
            highest += 1
            made.append({**row, table.key: f"{table.prefix}-{highest:04d}"})
        else:
            made.append(row)
    return made


def make_columns(run: Run, seen: View, kit: make.Kit) -> bool:
    """Make the columns that people deleted again, at the end; dress those that changed."""
    batch: list[Json] = []
    marks: dict[str, dict[str, str]] = {}
    for name, one in seen.tables.items():
        if name in run.stopped or not one.has_keys or name not in run.sheets:
            continue
        old = run.memory.looks(name)
        new = {c.id: make.column_mark(one.table, c, kit) for c in one.table.columns}
        lost = [column for column in one.table.columns if column.id not in one.at]
        if lost and run.present is None:
            run.survey()
        batch += _columns_again(run, one, kit, lost)
        for column in one.table.columns:
            if column not in lost and old.get(column.id, new[column.id]) != new[column.id]:
                at = one.at[column.id]
                batch.append(fresh.column_guard(name, column.id, kit.sheets[name], at))
                batch += make.dressed(one.table, column, kit, at, one.header + 1)
        batch += _coloured(run, one.table, kit)
        marks[name] = new
    if batch:
        run.spread.batch(batch)
        run.present = None
    for name, new in marks.items():
        run.memory.keep_looks(name, new)
        run.memory.keep_rules(name, _rules(seen.tables[name].table, kit))
    return bool(batch)


def _rules(table: Table, kit: make.Kit) -> list[str]:
    return [json.dumps(each, ensure_ascii=False) for each in make.rules(table, kit)]


def _coloured(run: Run, table: Table, kit: make.Kit) -> list[Json]:
    """Return the requests that put colour rules in place which people took away or we changed."""
    number = kit.sheets[table.name]
    present = (run.present or {}).get(number)
    old, new = run.memory.rules(table.name), _rules(table, kit)
    if present is None or rules.are_kept(old, new, present):
        return []
    return rules.replaced(number, old, new, present)


def _columns_again(run: Run, one: TableView, kit: make.Kit, lost: Sequence[Column]) -> list[Json]:
    sheet = kit.sheets[one.table.name]
    grid = (run.present or {}).get(sheet, {}).get("properties", {}).get("gridProperties", {})
    made: list[Json] = []
    for count, column in enumerate(lost):
        at = grid["columnCount"] + count
        made.append({"appendDimension": {"sheetId": sheet, "dimension": "COLUMNS", "length": 1}})
        made += make.new_column(one.table, column, kit, at, one.header)
        if column.writer is Writer.HUMAN:
            made += _typed_again(run, one, column, sheet, at)
        run.notices.say(
            "column_restored", tab=one.title, column=heading(one.table, column.id, run.words)
        )
    return made


def _typed_again(run: Run, one: TableView, column: Column, sheet: int, at: int) -> list[Json]:
    """Fill a column that is made again with what people had typed; it is born with that."""
    typed = run.inputs.get(one.table.name, {})
    cells = [
        shown(column, typed.get(key, {}).get(column.id) if key else None, run.words)
        for key in one.keys[one.header + 1 :]
    ]
    if all(cell is None for cell in cells):
        return []
    rows = [{"values": [extended(cell)]} for cell in cells]
    return [make.cells(sheet, one.header + 1, at, rows, "userEnteredValue")]


def make_rows(run: Run, tables: Mapping[str, TableView], wants: Mapping[str, Wanted]) -> bool:
    """Make the rows of keys that have none."""
    if stray := _stray(run, tables):
        run.spread.batch(stray)
        run.born = {}
        return True
    run.born = {}
    batch: list[Json] = []
    born: dict[str, tuple[int, set[str]]] = {}
    for name, one in tables.items():
        keys = missing(one, wants[name], run.memory.seen(name))[: fresh.MOST]
        rows = [filled(wants[name], key) for key in keys] + _blank(run, one)
        if rows:
            batch += fresh.fresh_rows(one, run.memory.sheets[name], rows, run.words)
            names = {key_text(row[one.table.key]) for row in rows}
            born[name] = (one.at[one.table.key], names)
    if not batch:
        return False
    number = run.memory.appends
    try:
        run.spread.batch([fresh.guard(number), *fresh.forgotten(run.guards, number), *batch])
    except Refused as refused:
        if "already" in str(refused) or "uplicate" in str(refused):
            run.memory.appends = number + 1  # it had arrived before
            return True
        raise
    run.memory.appends, run.born = number + 1, born
    return True


def _stray(run: Run, tables: Mapping[str, TableView]) -> list[Json]:
    """Blank keys that landed beside the key column, if Google did not guard it while it moved.

    They are found by their own text, in rows that had just been made for them. Should the batch
    arrive late, when the key column is back, its guard lets it fail.
    """
    made: list[Json] = []
    for name, (at, keys) in run.born.items():
        one = tables.get(name)
        if one and one.at[one.table.key] != at and keys.isdisjoint(one.keys):
            sheet, key = run.memory.sheets[name], one.table.key
            made.append(fresh.column_guard(name, key, sheet, one.at[key]))
            where = make.area(sheet, 0, at, None, at + 1)
            whole = {"range": where, "replacement": "", "matchEntireCell": True, "matchCase": True}
            made += [{"findReplace": {**whole, "find": each}} for each in sorted(keys)]
    return made


def _blank(run: Run, one: TableView) -> list[Row]:
    """Return new rows for people to type into, when few are left."""
    table = one.table
    if table.origin is not Origin.MINTED or not table.blank_rows:
        return []
    typed = people.typed(one, run.words)
    left = sum(key not in typed for key in one.row_of)
    if left >= max(1, table.blank_rows // 2):
        return []
    highest = people.minted(table, set(one.keys), run.memory.minted(table.name))
    lack = table.blank_rows - left
    numbers = range(highest + 1, highest + lack + 1)
    return [{table.key: f"{table.prefix}-{number:04d}"} for number in numbers]
