"""A sheet part as bytes: where its rows and cells lie, what they hold, and new ones.

Rows and columns count from zero. Parts of megabytes are searched, never parsed into trees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sheets_sync.errors import TargetNotWritten
from sheets_sync.targets.cells import Stored
from sheets_sync.targets.places import letters
from sheets_sync.targets.xlsx_patch import markup, reference
from sheets_sync.targets.xlsx_patch.markup import Edit, Element


@dataclass(frozen=True, slots=True)
class Row:
    """Where a row lies."""

    number: int
    start: int
    inner: int
    inner_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula cell: its text, its kind if it is not a plain one, and its cached value."""

    text: str
    value: Stored
    kind: str = ""  # shared, array, dataTable
    group: str = ""  # of a shared formula
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that shows an error, as `#N/A`."""

    text: str


Content = Stored | Formula | Failure


@dataclass(frozen=True, slots=True)
class Found:
    """A cell and where it lies within its row's content."""

    column: int
    start: int
    end: int
    attributes: dict[bytes, bytes]
    body: bytes


class SheetPart:
    """The bytes of a sheet and its rows."""

    def __init__(self, xml: bytes, shared: SharedStrings, part: str) -> None:
        """Find the rows."""
        self.xml = xml
        self.shared = shared
        self.part = part
        root = re.search(rb"<(\w+:)?worksheet[\s>]", xml)
        data = markup.element(xml, (root[1] or b"") + b"sheetData") if root else None
        if not root or not data:
            raise TargetNotWritten("workbook_damaged", part=part)
        self.prefix: bytes = root[1] or b""
        self.data: Element = data
        self.rows: dict[int, Row] = {row.number: row for row in self._rows()}
        self._fast, self._general = _patterns(self.prefix)

    def named(self, name: bytes) -> bytes:
        """Return an element's name with the prefix of this part."""
        return self.prefix + name

    def one(self, name: bytes) -> Element | None:
        """Find an element outside the cells."""
        found = markup.element(self.xml, self.named(name), 0, self.data.start)
        return found or markup.element(self.xml, self.named(name), self.data.end)

    def after(self, name: bytes) -> list[Element]:
        """Find the elements of a name that follow the cells."""
        return list(markup.elements(self.xml, self.named(name), self.data.end))

    def _rows(self) -> Iterator[Row]:
        xml, opening, closing = self.xml, b"<" + self.named(b"row"), b"</" + self.named(b"row>")
        position, stop, number = self.data.inner, self.data.inner_end, -1
        while (start := xml.find(opening, position, stop)) >= 0:
            inner = xml.index(b">", start) + 1
            named = _ROW_NUMBER.search(xml, start, inner)
            number = int(named[1]) - 1 if named else number + 1
            if xml[inner - 2] == ord("/"):
                yield Row(number, start, inner, inner, inner)
                position = inner
                continue
            inner_end = xml.find(closing, inner, stop)
            if inner_end < 0:
                raise TargetNotWritten("workbook_damaged", part=self.part)
            position = inner_end + len(closing)
            yield Row(number, start, inner, inner_end, position)

    def payloads(self, row: Row) -> list[tuple[bytes, bytes]]:
        """Return the cells of a row: the letters of the column, and all after the address."""
        body = self.xml[row.inner : row.inner_end]
        found: list[tuple[bytes, bytes]] = self._fast.findall(body)
        if len(found) == body.count(b"<" + self.named(b"c")):
            return found
        return [
            (letters(cell.column).encode(), _payload(cell, self.prefix)) for cell in self.cells(row)
        ]

    def cells(self, row: Row) -> list[Found]:
        """Return the cells of a row and where they lie in its content."""
        body = self.xml[row.inner : row.inner_end]
        cells = []
        column = -1
        for match in self._general.finditer(body):
            named = markup.attributes(match[1])
            at = named.get(b"r")
            column = reference.cell(at.decode())[1] if at else column + 1
            cells.append(Found(column, match.start(), match.end(), named, match[2] or b""))
        return cells

    def content(self, payload: bytes) -> Content:
        """Read what a cell holds."""
        opening, _, body = payload.partition(b">")
        if not body:
            return None
        kind = _TYPE.search(opening)
        formula = _FORMULA.search(body)
        value = self._value(kind[1] if kind else b"n", body)
        if not formula:
            return value
        named = markup.attributes(formula[1])
        return Formula(
            markup.unescape(formula[2] or b""),
            None if isinstance(value, Failure) else value,
            named.get(b"t", b"").decode(),
            named.get(b"si", b"").decode(),
            named.get(b"ref", b"").decode(),
        )

    def _value(self, kind: bytes, body: bytes) -> Stored | Failure:
        if kind == b"inlineStr":
            return rich_text(body)
        found = _VALUE.search(body)
        if not found:
            return None
        text = found[1]
        if kind == b"s":
            return self.shared[int(text)]
        if kind == b"b":
            return text.strip() in (b"1", b"true")
        if kind == b"e":
            return Failure(text.decode())
        if kind in (b"str", b"d"):
            return markup.read_string(text)
        return float(text) if text.strip() else None


_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)


