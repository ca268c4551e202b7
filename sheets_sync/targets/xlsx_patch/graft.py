"""A tab that people deleted, brought back from a workbook drawn anew, with all its parts."""

from __future__ import annotations

import posixpath
import re

from sheets_sync.targets.xlsx_patch.drawing import adapted
from sheets_sync.targets.xlsx_patch.fresh import Fresh
from sheets_sync.targets.xlsx_patch.markup import (
    Edit,
    element,
    elements,
    escape,
    unescape,
    with_attribute,
)
from sheets_sync.targets.xlsx_patch.names import add_local, define, defined, local
from sheets_sync.targets.xlsx_patch.package import (
    RELATIONSHIP,
    Package,
    SheetEntry,
    prefixed,
    relations_of,
    towards,
)
from sheets_sync.targets.xlsx_patch.reference import retitled
from sheets_sync.targets.xlsx_patch.styles import Styles

_LONGEST_TITLE = 31
_STRING = re.compile(rb'(<c r="[A-Z]+\d+"[^>]*?) t="s"><v>(\d+)</v></c>')
_STYLE = re.compile(rb'(<(?:c|row)\s[^>]*?\bs="|<col\s[^>]*?\bstyle=")(\d+)(")')
_RULE = re.compile(rb'(<cfRule\s[^>]*?dxfId=")(\d+)(")')
_SELECTED = re.compile(rb'\stabSelected="[^"]*"')


def graft(
    package: Package, fresh: Fresh, tab: str, styles: Styles, *, behind: str | None
) -> SheetEntry:
    """Add a tab of a new workbook behind a sheet, or behind all, and return it."""
    source = fresh.entry(tab)
    title = _free(source.title, {entry.title.casefold() for entry in _all_titles(package)})
    part = package.free("xl/worksheets/sheet1.xml")
    xml = _translated(fresh.package.read(source.part), fresh, styles)
    package.write(part, xml)
    _declare(package, fresh.package, source.part, part)
    _copy_relations(package, fresh.package, source.part, part, {source.title: title})
    index = _list(package, fresh.package, source, title, part, behind)
    names = {
        name: retitled(address, {source.title: title})
        for name, address in defined(fresh.package).items()
        if name == f"smk.{tab}" or name.startswith(f"smk.{tab}.")
    }
    define(package, names)
    for name, (address, attributes) in local(fresh.package, source.index).items():
        add_local(package, name, index, retitled(address, {source.title: title}), attributes)
    return SheetEntry(title, part, index)


def _all_titles(package: Package) -> list[SheetEntry]:
    """Return all sheets, charts' own sheets among them."""
    xml = package.read(package.workbook)
    return [
        SheetEntry(unescape(item.attributes[b"name"]), "", index)
        for index, item in enumerate(elements(xml, prefixed(xml, b"sheet")))
    ]


def _free(title: str, taken: set[str]) -> str:
    """Number a title that is taken."""
    free, number = title, 1
    while free.casefold() in taken:
        number += 1
        tail = f" {number}"
        free = title[: _LONGEST_TITLE - len(tail)] + tail
    return free


def _translated(xml: bytes, fresh: Fresh, styles: Styles) -> bytes:
    """Write a sheet with the styles and without the shared strings of its old workbook."""

    def text(found: re.Match[bytes]) -> bytes:
        content = fresh.shared.items[int(found[2])]
        return found[1] + b' t="inlineStr"><is>' + content + b"</is></c>"

    def style(found: re.Match[bytes]) -> bytes:
        return found[1] + b"%d" % styles.adopt(fresh.styles, int(found[2])) + found[3]

    def rule(found: re.Match[bytes]) -> bytes:
        return found[1] + b"%d" % styles.adopt(fresh.styles, int(found[2]), b"dxfs") + found[3]

    xml = _STYLE.sub(style, _STRING.sub(text, xml))
    return _SELECTED.sub(b"", _RULE.sub(rule, xml))


def _declare(package: Package, source: Package, old: str, new: str) -> None:
    kind = source.content_type(old)
    if kind:
        package.declare(new, kind)


def _copy_relations(
    package: Package, source: Package, old: str, new: str, titles: dict[str, str]
) -> None:
    """Copy what a part points to, and let the copy point to the copies."""
    relations = source.relations(old)
    if not relations:
        return
    items = []
    for relation in relations.values():
        target = relation.target
        if not relation.is_outside:
            target = towards(new, _copied(package, source, relation.target, titles))
        mode = b' TargetMode="External"' if relation.is_outside else b""
        kind = f"{RELATIONSHIP}/{relation.type}".encode()
        parts = (escape(relation.id), kind, escape(target), mode)
        items.append(b'<Relationship Id="%b" Type="%b" Target="%b"%b/>' % parts)
    xml = source.read(relations_of(old))
    start, end = xml.index(b"<Relationship "), xml.rindex(b"</")
    package.write(relations_of(new), xml[:start] + b"".join(items) + xml[end:])


def _copied(package: Package, source: Package, old: str, titles: dict[str, str]) -> str:
    """Copy a part with all it points to, and return its new name."""
    new = package.free(old)
    content = source.read(old)
    if posixpath.dirname(old).endswith("charts"):
        content = adapted(content, titles, (0, 0))
    package.write(new, content)
    _declare(package, source, old, new)
    _copy_relations(package, source, old, new, titles)
    return new


def _list(
    package: Package, source: Package, old: SheetEntry, title: str, part: str, behind: str | None
) -> int:
    """Enter a sheet in the workbook's list, and return its place there."""
    theirs = source.read(source.workbook)
    entry = list(elements(theirs, prefixed(theirs, b"sheet")))[old.index]
    state = entry.attributes.get(b"state")
    hidden = b' state="%b"' % state if state else b""
    id_ = package.relate(package.workbook, "worksheet", part)
    xml = package.read(package.workbook)
    name = prefixed(xml, b"sheet")
    listed = list(elements(xml, name))
    numbers = [int(item.attributes[b"sheetId"]) for item in listed]
    index = next(
        (
            place
            for place, item in enumerate(listed, 1)
            if unescape(item.attributes[b"name"]) == behind
        ),
        len(listed),
    )
    whole = element(xml, prefixed(xml, b"sheets"))
    if whole is None:
        raise ValueError(package.workbook)
    new = b'<%b name="%b" sheetId="%d"%b xmlns:r="%b" r:id="%b"/>' % (
        *(name, escape(title), max(numbers, default=0) + 1, hidden),
        *(RELATIONSHIP.encode(), id_.encode()),
    )
    at = listed[index - 1].end if listed else whole.inner_end
    package.edit(package.workbook, [Edit(at, at, new), *_moved(xml, index)])
    return index


def _moved(xml: bytes, index: int) -> list[Edit]:
    """Count on what names and windows say of the sheets that stand behind a new one."""
    counted = [
        (item, attribute)
        for name, attributes in (
            (b"definedName", (b"localSheetId",)),
            (b"workbookView", (b"activeTab", b"firstSheet")),
        )
        for item in elements(xml, prefixed(xml, name))
        for attribute in attributes
    ]
    return [
        with_attribute(xml, item, attribute, b"%d" % (place + 1))
        for item, attribute in counted
        if (place := int(item.attributes.get(attribute, b"-1"))) >= index
    ]
