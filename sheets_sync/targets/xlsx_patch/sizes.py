"""How high the rows and how wide the columns of a report are: as we set them, or as people did."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isclose

from sheets_sync.targets.xlsx_patch import markup
from sheets_sync.targets.xlsx_patch.markup import Edit
from sheets_sync.targets.xlsx_patch.sheet import SheetPart

Sizes = dict[str, float]
"""By `row 3` or `column 1`, counted from the report's first cell; usual sizes are left out."""

_MOST = 200  # columns of a report: what lies further right is not ours
_ROUNDED = 0.4  # how far programs round sizes when they save


def sizes(part: SheetPart, top: int = 0, left: int = 0) -> Sizes:
    """Return the sizes that rows and columns of a sheet have been given."""
    found: Sizes = {}
    for row in part.rows.values():
        named = markup.attributes(part.xml[row.start : row.inner])
        if row.number >= top and named.get(b"customHeight") in {b"1", b"true"} and b"ht" in named:
            found[f"row {row.number - top}"] = float(named[b"ht"])
    for item in _columns(part):
        first, last = (int(item.attributes[name]) - 1 for name in (b"min", b"max"))
        if b"width" not in item.attributes or item.attributes.get(b"customWidth") == b"0":
            continue
        for column in range(max(first, left), min(last, left + _MOST) + 1):
            found[f"column {column - left}"] = float(item.attributes[b"width"])
    return found


def to_change(old: Mapping[str, float] | None, present: Sizes, new: Sizes) -> dict[str, float]:
    """Return what is to have another size: what is still as we left it, and is drawn otherwise.

    A size of 0 stands for the usual one. Where nobody remembers, all is as we left it.

    >>> to_change({"row 1": 15.0, "row 2": 20.0}, {"row 1": 15.1, "row 2": 40.0}, {"row 1": 30.0})
    {'row 1': 30.0}
    """
    names = {*present, *new} if old is None else {*old, *new}
    return {
        name: new.get(name, 0.0)
        for name in sorted(names)
        if not _is_alike(present.get(name), new.get(name))
        and (old is None or _is_alike(present.get(name), old.get(name)))
    }


def _is_alike(one: float | None, other: float | None) -> bool:
    return isclose(one or 0.0, other or 0.0, abs_tol=_ROUNDED)


def height(model: SheetPart, number: int) -> bytes:
    """Return how high a row is, as attributes."""
    row = model.rows.get(number)
    if not row:
        return b""
    found = markup.attributes(model.xml[row.start : row.inner])
    kept = ((key, found[key]) for key in (b"ht", b"customHeight") if key in found)
    return b"".join(b' %b="%b"' % item for item in kept)


def as_high(row: bytes, height: bytes) -> bytes:
    """Give a row another height.

    >>> as_high(b'<row r="3" ht="15" customHeight="1"><c r="A3"/></row>', b' ht="30"')
    b'<row ht="30" r="3"><c r="A3"/></row>'
    """
    end = row.index(b">")
    name, _, opening = _HEIGHT.sub(b"", row[:end]).partition(b" ")
    return b"%b%b %b%b" % (name, height, opening, row[end:])


_HEIGHT = re.compile(rb"""\s(?:ht|customHeight)=["'][^"']*["']""")


def _columns(part: SheetPart) -> list[markup.Element]:
    whole = part.one(b"cols")
    if whole is None:
        return []
    name = part.named(b"col")
    return list(markup.elements(part.xml, name, whole.inner, whole.inner_end))


def width_edits(part: SheetPart, changed: Mapping[str, float], left: int) -> list[Edit]:
    """Give columns another width; those that share an entry with them keep theirs."""
    widths = {
        int(name.removeprefix("column ")) + left: size
        for name, size in changed.items()
        if name.startswith("column ")
    }
    if not widths:
        return []
    name = part.named(b"col")
    pieces: dict[int, bytes] = {
        column: _entry(b"<%b/>" % name, column, column, width) for column, width in widths.items()
    }
    for item in _columns(part):
        first, last = (int(item.attributes[key]) - 1 for key in (b"min", b"max"))
        pieces |= _apart(item.text(part.xml), first, last, widths)
    body = b"".join(text for _, text in sorted(pieces.items()))
    whole = part.one(b"cols")
    if whole is None:
        start = part.data.start
        return [Edit(start, start, b"<%bs>%b</%bs>" % (name, body, name))]
    return [Edit(whole.inner, whole.inner_end, body)]


def _apart(text: bytes, first: int, last: int, widths: Mapping[int, float]) -> dict[int, bytes]:
    """Take an entry of several columns apart where some of them get another width."""
    pieces: dict[int, bytes] = {}
    start = first
    for column in [*(c for c in sorted(widths) if first <= c <= last), last + 1]:
        if start < column:
            pieces[start] = _entry(text, start, column - 1)
        if column <= last:
            pieces[column] = _entry(text, column, column, widths[column])
        start = column + 1
    return pieces


def _entry(text: bytes, first: int, last: int, width: float | None = None) -> bytes:
    """Write the entry of columns as another one has it, with a width of theirs."""
    values = {b"min": b"%d" % (first + 1), b"max": b"%d" % (last + 1)}
    if width is not None:
        values |= {b"width": f"{width or _USUAL:.8g}".encode(), b"customWidth": b"1"}
    for key, value in values.items():
        end = text.index(b">")
        name = re.match(rb"<[\w:]+", text[:end])
        assert name is not None  # noqa: S101
        opening = re.sub(rb"""\s%b=["'][^"']*["']""" % key, b"", text[:end])
        text = b'%b %b="%b"%b' % (name[0], key, value, opening[name.end() :] + text[end:])
    return text


_USUAL = 9.14
