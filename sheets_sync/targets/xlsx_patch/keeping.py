"""What people typed into tables, and what is kept of it from sync to sync."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sheets_sync.targets.xlsx_patch.plan import TablePlan
from sheets_sync.targets.xlsx_patch.typed import Keyed, dumped_inputs, loaded_inputs
from sheets_sync.targets.xlsx_patch.view import TableView, inputs
from sheets_sync.workbook import Inputs
from templates.tab import Tab, Table, Value, Writer


def read_inputs(
    tabs: Iterable[Tab], tables: Mapping[str, TableView], memory: Mapping[str, str]
) -> Inputs:
    """Return what people typed; what was deleted with a tab, column or row as remembered."""
    found: dict[str, Keyed] = {}
    for tab in tabs:
        if not isinstance(tab, Table):
            continue
        before, view = loaded_inputs(memory.get(f"inputs.{tab.name}")), tables.get(tab.name)
        if view is not None and not view.is_keyless:
            found[tab.name] = _with_lost(view, before or {})
        elif before is not None:
            found[tab.name] = before
    return found


def _with_lost(view: TableView, before: Keyed) -> Keyed:
    """Add what people typed into columns and rows that are gone from the tab."""
    now = {key: dict(values) for key, values in inputs(view).items()}
    lost = {column.id for column in view.lost}
    for key, values in before.items():
        if key in view.by_key:
            back = {id_: value for id_, value in values.items() if id_ in lost}
        else:
            back = {} if view.table.mints(key) else dict(values)
        if back:
            now[key] = {**back, **now.get(key, {})}
    return now


def table_memory(
    plan: TablePlan, typed: Inputs, highest: int, memory: Mapping[str, str]
) -> dict[str, str]:
    """Return what to keep of a table once it is written; `highest` is the last key given."""
    table, view = plan.sheet.table, plan.view
    name = table.name
    human = [column.id for column in table.columns if column.writer is Writer.HUMAN]
    said: dict[str, Mapping[str, Value]] = dict(typed.get(name, {}))
    for row in plan.appended.values():
        key = str(row[table.key])
        starters = {id_: row[id_] for id_ in human if row.get(id_) is not None}
        if values := {**starters, **plan.kept.get(key, {})}:
            said[key] = values
    kept = {f"inputs.{name}": dumped_inputs(said)}
    if table.prefix:
        seen = set(json.loads(memory.get(f"seen.{name}", "[]")))
        seen |= {*view.by_key, *(str(row[table.key]) for row in plan.appended.values())}
        kept[f"minted.{name}"] = str(highest)
        kept[f"seen.{name}"] = json.dumps(sorted(seen), ensure_ascii=False)
    return kept
