"""What is to be written into an open workbook, tab by tab, and what to remember then."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets_sync.targets.live.formulas import Ends
from sheets_sync.targets.live.report import report_work
from sheets_sync.targets.live.seen import Seen
from sheets_sync.targets.live.table import table_blocks
from sheets_sync.targets.places import Places
from sheets_sync.targets.xlsx_patch.keeping import table_memory
from sheets_sync.targets.xlsx_patch.plan import Showing, TablePlan, plan
from sheets_sync.targets.xlsx_patch.recall import LIVE
from sheets_sync.targets.xlsx_patch.view import Reader
from sheets_sync.targets.xlsx_styles import number_formats
from sheets_sync.workbook import ReportSheet, Sheet, TableSheet
from sheets_sync.workbook import Warning as Notice
from templates.words import Words

Json = dict[str, Any]


@dataclass(slots=True)
class Work:
    """What is to be written; `memory` goes with a tab that was written, `settled` with the end."""

    tabs: list[Json] = field(default_factory=list)
    memory: dict[str, dict[str, str]] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


def work(
    seen: Seen, sheets: Sequence[Sheet], words: Words, currency: str, refused: set[str]
) -> Work:
    """Compare the workbook with what it should hold; tabs that refused are left alone."""
    plans = {
        sheet.table.name: _plan(seen, sheet) for sheet in sheets if isinstance(sheet, TableSheet)
    }
    places = Places(
        {name: seen.title(name) for name in (*seen.tables, *seen.reports)},
        {name: each.place for name, each in plans.items()},
        words.texts,
    )
    kit, formats = Showing(words, places, Reader(None)), number_formats(words, currency)
    ends = Ends({each.view.entry.title: _end(each) for each in plans.values()})
    made = Work()
    for name, each in plans.items():
        made.notices += each.view.notices
        made.settled |= table_memory(each, seen.inputs, seen.highest[name], seen.memory)
        if each.view.merged or name in refused:
            continue
        found, blank = table_blocks(each, seen.sheet(name), kit, ends, seen.names, formats)
        _add(made, seen, name, {"blocks": found, "blank": blank})
    for sheet in sheets:
        if isinstance(sheet, ReportSheet) and sheet.report.name not in refused:
            name = sheet.report.name
            done = report_work(sheet, seen.reports[name], kit, ends, formats)
            made.notices += done.notices
            if done.memory:
                made.memory[name] = {f"{LIVE}report.{name}": done.memory.dumped()}
                names = {f"smk.{name}": seen.names[f"smk.{name}"]}
                blocks = [{**block, "names": names, "keys": None} for block in done.blocks]
                _add(made, seen, name, {"blocks": blocks, "becomes": done.becomes})
    return made


def _plan(seen: Seen, sheet: TableSheet) -> TablePlan:
    name = sheet.table.name
    known = set(json.loads(seen.memory.get(f"seen.{name}", "[]")))
    return plan(seen.tables[name], sheet, known, sheet.remembered)


def _end(plan: TablePlan) -> int:
    """Return the last row of a table that holds something, or is to."""
    return max([plan.view.last_data, *plan.appended])


def _add(made: Work, seen: Seen, name: str, tab: Json) -> None:
    if tab["blocks"] or tab.get("becomes"):
        whole: Json = {"name": name, "title": seen.title(name), "becomes": {}, "blank": None}
        made.tabs.append({**whole, **tab})
