"""A workbook as a package of parts: relations, content types, sheets; and which are refused."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from sheets_sync.errors import TargetNotWritten
from sheets_sync.targets.xlsx_patch.container import Archive, open_archive
from sheets_sync.targets.xlsx_patch.markup import (
    Edit,
    apply,
    element,
    elements,
    escape,
    unescape,
    with_attribute,
)

TYPES = "[Content_Types].xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RELATIONS_XML = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b"</Relationships>"
)
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part points to."""

    id: str
    type: str  # the last word of its type: `worksheet`, `drawing`
    target: str  # the name of a part, or an address outside
    is_outside: bool


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it."""

    title: str
    part: str
    index: int
    is_hidden: bool = False


@dataclass(slots=True)
class Package:
    """The parts of a workbook, with changes on top of the file's bytes."""

    archive: Archive
    workbook: str
    changed: dict[str, bytes | None] = field(default_factory=dict)
    _read: dict[str, bytes] = field(default_factory=dict)

    def has(self, part: str) -> bool:
        """Tell whether there is such a part now."""
        if part in self.changed:
            return self.changed[part] is not None
        return part in self.archive.members

    def read(self, part: str) -> bytes:
        """Return a part as it is now."""
        changed = self.changed.get(part)
        if changed is not None:
            return changed
        original = self._original(part) if self.has(part) else None
        if original is None:
            raise TargetNotWritten("workbook_damaged", part=part)
        return original

    def write(self, part: str, content: bytes) -> None:
        """Change a part, or add one; what is equal stays untouched."""
        original = self._original(part)
        if original == content:
            self.changed.pop(part, None)
        else:
            self.changed[part] = content

    def _original(self, part: str) -> bytes | None:
        """Return a part as it is in the file."""
        if part not in self._read and part in self.archive.members:
            self._read[part] = _checked(part, self.archive.read(part))
        return self._read.get(part)

    def edit(self, part: str, edits: list[Edit]) -> None:
        """Change byte ranges of a part."""
        if edits:
            self.write(part, apply(self.read(part), edits))

    def remove(self, part: str) -> None:
        """Leave a part out, with its content type."""
        self.changed[part] = None
        types = self.read(TYPES)
        for found in elements(types, prefixed(types, b"Override")):
            if unescape(found.attributes[b"PartName"]).lstrip("/") == part:
                self.edit(TYPES, [Edit(found.start, found.end, b"")])
                return

    def names(self) -> list[str]:
        """Return the names of all parts."""
        names = [name for name in self.archive.members if self.has(name)]
        return names + [name for name in self.changed if name not in self.archive.members]

    def relations(self, part: str) -> dict[str, Relation]:
        """Return where a part points to, by id."""
        source = relations_of(part)
        if not self.has(source):
            return {}
        xml = self.read(source)
        found = {}
        for item in elements(xml, prefixed(xml, b"Relationship")):
            values = {name: unescape(value) for name, value in item.attributes.items()}
            is_outside = values.get(b"TargetMode") == "External"
            target = values[b"Target"]
            if not is_outside:
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target))
                target = target.lstrip("/")
            kind = values[b"Type"].rsplit("/", 1)[-1]
            found[values[b"Id"]] = Relation(values[b"Id"], kind, target, is_outside)
        return found

    def relate(self, part: str, kind: str, target: str, *, is_outside: bool = False) -> str:
        """Let a part point to another, and return the id; one that is there already is used."""
        present = self.relations(part)
        for relation in present.values():
            if (relation.type, relation.target, relation.is_outside) == (kind, target, is_outside):
                return relation.id
        number = 1
        while f"rId{number}" in present:
            number += 1
        source = relations_of(part)
        xml = self.read(source) if self.has(source) else _RELATIONS_XML
        name = prefixed(xml, b"Relationship")
        mode = b' TargetMode="External"' if is_outside else b""
        address = escape(target if is_outside else towards(part, target))
        new = b'<%b Id="rId%d" Type="%b/%b" Target="%b"%b/>' % (
            name,
            number,
            RELATIONSHIP.encode(),
            kind.encode(),
            address,
            mode,
        )
        at = xml.rindex(b"</")
        self.write(source, xml[:at] + new + xml[at:])
        return f"rId{number}"

    def unrelate(self, part: str, id: str) -> None:  # noqa: A002
        """Let a part no longer point to another."""
        source = relations_of(part)
        xml = self.read(source)
        for item in elements(xml, prefixed(xml, b"Relationship")):
            if unescape(item.attributes[b"Id"]) == id:
                self.edit(source, [Edit(item.start, item.end, b"")])
                return

    def content_type(self, part: str) -> str | None:
        """Return the content type of a part."""
        types = self.read(TYPES)
        for item in elements(types, prefixed(types, b"Override")):
            if unescape(item.attributes[b"PartName"]).lstrip("/") == part:
                return unescape(item.attributes[b"ContentType"])
        suffix = part.rsplit(".", 1)[-1].lower()
        for item in elements(types, prefixed(types, b"Default")):
            if unescape(item.attributes[b"Extension"]).lower() == suffix:
                return unescape(item.attributes[b"ContentType"])
        return None

    def declare(self, part: str, content_type: str) -> None:
        """State the content type of a part."""
        if self.content_type(part) == content_type:
            return
        types = self.read(TYPES)
        name = prefixed(types, b"Override")
        at = types.rindex(b"</")
        new = b'<%b PartName="/%b" ContentType="%b"/>' % (name, escape(part), escape(content_type))
        self.write(TYPES, types[:at] + new + types[at:])

    def free(self, like: str) -> str:
        """Return a name for a new part that is not taken: `xl/charts/chart1.xml` numbered on."""
        stem, digits, suffix = re.match(r"(.*?)(\d*)(\.[^.]*)$", like).groups()  # type: ignore[union-attr]
        taken = {name.lower() for name in {*self.archive.members, *self.changed}}
        number = int(digits or 1)
        while f"{stem}{number}{suffix}".lower() in taken:
            number += 1
        return f"{stem}{number}{suffix}"

    def sheets(self) -> list[SheetEntry]:
        """Return the sheets in their order."""
        xml = self.read(self.workbook)
        relations = self.relations(self.workbook)
        found = []
        for index, item in enumerate(elements(xml, prefixed(xml, b"sheet"))):
            key = next(v for k, v in item.attributes.items() if k.endswith(b":id"))
            relation = relations.get(unescape(key))
            if relation and relation.type == "worksheet":
                title = unescape(item.attributes[b"name"])
                is_hidden = item.attributes.get(b"state", b"visible") != b"visible"
                found.append(SheetEntry(title, relation.target, index, is_hidden))
        return found

    def part_by_type(self, kind: str) -> str | None:
        """Return the part of a type that the workbook points to."""
        for relation in self.relations(self.workbook).values():
            if relation.type == kind:
                return relation.target
        return None


