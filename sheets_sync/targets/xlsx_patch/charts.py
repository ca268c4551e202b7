"""Charts of ours on report tabs: replaced when what they show is another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sheets_sync.targets.xlsx_patch.drawing import (
    Frame,
    adapted,
    add_chart,
    frames,
    heading,
    placed,
    points,
    put_back,
    remove_chart,
)
from sheets_sync.targets.xlsx_patch.memory import ReportMemory, mark

if TYPE_CHECKING:
    from sheets_sync.targets.xlsx_patch.plan import Kit
    from sheets_sync.targets.xlsx_patch.report import ReportView


def update(kit: Kit, name: str, view: ReportView, memory: ReportMemory | None) -> dict[str, str]:
    """Replace charts that differ from those we wrote, add new ones, remove those that went.

    A chart that people deleted stays deleted.
    """
    package, part = kit.package, view.entry.part
    before = memory.charts if memory else {}
    models = _models(kit, name)
    present = _present(kit, part, models)
    is_stretched = view.is_stretched(memory)  # then charts were moved with the lines
    marks = {}
    for id_, frame in models.items():
        content = _content(kit, frame, view.origin)
        marks[id_] = mark(content)
        drawing = kit.fresh.package.read(frame.drawing)
        anchor = placed(drawing[frame.start : frame.end], view.origin)
        if id_ in present:
            have = package.read(present[id_].part)
            if before.get(id_) != marks[id_] or not points(content) <= points(have):
                package.write(present[id_].part, content)
            if is_stretched:
                put_back(package, _present(kit, part, models)[id_], anchor)
        elif id_ not in before:
            add_chart(package, part, anchor, content)
    for id_ in before.keys() - models.keys():
        for frame in frames(package, part):
            if frame.name == id_:
                remove_chart(package, frame)
                break
    return marks


def _present(kit: Kit, part: str, models: Mapping[str, Frame]) -> dict[str, Frame]:
    """Find our charts by name, else by title."""
    found: dict[str, Frame] = {}
    others = []
    for frame in frames(kit.package, part):
        if frame.name in models and frame.name not in found:
            found[frame.name] = frame
        else:
            others.append(frame)
    for id_, model in models.items():
        title = heading(kit.fresh.package.read(model.part))
        same = [f for f in others if title and heading(kit.package.read(f.part)) == title]
        if id_ not in found and same:
            found[id_] = same[0]
    return found


def marks(kit: Kit, name: str, origin: tuple[int, int]) -> dict[str, str]:
    """Return the marks of the charts of a report."""
    models = _models(kit, name)
    return {id_: mark(_content(kit, frame, origin)) for id_, frame in models.items()}


def _models(kit: Kit, name: str) -> dict[str, Frame]:
    found = frames(kit.fresh.package, kit.fresh.entry(name).part)
    return {frame.name: frame for frame in found}


def _content(kit: Kit, frame: Frame, origin: tuple[int, int]) -> bytes:
    return adapted(kit.fresh.package.read(frame.part), kit.titles, origin)