@cache
def _patterns(prefix: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    name = re.escape(prefix + b"c")
    fast = rb'<%b r="([A-Z]{1,3})[0-9]+"([^>]*/>|[^>]*>.*?</%b>)' % (name, name)
    general = rb"<%b(?=[\s/>])([^>]*?)(?:/>|>(.*?)</%b>)" % (name, name)
    return re.compile(fast, re.DOTALL), re.compile(general, re.DOTALL)


def _payload(cell: Found, prefix: bytes) -> bytes:
    """Write a cell as all after its address."""
    rest = b"".join(b' %b="%b"' % item for item in cell.attributes.items() if item[0] != b"r")
    return rest + b">" + cell.body + b"</" + prefix + b"c>" if cell.body else rest + b"/>"


def rich_text(body: bytes) -> str:
    """Read a string item, its runs joined, without its phonetic hints."""
    return "".join(markup.read_string(text) for text in _TEXT.findall(_PHONETIC.sub(b"", body)))


class SharedStrings:
    """The shared strings of a workbook, read when they are asked for."""

    def __init__(self, xml: bytes) -> None:
        """Find the items."""
        self.items = [item.content(xml) for item in _items(xml)]
        self._texts: dict[int, str] = {}

    def __getitem__(self, index: int) -> str:
        if index not in self._texts:
            is_there = 0 <= index < len(self.items)
            self._texts[index] = rich_text(self.items[index]) if is_there else ""
        return self._texts[index]


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    end: int

    def content(self, xml: bytes) -> bytes:
        return xml[self.start : self.end]


_ITEM = re.compile(rb"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)


def _items(xml: bytes) -> Iterator[_Item]:
    for match in _ITEM.finditer(xml):
        yield _Item(*(match.span(1) if match[1] is not None else (0, 0)))


def number_text(value: float) -> bytes:
    """Write a number so that it reads back as the same.

    >>> number_text(3.0), number_text(0.1), number_text(1e21)
    (b'3', b'0.1', b'1e+21')
    """
    whole = int(value) if abs(value) < 1e15 else None  # noqa: PLR2004
    return (str(whole) if whole == value else repr(float(value))).encode()


def cell_xml(  # noqa: PLR0913
    row: int,
    column: int,
    value: Stored,
    *,
    attributes: bytes = b"",
    formula: bytes = b"",
    prefix: bytes = b"",
) -> bytes:
    """Write a cell; `attributes` are its others than address and type, `formula` its element."""
    address = b' r="%b"' % reference.name(row, column).encode()
    kind, body = _body(value, prefix, is_formula=bool(formula))
    if not body and not formula:
        return b"<%bc%b%b/>" % (prefix, address, attributes)
    parts = (prefix, address, attributes, kind, formula, body, prefix)
    return b"<%bc%b%b%b>%b%b</%bc>" % parts


def _body(value: Stored, prefix: bytes, *, is_formula: bool) -> tuple[bytes, bytes]:
    """Write the type of a cell, and its value."""
    if value is None and not is_formula:
        return b"", b""
    if isinstance(value, bool):
        return b' t="b"', b"<%bv>%d</%bv>" % (prefix, value, prefix)
    if isinstance(value, (int, float)):
        return b"", b"<%bv>%b</%bv>" % (prefix, number_text(value), prefix)
    text = markup.string(value or "")
    if is_formula:
        return b' t="str"', b"<%bv>%b</%bv>" % (prefix, text, prefix)
    inside = b'<%bt xml:space="preserve">%b</%bt>' % (prefix, text, prefix)
    return b' t="inlineStr"', b"<%bis>%b</%bis>" % (prefix, inside, prefix)


def formula_xml(text: str, prefix: bytes = b"") -> bytes:
    """Write the formula of a cell."""
    return b"<%bf>%b</%bf>" % (prefix, markup.escape(text), prefix)


_DROPPED = {b"r", b"t", b"cm", b"vm"}  # address and type are written anew; metadata of a value go


def kept_attributes(cell: Found) -> bytes:
    """Return what stays on a cell whose value changes: its style above all."""
    return b"".join(
        b' %b="%b"' % item for item in cell.attributes.items() if item[0] not in _DROPPED
    )


def with_cells(sheet: SheetPart, row: Row, new: Mapping[int, bytes | None]) -> Edit:
    """Replace, add or (None) remove cells of a row; all others stay byte for byte."""
    opening = sheet.xml[row.start : row.inner]
    body = sheet.xml[row.inner : row.inner_end]
    pieces: list[bytes] = []
    position = 0
    waiting = sorted(new.items())
    for cell in sheet.cells(row):
        while waiting and waiting[0][0] < cell.column:
            pieces += [body[position : cell.start], waiting.pop(0)[1] or b""]
            position = cell.start
        if waiting and waiting[0][0] == cell.column:
            pieces += [body[position : cell.start], waiting.pop(0)[1] or b""]
            position = cell.end
    pieces += [body[position:], *(xml or b"" for _, xml in waiting)]
    opening = _spanning(opening, [column for column, xml in new.items() if xml])
    content = b"".join(pieces)
    if row.inner == row.end:
        if not content:
            return Edit(row.start, row.end, opening)
        opening = opening[:-2].rstrip() + b">"
    return Edit(row.start, row.end, opening + content + b"</" + sheet.named(b"row>"))


_SPANS = re.compile(rb"""\sspans=["'](\d+):(\d+)["']""")


def _spanning(opening: bytes, columns: list[int]) -> bytes:
    """Drop the hint of which columns a row spans where it no longer holds."""
    spans = _SPANS.search(opening)
    if not spans or not columns:
        return opening
    if int(spans[1]) <= min(columns) + 1 and max(columns) + 1 <= int(spans[2]):
        return opening
    return opening[: spans.start()] + opening[spans.end() :]
