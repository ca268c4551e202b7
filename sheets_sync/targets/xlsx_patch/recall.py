"""What we wrote into a report last: into the file, or into Excel, which may not have saved it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sheets_sync.targets.xlsx_patch.memory import ReportMemory, loaded
from sheets_sync.targets.xlsx_patch.plan import is_same
from sheets_sync.targets.xlsx_patch.reference import Area
from sheets_sync.targets.xlsx_patch.sheet import Content

LIVE = "live."
"""Before the keys of what was written into a workbook that was open."""


def recalled(
    memory: Mapping[str, str], name: str, area: Area, content: Callable[[int, int], Content]
) -> ReportMemory | None:
    """Return what is remembered of a report: what more of its cells agree with."""
    kept = (memory.get(f"{before}report.{name}") for before in ("", LIVE))
    known = [found for text in kept if (found := loaded(text))]
    return max(known, key=lambda each: _agreement(each, area, content), default=None)


def _agreement(memory: ReportMemory, area: Area, content: Callable[[int, int], Content]) -> int:
    return sum(
        is_same(content(area.top + row, area.left + column), was.value)
        for (row, column), was in memory.cells.items()
        if was.value is not None and not was.formula
    )
