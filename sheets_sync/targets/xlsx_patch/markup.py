"""XML as bytes: find elements and attributes, and change only what is to change."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sheets_sync.targets.cells import plain

_ATTRIBUTES = rb"""(?:[^>"'/]|/(?!>)|"[^"]*"|'[^']*')*"""
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}
"""The ampersand is read last, since `&amp;lt;` says `&lt;`."""

_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Element:
    """An element and where it lies: `start`, `inner`, `inner_end`, `end`."""

    name: bytes
    start: int
    inner: int
    inner_end: int
    end: int
    attributes: dict[bytes, bytes]

    def text(self, xml: bytes) -> bytes:
        """Return the whole element."""
        return xml[self.start : self.end]

    def content(self, xml: bytes) -> bytes:
        """Return what is inside."""
        return xml[self.inner : self.inner_end]


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes from `start` to `end`."""

    start: int
    end: int
    new: bytes


def apply(xml: bytes, edits: Iterable[Edit]) -> bytes:
    """Apply edits that do not overlap.

    >>> apply(b"abcdef", [Edit(4, 5, b"X"), Edit(1, 3, b"")])
    b'adXf'
    """
    pieces = []
    position = 0
    for edit in sorted(edits):
        if edit.start < position:
            raise ValueError(edit)
        pieces += [xml[position : edit.start], edit.new]
        position = edit.end
    return b"".join((*pieces, xml[position:]))


def attributes(text: bytes) -> dict[bytes, bytes]:
    """Read attributes, as they are written.

    >>> attributes(b' r="A1" s="3"')
    {b'r': b'A1', b's': b'3'}
    """
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(text)}


def elements(xml: bytes, name: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """Find the elements of a name that do not lie in each other; a prefix is part of the name.

    >>> [found.attributes for found in elements(b'<a><b x="1"/><b x="2">t</b></a>', b"b")]
    [{b'x': b'1'}, {b'x': b'2'}]
    """
    opening = re.compile(rb"<" + name + rb"(?=[\s/>])(" + _ATTRIBUTES + rb")(/?)>")
    closing = b"</" + name + b">"
    stop = len(xml) if end is None else end
    position = start
    while match := opening.search(xml, position, stop):
        inner = match.end()
        if match[2]:
            yield Element(name, match.start(), inner, inner, inner, attributes(match[1]))
            position = inner
            continue
        inner_end = _closing(xml, opening, closing, inner)
        position = xml.index(b">", inner_end) + 1
        yield Element(name, match.start(), inner, inner_end, position, attributes(match[1]))


def _closing(xml: bytes, opening: re.Pattern[bytes], closing: bytes, position: int) -> int:
    """Find the end of an element's content; elements of its name may lie inside."""
    depth_end = xml.index(closing, position)
    inside = position
    while (match := opening.search(xml, inside, depth_end)) is not None:
        inside = match.end()
        if not match[2]:
            depth_end = xml.index(closing, depth_end + len(closing))
    return depth_end


def element(xml: bytes, name: bytes, start: int = 0, end: int | None = None) -> Element | None:
    """Find the first element of a name."""
    return next(elements(xml, name, start, end), None)


def with_attribute(xml: bytes, found: Element, name: bytes, value: bytes) -> Edit:
    """Set one attribute of an element and leave the others as they are written."""
    opening = xml[found.start : found.inner]
    present = re.search(rb"(\s" + re.escape(name) + rb"\s*=\s*)(\"[^\"]*\"|'[^']*')", opening)
    if present:
        start = found.start + present.start(2)
        return Edit(start, found.start + present.end(2), b'"' + value + b'"')
    at = found.start + 1 + len(found.name)
    return Edit(at, at, b" " + name + b'="' + value + b'"')


def escape(text: str) -> bytes:
    """Write a text for the content of an element or an attribute in double quotes.

    >>> escape('a < "b" & c')
    b'a &lt; &quot;b&quot; &amp; c'
    """
    return content(text).replace(b'"', b"&quot;")


def content(text: str) -> bytes:
    """Write a text for the content of an element, as spreadsheet programs do: quotes stay.

    >>> content('IF(A1<"b",1)')
    b'IF(A1&lt;"b",1)'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def unescape(text: bytes) -> str:
    """Read the content of an element without children, or an attribute.

    >>> unescape(b"a &lt; b &amp;amp; &#x41;")
    'a < b &amp; A'
    """
    decoded = text.decode("utf-8", errors="replace")
    if "&" not in decoded:
        return decoded
    if "&#" in decoded:
        return _ENTITY.sub(_character, decoded)
    for name, character in _NAMED.items():
        decoded = decoded.replace(f"&{name};", character)
    return decoded


def _character(entity: re.Match[str]) -> str:
    """Return the character that an entity stands for."""
    if entity[3]:
        return _NAMED[entity[3]]
    number = int(entity[1], 16) if entity[1] else int(entity[2])
    return chr(number) if number <= sys.maxunicode else ""


def string(text: str) -> bytes:
    """Write a text for `<t>`: what looks like Excel's code of a character stays as it is.

    >>> string("_x0041_ & co")
    b'_x005F_x0041_ &amp; co'
    """
    if "_x" in text:
        text = _CODED.sub(lambda code: f"_x005F{code[0]}", text)
    return escape(text)


def read_string(text: bytes) -> str:
    r"""Read the content of `<t>`, cleaned as our own texts are.

    >>> read_string(b"a_x000D_\nb")
    'a\nb'
    """
    decoded = unescape(text)
    if "_x" in decoded:
        decoded = _CODED.sub(lambda code: chr(int(code[1], 16)), decoded)
    return plain(decoded)