def open_package(data: bytes) -> Package:
    """Open a workbook; refuse what cannot be changed without harm."""
    if data.startswith(_OLE):
        raise TargetNotWritten("workbook_encrypted")
    archive = open_archive(data)
    if any(name.startswith("_xmlsignatures/") for name in archive.members):
        raise TargetNotWritten("workbook_signed")
    if any(name.endswith("workbook.bin") for name in archive.members):
        raise TargetNotWritten("workbook_binary")
    package = Package(archive, "")
    for relation in package.relations("").values():
        if relation.type == "officeDocument":
            package.workbook = relation.target
    if not package.workbook or not package.has(package.workbook) or not package.has(TYPES):
        raise TargetNotWritten("workbook_damaged", part="xl/workbook.xml")
    return package


def relations_of(part: str) -> str:
    """Name the part that holds the relations of a part.

    >>> relations_of("xl/workbook.xml"), relations_of("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*[\s/>]")


def towards(part: str, target: str) -> str:
    """Write the way from one part to another: not every program understands the whole one.

    >>> towards("xl/worksheets/sheet1.xml", "xl/drawings/drawing1.xml")
    '../drawings/drawing1.xml'
    """
    return posixpath.relpath("/" + target, "/" + posixpath.dirname(part))


def prefixed(xml: bytes, name: bytes) -> bytes:
    """Return the name with the prefix that the root element of a part has."""
    root = _ROOT.search(xml)
    return (root[1] or b"") + name if root else name


def _checked(part: str, content: bytes) -> bytes:
    """Refuse parts that are not UTF-8, or bring their own entities."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in content[:2048]:
        raise TargetNotWritten("workbook_damaged", part=part)
    return content


def recalculate(package: Package) -> None:
    """Ask programs to calculate all formulas when they open the workbook."""
    xml = package.read(package.workbook)
    found = element(xml, prefixed(xml, b"calcPr"))
    if found:
        if found.attributes.get(b"fullCalcOnLoad") not in (b"1", b"true"):
            package.edit(package.workbook, [with_attribute(xml, found, b"fullCalcOnLoad", b"1")])
        return
    for name in (b"definedNames", b"externalReferences", b"functionGroups", b"sheets"):
        before = element(xml, prefixed(xml, name))
        if before:
            new = b'<%b fullCalcOnLoad="1"/>' % prefixed(xml, b"calcPr")
            package.edit(package.workbook, [Edit(before.end, before.end, new)])
            return


def drop_calculation_chain(package: Package) -> None:
    """Remove the list of formula cells; programs make it anew."""
    for relation in package.relations(package.workbook).values():
        if relation.type == "calcChain" and package.has(relation.target):
            package.remove(relation.target)
            package.unrelate(package.workbook, relation.id)
