"""A sheet part as bytes: where its rows and cells lie, what they hold, and new ones.

Rows and columns count from zero. Parts of megabytes are searched, never parsed into trees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from sheets_sync.errors import TargetNotWritten
from sheets_sync.targets.cells import Stored
from sheets_sync.targets.places import letters
from sheets_sync.targets.xlsx_patch import markup, reference
from sheets_sync.targets.xlsx_patch.markup import Edit, Element


class Row(NamedTuple):
    """Where a row lies."""

    number: int
    start: int
    inner: int
    inner_end: int
    end: int


@dataclass(slots=True)
class Formula:
    """A formula cell: its text, its kind if it is not a plain one, and its cached value."""

    raw: bytes  # the text as it is written
    value: Stored
    kind: str = ""  # shared, array, dataTable
    group: str = ""  # of a shared formula
    ref: str = ""

    @property
    def text(self) -> str:
        """Its text as people see it."""
        return markup.unescape(self.raw)


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
            if xml.startswith(b' r="', start + len(opening)):
                at = start + len(opening) + 4
                number = int(xml[at : xml.index(b'"', at)]) - 1
            else:
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

    def read(self, row: Row, places: Mapping[bytes, int], width: int) -> list[Content] | None:
        """Return what the cells of a row hold, in the places of their columns' letters.

        None if the row has no cell in these columns.
        """
        found = self._fast.findall(self.xml, row.inner, row.inner_end)
        if len(found) != self.xml.count(b"<" + self.named(b"c "), row.inner, row.inner_end):
            return self._read_slowly(row, places, width)
        texts = self.shared.texts
        contents: list[Content] = [None] * width
        content: Content
        is_among = False
        for name, kind, formula, value in found:
            place = places.get(name)
            if place is None:
                continue
            is_among = True
            if kind == b"s":
                content = texts[int(value)]
            elif kind:
                content = _value(kind, value)
            else:
                content = float(value) if value else None
            if formula:
                content = Formula(formula, None if isinstance(content, Failure) else content)
            contents[place] = content
        return contents if is_among else None

    def first(self, row: Row, name: bytes) -> str | None:
        """Return the text of a row's first cell, if it is in the column of these letters."""
        found = self._fast.match(self.xml, row.inner, row.inner_end)
        if not found or found[1] != name or not found[2] or found[3]:
            return None
        is_shared = found[2] == b"s"
        content = self.shared.texts[int(found[4])] if is_shared else _value(found[2], found[4])
        return content if isinstance(content, str) else None

    def _read_slowly(
        self, row: Row, places: Mapping[bytes, int], width: int
    ) -> list[Content] | None:
        """Read a row that is written in another way than ours, Excel's or LibreOffice's."""
        named = [(letters(cell.column).encode(), cell) for cell in self.cells(row)]
        found = {places[name]: self.content(cell) for name, cell in named if name in places}
        return [found.get(place) for place in range(width)] if found else None

    def merged(self) -> Iterator[reference.Area]:
        """Yield the merged ranges."""
        if whole := self.one(b"mergeCells"):
            named = self.named(b"mergeCell")
            for item in markup.elements(self.xml, named, whole.inner, whole.inner_end):
                yield reference.area(item.attributes[b"ref"].decode())

    def rightmost(self) -> int:
        """Return the last column that holds a cell."""
        names = set(re.findall(rb'<%bc r="([A-Z]+)' % self.prefix, self.xml))
        found = self.one(b"dimension")
        ref = found.attributes.get(b"ref", b"A1").decode() if found else "A1"
        return max([reference.area(ref).right, *(reference.index(name.decode()) for name in names)])

    def style(self, row: Row, column: int) -> bytes:
        """Return the number of a cell's style, as it is written."""
        styles = (c.attributes.get(b"s", b"") for c in self.cells(row) if c.column == column)
        return next(styles, b"")

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

    def content(self, cell: Found) -> Content:
        """Read what a cell holds."""
        kind = cell.attributes.get(b"t", b"n")
        content: Stored | Failure
        if kind == b"inlineStr":
            content = rich_text(cell.body)
        else:
            found = _VALUE.search(cell.body)
            text = found[1] if found else b""
            content = self.shared[int(text)] if kind == b"s" and text else _value(kind, text)
        formula = _FORMULA.search(cell.body)
        if not formula:
            return content
        named = markup.attributes(formula[1])
        return Formula(
            formula[2] or b"",
            None if isinstance(content, Failure) else content,
            named.get(b"t", b"").decode(),
            named.get(b"si", b"").decode(),
            named.get(b"ref", b"").decode(),
        )


