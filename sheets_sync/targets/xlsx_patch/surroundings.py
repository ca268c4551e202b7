"""Merged cells, links and colours by value of a report: ours are replaced, others stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets_sync.targets.xlsx_patch import markup, reference, sparklines
from sheets_sync.targets.xlsx_patch.formulas import LeftAloneError
from sheets_sync.targets.xlsx_patch.markup import Edit, escape, unescape
from sheets_sync.targets.xlsx_patch.memory import ReportMemory, mark
from sheets_sync.targets.xlsx_patch.ranges import behind
from sheets_sync.targets.xlsx_patch.reference import Area
from sheets_sync.targets.xlsx_patch.sheet import SheetPart
from sheets_sync.workbook import Warning as Notice

if TYPE_CHECKING:
    from sheets_sync.targets.xlsx_patch.plan import Kit

_BEFORE_MERGES = (
    b"customSheetViews",
    b"dataConsolidate",
    b"sortState",
    b"autoFilter",
    b"scenarios",
    b"protectedRanges",
    b"sheetProtection",
    b"sheetCalcPr",
)
_BEFORE_RULES = (b"phoneticPr", b"mergeCells", *_BEFORE_MERGES)
_BEFORE_LINKS = (b"dataValidations", b"conditionalFormatting", *_BEFORE_RULES)


def shifted(area: Area, rows: int, columns: int) -> Area:
    """Move a range.

    >>> str(shifted(reference.area("A1:B2"), 1, 1))
    'B2:C3'
    """
    return Area(area.top + rows, area.left + columns, area.bottom + rows, area.right + columns)


def merges_edits(
    part: SheetPart,
    model: SheetPart,
    title: str,
    wanted: Mapping[tuple[int, int], object],
    *,
    old: ReportMemory | None,
    new: ReportMemory,
    extent: Area,
) -> list[Edit]:
    """Replace the merged ranges of ours; refuse the tab if one of another stands in our cells."""
    origin = extent.top, extent.left
    new.merges = [str(area) for area in _merges(model)]
    target = [shifted(reference.area(text), *origin) for text in new.merges]
    present = _merges(part)
    mine = _mine(present, old, extent)
    foreign = [area for area in present if area not in mine]
    for area in foreign:
        if any(area.holds(*at) for at in wanted):
            raise LeftAloneError(Notice("merged", {"tab": title, "cells": str(area)}))
    if set(mine) == set(target):
        return []
    name = part.named(b"mergeCell")
    items = b"".join(b'<%b ref="%b"/>' % (name, str(area).encode()) for area in foreign + target)
    count = len(foreign) + len(target)
    whole = b'<%bs count="%d">%b</%bs>' % (name, count, items, name) if count else b""
    return _replaced(part, b"mergeCells", whole, _BEFORE_MERGES)


def remember(model: SheetPart, kit: Kit, new: ReportMemory) -> None:
    """Note what a report that was just drawn has around its cells."""
    new.merges = [str(area) for area in _merges(model)]
    new.links = [item.attributes[b"ref"].decode() for item in model.after(b"hyperlink")]
    looks = kit.fresh.styles
    new.rules = [(sqref, text, mark(looks.rule_look(dxf))) for sqref, text, dxf in _rules(model)]
    sparklines.remember(model, new)


def _merges(part: SheetPart) -> list[Area]:
    return [reference.area(item.attributes[b"ref"].decode()) for item in part.after(b"mergeCell")]


def _mine(present: list[Area], old: ReportMemory | None, extent: Area) -> list[Area]:
    """Return the merged ranges that we made; lines that people insert move and stretch them."""
    if old is None:
        return [area for area in present if extent.meets(area)]
    is_moved = (extent.bottom - extent.top, extent.right - extent.left) != old.size
    known = {shifted(reference.area(text), extent.top, extent.left) for text in old.merges}
    return [area for area in present if area in known or (is_moved and extent.meets(area))]


def _replaced(part: SheetPart, name: bytes, whole: bytes, before: tuple[bytes, ...]) -> list[Edit]:
    """Put an element in place of the present one, or where it belongs."""
    found = part.one(name)
    if found:
        return [Edit(found.start, found.end, whole)]
    at = behind(part, before)
    return [Edit(at, at, whole)]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a report: its cell, and the place in the workbook or the address outside."""

    cell: str
    place: str
    address: str


