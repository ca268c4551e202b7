"""Charts of ours on report tabs: replaced when what they show is another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheets_sync.targets.xlsx_patch.drawing import (
    Frame,
    adapted,
    add_chart,
    frames,
    remove_chart,
)
from sheets_sync.targets.xlsx_patch.memory import ReportMemory, mark

if TYPE_CHECKING:
    from sheets_sync.targets.xlsx_patch.report import ReportView
    from sheets_sync.targets.xlsx_patch.table import Kit


def update(kit: Kit, name: str, view: ReportView, memory: ReportMemory | None) -> dict[str, str]:
    """Replace charts that differ from those we wrote, add new ones, remove those that went.

    A chart that people deleted stays deleted.
    """
    package = kit.package
    present = frames(package, view.entry.part)
    before = memory.charts if memory else {}
    marks = {}
    model = _models(kit, name)
    for id_, frame in model.items():
        content = _content(kit, frame, view.origin)
        marks[id_] = mark(content)
        if id_ in present:
            if before.get(id_) != marks[id_]:
                package.write(present[id_].part, content)
        elif id_ not in before:
            drawing = kit.fresh.package.read(frame.drawing)
            add_chart(package, view.entry.part, drawing[frame.start : frame.end], content)
    for id_ in before:
        if id_ in present and id_ not in model:
            remove_chart(package, frames(package, view.entry.part)[id_])
    return marks


def marks(kit: Kit, name: str, origin: tuple[int, int]) -> dict[str, str]:
    """Return the marks of the charts of a report."""
    models = _models(kit, name)
    return {id_: mark(_content(kit, frame, origin)) for id_, frame in models.items()}


def _models(kit: Kit, name: str) -> dict[str, Frame]:
    return frames(kit.fresh.package, kit.fresh.entry(name).part)


def _content(kit: Kit, frame: Frame, origin: tuple[int, int]) -> bytes:
    return adapted(kit.fresh.package.read(frame.part), kit.titles, origin)