def _value(kind: bytes, text: bytes) -> Stored | Failure:
    """Read a value that stands in the cell itself."""
    if kind == b"b":
        return text.strip() in {b"1", b"true"}
    if kind == b"e":
        return Failure(text.decode())
    if kind in {b"str", b"inlineStr", b"d"}:
        return markup.read_string(text)
    return float(text) if text.strip() else None


_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)


@cache
def _patterns(prefix: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    name = re.escape(prefix + b"c")
    fast = (
        rb'<%b r="([A-Z]{1,3})[0-9]+"(?: s="[0-9]+")?(?: t="([a-zA-Z]+)")?(?:/>|>'
        rb'(?:<%bf(?: aca="false")?>([^<]+)</%bf>)?'
        rb"(?:<%bv/>|(?:<%bv>|<%bis><%bt(?: xml:space=\"preserve\")?>)([^<]*)"
        rb"(?:</%bv>|</%bt></%bis>))?</%b>)"
    ) % (name, *[re.escape(prefix)] * 9, name)
    general = rb"<%b(?=[\s/>])([^>]*?)(?:/>|>(.*?)</%b>)" % (name, name)
    return re.compile(fast, re.DOTALL), re.compile(general, re.DOTALL)


def rich_text(body: bytes) -> str:
    """Read a string item, its runs joined, without its phonetic hints."""
    return "".join(markup.read_string(text) for text in _TEXT.findall(_PHONETIC.sub(b"", body)))


class SharedStrings:
    """The shared strings of a workbook, read when they are asked for."""

    def __init__(self, xml: bytes) -> None:
        """Keep the part."""
        self._xml = xml

    @cached_property
    def texts(self) -> list[str]:
        """All texts, without their formats."""
        return [_text(simple, rich) for simple, rich in _ITEM.findall(self._xml)]

    @cached_property
    def items(self) -> list[bytes]:
        """What stands inside each item."""
        return [item.content(self._xml) for item in _items(self._xml)]

    def __getitem__(self, index: int) -> str:
        return self.texts[index]


_ITEM = re.compile(
    rb"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>(?:<t(?: xml:space=\"preserve\")?>([^<]*)</t></si>"
    rb"|(.*?)</(?:\w+:)?si>))",
    re.DOTALL,
)


def _items(xml: bytes) -> Iterator[Element]:
    root = _ROOT.search(xml)
    return markup.elements(xml, (root[1] or b"") + b"si") if root else iter(())


def _text(simple: bytes, rich: bytes) -> str:
    """Read an item: nearly all are one plain text."""
    if rich:
        return rich_text(rich)
    text = simple.decode("utf-8", errors="replace")
    if text.isprintable() and "&" not in text and "_x" not in text:
        return text
    return markup.read_string(simple)


_ROOT = re.compile(rb"<(\w+:)?sst[\s>/]")


def number_text(value: float) -> bytes:
    """Write a number so that it reads back as the same.

    >>> number_text(3.0), number_text(0.1), number_text(1e21)
    (b'3', b'0.1', b'1e+21')
    """
    whole = int(value) if abs(value) < 1e15 else None  # noqa: PLR2004
    return (str(whole) if whole == value else repr(float(value))).encode()


def cell_xml(
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
    return b"<%bf>%b</%bf>" % (prefix, markup.content(text), prefix)


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
