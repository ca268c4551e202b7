"""Defined names: how the columns and reports of ours are found, whatever people moved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sheets_sync.targets.xlsx_patch.markup import Edit, element, elements, escape, unescape
from sheets_sync.targets.xlsx_patch.package import Package, prefixed

PREFIX = "smk."
Local = tuple[str, bytes]


def defined(package: Package) -> dict[str, str]:
    """Return the names of the whole workbook that are ours, with what they stand for."""
    xml = package.read(package.workbook)
    return {
        unescape(item.attributes[b"name"]): unescape(item.content(xml))
        for item in elements(xml, prefixed(xml, b"definedName"))
        if b"localSheetId" not in item.attributes
        and item.attributes[b"name"].startswith(PREFIX.encode())
    }


def define(package: Package, new: Mapping[str, str]) -> None:
    """Let names stand for addresses or functions; names of other people stay as they are."""
    if not new:
        return
    xml = package.read(package.workbook)
    waiting = dict(new)
    edits = []
    name = prefixed(xml, b"definedName")
    for item in elements(xml, name):
        text = unescape(item.attributes[b"name"])
        if b"localSheetId" in item.attributes or text not in waiting:
            continue
        address = waiting.pop(text)
        if unescape(item.content(xml)) != address:
            edits.append(Edit(item.inner, item.inner_end, escape(address)))
    added = b"".join(
        b'<%b name="%b">%b</%b>' % (name, escape(text), escape(address), name)
        for text, address in waiting.items()
    )
    if added:
        edits.append(_addition(xml, added))
    package.edit(package.workbook, edits)


def local(package: Package, sheet: int) -> Mapping[str, Local]:
    """Return the names of one sheet: what they stand for, and whether they are hidden."""
    return _local(package.read(package.workbook)).get(sheet, {})


@lru_cache(maxsize=2)
def _local(xml: bytes) -> Mapping[int, Mapping[str, Local]]:
    """Read the names of every sheet."""
    found: dict[int, dict[str, Local]] = {}
    for item in elements(xml, prefixed(xml, b"definedName")):
        if sheet := item.attributes.get(b"localSheetId"):
            hidden = b' hidden="1"' if item.attributes.get(b"hidden") == b"1" else b""
            name = unescape(item.attributes[b"name"])
            found.setdefault(int(sheet), {})[name] = unescape(item.content(xml)), hidden
    return found


def add_local(package: Package, name: str, sheet: int, address: str, attributes: bytes) -> None:
    """Add a name of one sheet."""
    xml = package.read(package.workbook)
    tag = prefixed(xml, b"definedName")
    parts = (tag, escape(name), sheet, attributes, escape(address), tag)
    new = b'<%b name="%b" localSheetId="%d"%b>%b</%b>' % parts
    package.edit(package.workbook, [_addition(xml, new)])


def filter_range(package: Package, sheet: int, address: str) -> None:
    """Keep Excel's hidden name of a filter in step with the filter."""
    set_local(package, "_xlnm._FilterDatabase", sheet, address)


def set_local(package: Package, name: str, sheet: int, address: str) -> None:
    """Let a name of one sheet stand for another address, if there is such a name."""
    xml = package.read(package.workbook)
    for item in elements(xml, prefixed(xml, b"definedName")):
        is_meant = unescape(item.attributes[b"name"]) == name
        if is_meant and item.attributes.get(b"localSheetId") == str(sheet).encode():
            package.edit(package.workbook, [Edit(item.inner, item.inner_end, escape(address))])
            return


def _addition(xml: bytes, added: bytes) -> Edit:
    """Put new names with the others, or where names belong."""
    present = element(xml, prefixed(xml, b"definedNames"))
    if present and present.inner < present.end:
        return Edit(present.inner_end, present.inner_end, added)
    whole = b"<%b>%b</%b>" % ((name := prefixed(xml, b"definedNames")), added, name)
    if present:
        return Edit(present.start, present.end, whole)
    for before in (b"externalReferences", b"functionGroups", b"sheets"):
        if found := element(xml, prefixed(xml, before)):
            return Edit(found.end, found.end, whole)
    raise ValueError(xml[:200])
