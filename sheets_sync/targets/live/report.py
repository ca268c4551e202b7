"""A report in Excel: which of its cells are to be written, and how they look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sheets_sync.targets.cells import Stored
from sheets_sync.targets.live.blocks import Dress, Put, blocks
from sheets_sync.targets.live.formulas import Ends
from sheets_sync.targets.live.sheet import LiveSheet
from sheets_sync.targets.places import absolute, located
from sheets_sync.targets.xlsx_patch import reference
from sheets_sync.targets.xlsx_patch.memory import ReportMemory, Written
from sheets_sync.targets.xlsx_patch.plan import Showing, is_same
from sheets_sync.targets.xlsx_patch.reference import Area
from sheets_sync.targets.xlsx_patch.sheet import Content, Formula
from sheets_sync.targets.xlsx_reports import extent
from sheets_sync.targets.xlsx_styles import INK, look_of
from sheets_sync.workbook import ReportSheet
from sheets_sync.workbook import Warning as Notice
from templates.brand import Brand
from templates.tab import Cell, Kind

Json = dict[str, Any]
At = tuple[int, int]
ANY: Json = {"any": True}
"""A cell that may hold anything by the time it is written over: Excel computes it."""


@dataclass(slots=True)
class ReportWork:
    """What is to be written into a report; without a memory it is left alone."""

    blocks: list[Json] = field(default_factory=list)
    memory: ReportMemory | None = None
    becomes: Mapping[str, str] = field(default_factory=dict)  # names: addresses
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReportPlace:
    """Where a report lies, and what we wrote there last."""

    sheet: LiveSheet
    area: Area
    memory: ReportMemory | None

    @property
    def is_known(self) -> bool:
        """Tell whether its cells are where we wrote them."""
        size = self.area.bottom - self.area.top, self.area.right - self.area.left
        return self.memory is not None and self.memory.size == size


def report_work(
    drawn: ReportSheet,
    place: ReportPlace,
    kit: Showing,
    ends: Ends,
    formats: Mapping[Kind, str],
) -> ReportWork:
    """Compare a report with what it should hold; a new shape waits for the file to be closed."""
    title, grid = place.sheet.entry.title, drawn.grid
    merges = [
        str(Area(c.row, c.column, c.row + c.span[0] - 1, c.column + c.span[1] - 1))
        for c in grid.cells
        if c.span != (1, 1)
    ]
    memory = place.memory
    if memory is None or not place.is_known or sorted(memory.merges) != sorted(merges):
        return ReportWork(notices=[Notice("live_report_waits", {"tab": title})])
    work = ReportWork(memory=_remembered(drawn, place, kit))
    puts = [*_changed(drawn, place, kit, ends, formats, work), *_gone(drawn, place)]
    if work.memory is None:
        return work
    name = f"smk.{drawn.report.name}"
    work.blocks = blocks(puts)
    for block in work.blocks:
        rows = range(block["row"], block["row"] + len(block["cells"]))
        block["was"] = [[_was(place.sheet, row, block["column"])] for row in rows]
    top, left = place.area.top, place.area.left
    bottom, right = top + work.memory.size[0], left + work.memory.size[1]
    if (bottom, right) != (place.area.bottom, place.area.right):
        work.becomes = {name: absolute(title, (top, left), (bottom, right))}
    return work


def _was(sheet: LiveSheet, row: int, column: int) -> Any:
    is_computed = isinstance(sheet.content(row, column), Formula)
    return ANY if is_computed else sheet.as_read(row, column)


def _remembered(drawn: ReportSheet, place: ReportPlace, kit: Showing) -> ReportMemory:
    """Return what is remembered once it is written; looks are known where they were."""
    old = place.memory or ReportMemory((0, 0))
    size = extent(drawn.grid)
    cells = {at: was for at, was in old.cells.items() if at[0] <= size[0] and at[1] <= size[1]}
    for at, was in cells.items():
        cells[at] = Written(None, "", was.look)
    for cell in drawn.grid.cells:
        at = cell.row, cell.column
        look = cells[at].look if at in cells else ""
        cells[at] = Written(kit.stored(cell.value), _formula(cell, place, kit), look)
    return replace(old, size=size, cells=cells)


def _formula(cell: Cell, place: ReportPlace, kit: Showing) -> str:
    if not cell.formula:
        return ""
    text = located(cell.formula, kit.places)(cell.row)
    return reference.moved(text, place.area.top, place.area.left, is_whole=False)


def _changed(
    drawn: ReportSheet,
    place: ReportPlace,
    kit: Showing,
    ends: Ends,
    formats: Mapping[Kind, str],
    work: ReportWork,
) -> Iterator[Put]:
    """Yield the cells that differ; say what was typed over, and what is in the way."""
    title, area, known = place.sheet.entry.title, place.area, place.memory
    for cell in drawn.grid.cells:
        at = area.top + cell.row, area.left + cell.column
        have, formula = place.sheet.content(*at), _formula(cell, place, kit)
        value = kit.stored(cell.value)
        if _holds(have, value, formula, ends):
            continue
        was = known.cells.get((cell.row, cell.column)) if known else None
        parts = {"tab": title, "cell": reference.name(*at), "text": _text(have)}
        if have is not None and not (was and _holds(have, was.value, was.formula, ends)):
            if was is None or (was.value is None and not was.formula):
                work.memory = None
                cells = {"tab": title, "cells": reference.name(*at)}
                work.notices.append(Notice("foreign_in_report", cells))
                return
            work.notices.append(Notice("report_overwritten", parts))
        yield Put(*at, value, dress(cell, drawn.grid.brand, kit, formats), formula or None)


def _gone(drawn: ReportSheet, place: ReportPlace) -> Iterator[Put]:
    """Yield the cells of ours that are no more, as far as they hold what we wrote."""
    wanted = {(cell.row, cell.column) for cell in drawn.grid.cells}
    for at, was in (place.memory.cells if place.memory else {}).items():
        row, column = place.area.top + at[0], place.area.left + at[1]
        have = place.sheet.content(row, column)
        if at in wanted or have is None:
            continue
        if isinstance(have, Formula) if was.formula else is_same(have, was.value):
            yield Put(row, column, None, Dress("General", fill=None, ink=INK))


def _holds(have: Content, value: Stored, formula: str, ends: Ends) -> bool:
    if formula:
        return isinstance(have, Formula) and ends.says(have.text, formula)
    return is_same(have, value)


def dress(cell: Cell, brand: Brand, kit: Showing, formats: Mapping[Kind, str]) -> Dress:
    """Return the colours and the number format of a cell of a report."""
    is_link = bool(cell.link) and (cell.link in kit.places.titles or "://" in str(cell.link))
    look = look_of(cell, brand, is_link=is_link)
    return Dress(formats[cell.kind], fill=look.get("bg_color"), ink=look.get("font_color", INK))


def _text(content: Content) -> str:
    """Return what people see in a cell, or typed into it."""
    if isinstance(content, Formula):
        return f"={content.text}"
    is_whole = isinstance(content, float) and content.is_integer()
    return str(int(content)) if is_whole else str(content)  # type: ignore[arg-type]
