"""Where the rows and columns of a report are after people inserted or deleted lines."""

from __future__ import annotations

from collections.abc import Collection
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from sheets_sync.targets.xlsx_patch.sheet import Formula

if TYPE_CHECKING:
    from sheets_sync.targets.xlsx_patch.memory import ReportMemory
    from sheets_sync.targets.xlsx_patch.report import ReportView

At = tuple[int, int]


def moved(view: ReportView, memory: ReportMemory, cells: Collection[At]) -> dict[At, At]:
    """Return where cells of ours are now, as far as they are there."""
    if not cells:
        return {}
    top, left = view.origin
    rows = _aligned(view, memory, by_row=True)
    columns = _aligned(view, memory, by_row=False)
    return {
        (row, column): (top + rows[row], left + columns[column])
        for row, column in cells
        if row in rows and column in columns
    }


def _aligned(view: ReportView, memory: ReportMemory, *, by_row: bool) -> dict[int, int]:
    """Tell where each row (or column) that we wrote is now, counted from the report's first."""
    extent, axis = view.extent, 0 if by_row else 1
    old_count = memory.size[axis] + 1
    new_count = (extent.bottom - extent.top if by_row else extent.right - extent.left) + 1
    if old_count == new_count:
        return {number: number for number in range(old_count)}
    old: list[list[str]] = [[] for _ in range(old_count)]
    new: list[list[str]] = [[] for _ in range(new_count)]
    for at, written in sorted(memory.cells.items()):
        if written.value is not None or written.formula:
            old[at[axis]].append(_mark_of(written.value, is_formula=bool(written.formula)))
    known = {said for line in old for said in line}
    for at, content in sorted(view.contents.items()):
        if content is not None and extent.holds(*at):
            place = at[axis] - (extent.left if axis else extent.top)
            value = content.value if isinstance(content, Formula) else content
            said = _mark_of(value, is_formula=isinstance(content, Formula))
            new[place] += [said] if said in known else []  # what we never wrote is not ours
    places: dict[int, int] = {}
    matcher = SequenceMatcher(None, [*map(tuple, old)], [*map(tuple, new)], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            places |= dict(zip(range(i1, i2), range(j1, j2), strict=True))
        elif tag == "replace":
            places |= dict(zip(range(i1, i2), range(j1, j2), strict=False))
    return places


def _mark_of(value: object, *, is_formula: bool) -> str:
    return (
        "=" if is_formula else str(float(value)) if isinstance(value, int | float) else str(value)
    )
