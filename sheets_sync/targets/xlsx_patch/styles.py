"""Styles of a workbook: new ones are added at the end, present ones keep their numbers."""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree as ET

from sheets_sync.targets.xlsx_patch.markup import (
    Edit,
    Element,
    apply,
    attributes,
    element,
    elements,
    escape,
    unescape,
    with_attribute,
)
from sheets_sync.targets.xlsx_patch.package import prefixed

_FIRST_OWN_FORMAT = 164
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_A_DATE = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
_PARTS = {b"fontId": b"fonts", b"fillId": b"fills", b"borderId": b"borders"}
_CHILDREN = {b"fonts": b"font", b"fills": b"fill", b"borders": b"border"}
_XF_REST = {*_PARTS, b"numFmtId", b"xfId"}


class Styles:
    """The styles part, with what was added to it."""

    def __init__(self, xml: bytes) -> None:
        """Read the lists that cells refer to."""
        self.xml = xml
        self._lists: dict[bytes, list[bytes]] = {
            name: self._list(name, child)
            for name, child in (*_CHILDREN.items(), (b"cellXfs", b"xf"), (b"dxfs", b"dxf"))
        }
        self._formats = {
            int(named[b"numFmtId"]): unescape(named[b"formatCode"])
            for named in map(_opening, self._list(b"numFmts", b"numFmt"))
        }
        self._added: dict[bytes, list[bytes]] = {}
        self._adopted: dict[tuple[int, bytes, int], int] = {}
        self._keys: dict[bytes, dict[object, int]] = {}
        self._looks: dict[int, str] = {}

    def _list(self, name: bytes, child: bytes) -> list[bytes]:
        whole = element(self.xml, prefixed(self.xml, name))
        if not whole:
            return []
        named = prefixed(self.xml, child)
        found = elements(self.xml, named, whole.inner, whole.inner_end)
        return [item.text(self.xml) for item in found]

    def is_date(self, style: int) -> bool:
        """Tell whether a cell of this style shows a date."""
        if not 0 <= style < len(self._lists[b"cellXfs"]):
            return False
        number = int(_opening(self._lists[b"cellXfs"][style]).get(b"numFmtId", b"0"))
        if number in self._formats:
            code = _NOT_A_DATE.sub("", self._formats[number]).lower()
            return any(letter in code for letter in "ydhms") and "general" not in code
        return number in _DATE_FORMATS

    def adopt(self, other: Styles, style: int, kind: bytes = b"cellXfs") -> int:
        """Return the number here of a style there, added if there is none like it."""
        known = (id(other), kind, style)
        if known not in self._adopted:
            text = other._lists[kind][style]
            xml = self._translated(other, text) if kind == b"cellXfs" else self._own(other, text)
            self._adopted[known] = self._place(kind, xml)
        return self._adopted[known]

    def look(self, style: int) -> str:
        """Describe a style so that equal looks read the same, whatever their numbers."""
        if style not in self._looks:
            self._looks[style] = self._described(style)
        return self._looks[style]

    def _described(self, style: int) -> str:
        xf = self._lists[b"cellXfs"][style]
        named = _opening(xf)
        parts = [
            repr(_canonical(self._lists[group][int(named.get(part, b"0"))]))
            for part, group in _PARTS.items()
        ]
        number = int(named.get(b"numFmtId", b"0"))
        return "|".join([*parts, self._formats.get(number, str(number)), repr(_canonical(xf)[2])])

    def rule_look(self, number: int) -> str:
        """Describe the look that a rule gives."""
        return repr(_canonical(self._lists[b"dxfs"][number]))

    def finished(self) -> bytes:
        """Return the part with what was added."""
        xml = self.xml
        for name, added in self._added.items():
            xml = _appended(xml, name, added)
        return xml

    def _own(self, other: Styles, text: bytes) -> bytes:
        """Write an element of another styles part with the prefix of this one."""
        theirs, ours = prefixed(other.xml, b""), prefixed(self.xml, b"")
        if theirs == ours:
            return text
        return re.sub(rb"(</?)" + theirs + rb"(?=\w)", rb"\1" + ours, text)

    def _translated(self, other: Styles, xf: bytes) -> bytes:
        """Rewrite the numbers that a cell style refers to."""
        named = _opening(xf)
        edits = []
        opening = Element(prefixed(other.xml, b"xf"), 0, xf.index(b">") + 1, 0, 0, named)
        for part, group in _PARTS.items():
            text = self._own(other, other._lists[group][int(named.get(part, b"0"))])
            number = self._place(group, text)
            edits.append(with_attribute(xf, opening, part, str(number).encode()))
        number = self._format(other, int(named.get(b"numFmtId", b"0")))
        edits.append(with_attribute(xf, opening, b"numFmtId", str(number).encode()))
        edits.append(with_attribute(xf, opening, b"xfId", b"0"))
        return self._own(other, apply(xf, edits))

    def _format(self, other: Styles, number: int) -> int:
        """Return the number here of a number format there."""
        code = other._formats.get(number)
        if code is None:
            return number
        for present, text in self._formats.items():
            if text == code:
                return present
        new = max([_FIRST_OWN_FORMAT - 1, *self._formats]) + 1
        self._formats[new] = code
        name = prefixed(self.xml, b"numFmt")
        item = b'<%b numFmtId="%d" formatCode="%b"/>' % (name, new, escape(code))
        self._added.setdefault(b"numFmts", []).append(item)
        return new

    def _place(self, name: bytes, xml: bytes) -> int:
        """Return the place of an element in a list, added if there is none like it."""
        items = self._lists[name]
        keys = self._keys.setdefault(name, {})
        if not keys:
            for at, item in enumerate(items):
                keys.setdefault(_canonical(item), at)
        key = _canonical(xml)
        if key not in keys:
            keys[key] = len(items)
            items.append(xml)
            self._added.setdefault(name, []).append(xml)
        return keys[key]