def links_edits(
    part: SheetPart,
    model: SheetPart,
    kit: Kit,
    name: str,
    *,
    old: ReportMemory | None,
    new: ReportMemory,
    extent: Area,
) -> list[Edit]:
    """Replace the links of ours."""
    package, entry = kit.package, kit.fresh.entry(name)
    target = [
        Link(
            str(shifted(reference.area(link.cell), extent.top, extent.left)),
            reference.retitled(link.place, kit.titles),
            link.address,
        )
        for link in _links(model, kit.fresh.package.relations(entry.part))
    ]
    origin = -extent.top, -extent.left
    new.links = [str(shifted(reference.area(link.cell), *origin)) for link in target]
    known = {
        str(shifted(reference.area(text), extent.top, extent.left))
        for text in (old.links if old else new.links)
    }
    relations = package.relations(part.part)
    items = part.after(b"hyperlink")
    mine = [link for link in _links(part, relations) if link.cell in known]
    if set(mine) == set(target):
        return []
    kept = [i.text(part.xml) for i in items if i.attributes[b"ref"].decode() not in known]
    added = [_link_xml(part, kit, link) for link in target]
    tag = part.named(b"hyperlinks")
    whole = b"<%b>%b</%b>" % (tag, b"".join(kept + added), tag) if kept or added else b""
    return _replaced(part, b"hyperlinks", whole, _BEFORE_LINKS)


def _links(part: SheetPart, relations: Mapping[str, object]) -> list[Link]:
    links = []
    for item in part.after(b"hyperlink"):
        named = item.attributes
        ids = [value for key, value in named.items() if key.endswith(b":id")]
        relation = relations.get(ids[0].decode()) if ids else None
        address = getattr(relation, "target", "")
        place = unescape(named.get(b"location", b""))
        links.append(Link(named[b"ref"].decode(), place, address))
    return links


def _link_xml(part: SheetPart, kit: Kit, link: Link) -> bytes:
    """Write a link."""
    text = b'<%b ref="%b"' % (part.named(b"hyperlink"), link.cell.encode())
    if link.address:
        id_ = kit.package.relate(part.part, "hyperlink", link.address, is_outside=True)
        space = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        text += b' xmlns:r="%b" r:id="%b"' % (space, id_.encode())
    if link.place:
        text += b' location="%b"' % escape(link.place)
    return text + b"/>"


def rules_edits(
    part: SheetPart,
    model: SheetPart,
    kit: Kit,
    *,
    is_stretched: bool,
    old: ReportMemory | None,
    new: ReportMemory,
    extent: Area,
) -> list[Edit]:
    """Replace the colours by value of ours, if they are others than before."""
    rules = _rules(model)
    looks = kit.fresh.styles
    new.rules = [(sqref, text, mark(looks.rule_look(dxf))) for sqref, text, dxf in rules]
    if old is None or (old.rules == new.rules and not is_stretched):
        return []
    known = {_skeleton(text) for _, text, _ in old.rules}
    edits = [
        Edit(item.start, item.end, b"")
        for item in part.after(b"conditionalFormatting")
        if _texts(part, item) and {_skeleton(t) for t in _texts(part, item)} <= known
    ]
    priority = max([0, *map(int, re.findall(rb'priority="(\d+)"', part.xml[part.data.end :]))])
    added = []
    for sqref, text, dxf in rules:
        priority += 1
        area = shifted(reference.area(sqref), extent.top, extent.left)
        formula = reference.moved(text, extent.top, extent.left)
        number = kit.styles.adopt(kit.fresh.styles, dxf, b"dxfs")
        whole, rule, inner = (
            part.named(name) for name in (b"conditionalFormatting", b"cfRule", b"formula")
        )
        added.append(
            b'<%b sqref="%b"><%b type="expression" dxfId="%d" priority="%d"><%b>%b</%b></%b></%b>'
            % (
                *(whole, str(area).encode(), rule, number, priority),
                *(inner, escape(formula), inner, rule, whole),
            )
        )
    if added:
        edits.append(_beside(part, edits, b"".join(added)))
    return edits


def _beside(part: SheetPart, edits: list[Edit], added: bytes) -> Edit:
    """Add rules where rules belong, without touching bytes that another edit replaces."""
    at = behind(part, _BEFORE_RULES)
    for edit in edits:
        if edit.start == at:
            edits.remove(edit)
            return Edit(edit.start, edit.end, added)
    return Edit(at, at, added)


def _rules(model: SheetPart) -> list[tuple[str, str, int]]:
    found = []
    for item in model.after(b"conditionalFormatting"):
        for rule in markup.elements(model.xml, b"cfRule", item.inner, item.inner_end):
            text = _texts(model, rule)[0]
            sqref = item.attributes[b"sqref"].decode()
            found.append((sqref, text, int(rule.attributes[b"dxfId"])))
    return found


def _texts(part: SheetPart, item: markup.Element) -> list[str]:
    name = part.named(b"formula")
    found = markup.elements(part.xml, name, item.inner, item.inner_end)
    return [unescape(one.content(part.xml)) for one in found]


def _skeleton(formula: str) -> str:
    """Return a formula without its addresses."""
    return re.sub(r"\$?[A-Z]{1,3}\$?\d+", "#", reference.loose(formula))
