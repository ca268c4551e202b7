"""A table tab in Excel: which of its cells are to be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sheets_sync.targets.live.blocks import Dress, Put, blocks
from sheets_sync.targets.live.formulas import Ends
from sheets_sync.targets.live.sheet import LiveSheet
from sheets_sync.targets.xlsx_patch.difference import Calculated, Difference
from sheets_sync.targets.xlsx_patch.plan import Showing, TablePlan
from sheets_sync.targets.xlsx_patch.sheet import Formula
from templates.tab import Kind

Json = dict[str, Any]


class LiveDifference(Difference):
    """What differs in a table tab that is open."""

    def __init__(self, plan: TablePlan, kit: Showing, ends: Ends) -> None:
        """Prepare the columns; a formula of Excel has its text."""
        super().__init__(plan, kit, lambda formula, _row, _column: formula.text)
        self.ends = ends

    def _says(self, have: Formula, want: Calculated, row: int) -> bool:
        return self.ends.says(have.text, want.text(row))


def table_blocks(
    plan: TablePlan,
    sheet: LiveSheet,
    kit: Showing,
    ends: Ends,
    names: Mapping[str, str],
    formats: Mapping[Kind, str],
) -> tuple[list[Json], Json | None]:
    """Return the blocks of a table, keys first, and the area that new rows need to be blank."""
    found = LiveDifference(plan, kit, ends)
    found.compare()
    table, key_at = plan.sheet.table, plan.columns[plan.sheet.table.key]
    ids = {at: id_ for id_, at in plan.columns.items()}
    made = blocks(_puts(found, sheet, ids, formats))
    made.sort(key=lambda block: block["column"] != key_at)
    for block in made:
        rows = range(block["row"], block["row"] + len(block["cells"]))
        before = [sheet.as_read(row, key_at) for row in rows]
        is_key = block["column"] == key_at
        after = [row[0] for row in block["cells"]] if is_key else before
        anchors = {f"smk.{table.name}.{id_}" for id_ in (table.key, ids[block["column"]])}
        block["names"] = {name: names[name] for name in anchors}
        block["keys"] = {"column": key_at, "before": before, "after": after}
    _follow(made, key_at)
    if not plan.appended:
        return made, None
    columns = plan.columns.values()
    first, last = min(plan.appended), max(plan.appended)
    return made, {"row": first, "rows": last - first + 1, "columns": sorted(columns)}


def _follow(made: list[Json], key_at: int) -> None:
    """Let later blocks know the keys that the first ones write."""
    keys = {
        row: each[0]
        for block in made
        if block["column"] == key_at
        for row, each in enumerate(block["cells"], start=block["row"])
    }
    for block in made:
        if block["column"] != key_at:
            for side in ("before", "after"):
                block["keys"][side] = [
                    keys.get(row, had)
                    for row, had in enumerate(block["keys"][side], start=block["row"])
                ]


def _puts(
    found: LiveDifference, sheet: LiveSheet, ids: Mapping[int, str], formats: Mapping[Kind, str]
) -> Iterator[Put]:
    """Yield the cells; values of formulas are Excel's to compute."""
    columns = found.table.column
    for row, cells in found.cells.items():
        is_new = row in found.plan.appended
        for at, new in cells.items():
            if new.formula is True or (is_new and new.value is None and not new.formula):
                continue
            is_blank = sheet.as_read(row, at) is None
            dress = Dress(formats[columns[ids[at]].kind], is_new=is_blank)
            yield Put(row, at, new.value, dress, new.formula or None)
