"""Charts of ours among the drawings of a report tab, found by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheets_sync.targets.xlsx_patch import reference
from sheets_sync.targets.xlsx_patch.markup import Edit, Element, element, elements, escape, unescape
from sheets_sync.targets.xlsx_patch.package import RELATIONSHIP, Package, prefixed
from sheets_sync.targets.xlsx_patch.reference import split_address

_ANCHORS = (b"twoCellAnchor", b"oneCellAnchor", b"absoluteAnchor")
_PROPERTIES = re.compile(rb"<(?:\w+:)?cNvPr(?=\s)([^>]*)>")
_NAME = re.compile(rb"""\sname\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CHART_ID = re.compile(rb"""<(?:\w+:)?chart\s[^>]*?\w+:id\s*=\s*["']([^"']+)["']""")
_HEADING = re.compile(rb"<(?:\w+:)?title[\s>].*?</(?:\w+:)?title>", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?t>(.*?)</", re.DOTALL)
_REFERENCE = re.compile(rb"(<(?:\w+:)?f>)(.*?)(</(?:\w+:)?f>)", re.DOTALL)
_ID_NUMBER = re.compile(rb'(<(?:\w+:)?cNvPr\s+id=")(\d+)(")')


@dataclass(frozen=True, slots=True)
class Frame:
    """A chart on a sheet: its name, its anchor within the drawing, its part."""

    name: str
    drawing: str
    relation: str
    part: str
    start: int
    end: int


def drawing_of(package: Package, sheet_part: str) -> str | None:
    """Return the part with the drawings of a sheet."""
    for relation in package.relations(sheet_part).values():
        if relation.type == "drawing" and package.has(relation.target):
            return relation.target
    return None


def frames(package: Package, sheet_part: str) -> list[Frame]:
    """Return the charts of a sheet."""
    drawing = drawing_of(package, sheet_part)
    if not drawing:
        return []
    xml = package.read(drawing)
    relations = package.relations(drawing)
    found = []
    for anchor in anchors(xml):
        text = anchor.text(xml)
        properties, chart = _PROPERTIES.search(text), _CHART_ID.search(text)
        name = _NAME.search(properties[1]) if properties else None
        if not name or not chart or chart[1].decode() not in relations:
            continue
        id_ = chart[1].decode()
        title = unescape(name[1] or name[2] or b"")
        part = relations[id_].target
        found.append(Frame(title, drawing, id_, part, anchor.start, anchor.end))
    return found


def heading(chart: bytes) -> str:
    """Return the title of a chart: some programs keep it and forget the chart's name.

    >>> heading(b"<c:chart><c:title><a:t>Plan</a:t></c:title></c:chart>")
    'Plan'
    """
    whole = _HEADING.search(chart)
    return "".join(unescape(text) for text in _RUN.findall(whole[0])) if whole else ""


def anchors(xml: bytes) -> list[Element]:
    """Return the anchored objects of a drawing, in order."""
    found = []
    for name in _ANCHORS:
        for prefix in {match[1] for match in re.finditer(rb"<(\w+:)?" + name + rb"[\s>]", xml)}:
            found += list(elements(xml, (prefix or b"") + name))
    return sorted(found, key=lambda item: item.start)


def adapted(xml: bytes, titles: dict[str, str], step: tuple[int, int]) -> bytes:
    """Point a chart of a new workbook to where its cells lie in this one."""

    def point(found: re.Match[bytes]) -> bytes:
        text = reference.retitled(unescape(found[2]), titles)
        split = split_address(text)
        if split and any(step):
            title, address = split
            address = reference.moved(address, *step, is_whole=True)
            text = "'" + title.replace("'", "''") + "'!" + address
        return found[1] + escape(text) + found[3]

    return _REFERENCE.sub(point, xml)


def points(chart: bytes) -> set[str]:
    """Return the cells that a chart shows, however a program writes them."""
    return {reference.loose(unescape(text)) for _, text, _ in _REFERENCE.findall(chart)}


_CORNERS = re.compile(rb"<(\w+:)?from>.*?</(?:\w+:)?to>", re.DOTALL)
_CORNER = re.compile(rb"(<xdr:(row|col)>)(\d+)(<)")


def placed(anchor: bytes, origin: tuple[int, int]) -> bytes:
    """Move an anchor of a new workbook to where the report begins in this one.

    >>> placed(b"<xdr:col>1</xdr:col><xdr:row>2</xdr:row>", (3, 0))
    b'<xdr:col>1</xdr:col><xdr:row>5</xdr:row>'
    """
    step = {b"row": origin[0], b"col": origin[1]}
    return _CORNER.sub(lambda m: m[1] + b"%d" % (int(m[3]) + step[m[2]]) + m[4], anchor)


def put_back(package: Package, frame: Frame, model: bytes) -> None:
    """Let a chart of ours stand where its anchor in a new workbook has it."""
    wanted = _CORNERS.search(model)
    present = _CORNERS.search(package.read(frame.drawing), frame.start, frame.end)
    if wanted and present:
        prefix = present[1] or b""
        corners = re.sub(rb"(</?)xdr:", rb"\1" + prefix, wanted[0])
        package.edit(frame.drawing, [Edit(present.start(), present.end(), corners)])


def add_chart(package: Package, sheet_part: str, model: bytes, chart: bytes) -> None:
    """Add a chart to the drawing of a sheet; `model` is its anchor."""
    drawing = drawing_of(package, sheet_part) or _new_drawing(package, sheet_part)
    part = package.free("xl/charts/chart1.xml")
    package.write(part, chart)
    package.declare(part, "application/vnd.openxmlformats-officedocument.drawingml.chart+xml")
    id_ = package.relate(drawing, "chart", part)
    xml = package.read(drawing)
    highest = max([1, *(int(number[2]) for number in _ID_NUMBER.finditer(xml))])
    model = re.sub(rb'(:id=")[^"]*(")', rb"\g<1>" + id_.encode() + rb"\2", model)
    model = _ID_NUMBER.sub(rb"\g<1>%d\3" % (highest + 1), model, count=1)
    model = _with_namespaces(model, xml)
    at = xml.rindex(b"</")
    package.edit(drawing, [Edit(at, at, model)])


_AFTER_DRAWING = (
    b"drawingHF",
    b"picture",
    b"legacyDrawing",
    b"legacyDrawingHF",
    b"oleObjects",
    b"controls",
    b"webPublishItems",
    b"tableParts",
    b"extLst",
)


def _new_drawing(package: Package, sheet_part: str) -> str:
    """Give a sheet a drawing."""
    part = package.free("xl/drawings/drawing1.xml")
    package.write(
        part,
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        b'<xdr:wsDr xmlns:xdr="%b" xmlns:a="%b"></xdr:wsDr>' % (_DRAWING, _MAIN),
    )
    package.declare(part, "application/vnd.openxmlformats-officedocument.drawing+xml")
    id_ = package.relate(sheet_part, "drawing", part).encode()
    xml = package.read(sheet_part)
    data_end = xml.rindex(prefixed(xml, b"sheetData"))
    later = (element(xml, prefixed(xml, name), data_end) for name in _AFTER_DRAWING)
    at = min((item.start for item in later if item), default=xml.rindex(b"</"))
    tag = prefixed(xml, b"drawing")
    new = b'<%b xmlns:r="%b" r:id="%b"/>' % (tag, RELATIONSHIP.encode(), id_)
    package.edit(sheet_part, [Edit(at, at, new)])
    return part


_DRAWING = b"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_MAIN = b"http://schemas.openxmlformats.org/drawingml/2006/main"


def _with_namespaces(anchor: bytes, drawing: bytes) -> bytes:
    """State the namespaces of an anchor itself, whatever prefixes its new home uses."""
    named = b' xmlns:xdr="%b" xmlns:a="%b"' % (_DRAWING, _MAIN)
    if b'xmlns:xdr="' in drawing[:2000] and b'xmlns:a="' in drawing[:2000]:
        return anchor
    name = re.match(rb"<[\w:]+", anchor)
    return anchor[: name.end()] + named + anchor[name.end() :] if name else anchor


def remove_chart(package: Package, frame: Frame) -> None:
    """Take a chart of ours away."""
    package.edit(frame.drawing, [Edit(frame.start, frame.end, b"")])
    package.unrelate(frame.drawing, frame.relation)
    package.remove(frame.part)