def _opening(xml: bytes) -> dict[bytes, bytes]:
    return attributes(xml[: xml.index(b">") + 1])


@cache
def _canonical(xml: bytes) -> tuple[str, tuple[tuple[str, str], ...], tuple[object, ...]]:
    """Return what an element says, however it is written."""
    plain = re.sub(rb"(</?)\w+:", rb"\1", xml)
    plain = re.sub(rb"\s[\w.-]+:([\w.-]+\s*=)", rb" \1", plain)
    return _tree(ET.fromstring(plain))  # noqa: S314 (no entities: parts with a DOCTYPE are refused)


def _tree(node: ET.Element) -> tuple[str, tuple[tuple[str, str], ...], tuple[object, ...]]:
    named = tuple(sorted(item for item in node.items() if not item[0].startswith("apply")))
    return node.tag, named, tuple(_tree(child) for child in node)


_ORDER = (b"numFmts", b"fonts", b"fills", b"borders", b"cellStyleXfs", b"cellXfs", b"cellStyles")


def _appended(xml: bytes, name: bytes, added: list[bytes]) -> bytes:
    """Add elements at the end of a list, and count them."""
    full = prefixed(xml, name)
    whole = element(xml, full)
    new = b"".join(added)
    if whole is None or whole.inner == whole.end:
        text = b'<%b count="%d">%b</%b>' % (full, len(added), new, full)
        if whole:
            return apply(xml, [Edit(whole.start, whole.end, text)])
        following = [*_ORDER, b"dxfs"]
        before = following[: following.index(name)]
        found = [element(xml, prefixed(xml, other)) for other in before]
        at = max((item.end for item in found if item), default=_after_root(xml))
        return apply(xml, [Edit(at, at, text)])
    count = int(whole.attributes.get(b"count", b"0") or 0) + len(added)
    edits = [Edit(whole.inner_end, whole.inner_end, new)]
    if b"count" in whole.attributes:
        edits.append(with_attribute(xml, whole, b"count", str(count).encode()))
    return apply(xml, edits)


def _after_root(xml: bytes) -> int:
    """Return where the content of the root element begins."""
    root = re.search(rb"<(?:\w+:)?styleSheet[^>]*>", xml)
    return root.end() if root else 0
