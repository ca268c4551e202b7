"""Lines in cells of a report: ours are replaced when they differ, those of people stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets_sync.targets.xlsx_patch import reference
from sheets_sync.targets.xlsx_patch.drawing import adapted, points
from sheets_sync.targets.xlsx_patch.markup import Edit, Element, apply, element, elements, unescape
from sheets_sync.targets.xlsx_patch.memory import ReportMemory, mark

if TYPE_CHECKING:
    from sheets_sync.targets.xlsx_patch.plan import Kit
    from sheets_sync.targets.xlsx_patch.sheet import SheetPart

At = tuple[int, int]

_URI = b"{05C60535-1F16-4FD2-B633-F4F36F0B64E0}"
_SPACES = (
    b' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    b' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
)
_GROUPS = re.compile(rb"<(\w+:)?sparklineGroups[\s/>]")
_CELL = re.compile(rb"(<(?:\w+:)?sqref>)([^<]*)(</)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its cell and the cells that it shows, however a program writes them."""

    at: At
    shows: frozenset[str]


def sparklines_edits(
    part: SheetPart,
    model: SheetPart,
    kit: Kit,
    *,
    origin: At,
    mine: Collection[At],
    old: ReportMemory | None,
    new: ReportMemory,
) -> list[Edit]:
    """Replace the lines of ours; `mine` are the cells where they are now."""
    remember(model, new)
    target = [_placed(group, kit, origin) for group in _groups(model)]
    wanted = {line for group in target for line in _lines(group)}
    ours = {*mine, *(line.at for line in wanted)}
    present = _groups(part)
    lines = {line for group in present for line in _lines(group) if line.at in ours}
    if lines == wanted and (old is None or old.lines == new.lines):
        return []
    kept = (_without(group, ours) for group in present)
    return _written(part, b"".join([*filter(None, kept), *target]))


def remember(model: SheetPart, new: ReportMemory) -> None:
    """Note the lines of a report that was just drawn."""
    new.lines = {
        reference.name(*line.at): mark(group) for group in _groups(model) for line in _lines(group)
    }


def _home(part: SheetPart) -> tuple[Element, Element] | None:
    """Return the extension that holds lines and the element around their groups."""
    for ext in part.after(b"ext"):
        found = _GROUPS.search(part.xml, ext.inner, ext.inner_end)
        if ext.attributes.get(b"uri", b"").upper() == _URI and found:
            name = (found[1] or b"") + b"sparklineGroups"
            whole = element(part.xml, name, ext.inner, ext.inner_end)
            return (ext, whole) if whole else None
    return None


def _groups(part: SheetPart) -> list[bytes]:
    """Return the groups of lines of a sheet."""
    home = _home(part)
    if not home:
        return []
    whole = home[1]
    found = elements(part.xml, whole.name.removesuffix(b"s"), whole.inner, whole.inner_end)
    return [group.text(part.xml) for group in found]


def _each(group: bytes) -> Iterator[Element]:
    """Yield the lines of a group."""
    name = group[1 : group.index(b"sparklineGroup")] + b"sparkline"
    yield from elements(group, name)


def _line(text: bytes) -> Line | None:
    cell = _CELL.search(text)
    if not cell or not cell[2].strip():
        return None
    area = reference.area(unescape(cell[2]).split()[0])
    return Line((area.top, area.left), frozenset(points(text)))


def _lines(group: bytes) -> list[Line]:
    found = (_line(each.text(group)) for each in _each(group))
    return [line for line in found if line]


def _placed(group: bytes, kit: Kit, origin: At) -> bytes:
    """Move a group of a new workbook to where the report begins in this one."""

    def cell(found: re.Match[bytes]) -> bytes:
        area = reference.area(found[2].decode())
        moved = reference.name(area.top + origin[0], area.left + origin[1])
        return found[1] + moved.encode() + found[3]

    moved = _CELL.sub(cell, adapted(group, kit.titles, origin))
    at = moved.index(b"sparklineGroup") + len(b"sparklineGroup")
    return moved[:at] + _SPACES + moved[at:]


def _without(group: bytes, ours: Collection[At]) -> bytes:
    """Return a group without the lines of ours; nothing where all of them are."""
    mine = [e for e in _each(group) if (line := _line(e.text(group))) and line.at in ours]
    is_whole = len(mine) == len(list(_each(group)))
    return b"" if is_whole else apply(group, [Edit(e.start, e.end, b"") for e in mine])


def _written(part: SheetPart, groups: bytes) -> list[Edit]:
    """Put groups in place of those of the sheet, or where they belong."""
    home = _home(part)
    if home:
        ext, whole = home
        if groups:
            return [Edit(whole.inner, whole.inner_end, groups)]
        return [_removed(part, ext)]
    if not groups:
        return []
    name, holder = part.named(b"ext"), part.named(b"extLst")
    new = b'<%b uri="%b"%b><x14:sparklineGroups>%b</x14:sparklineGroups></%b>' % (
        *(name, _URI.replace(b"4FD2", b"4fd2"), _SPACES),
        *(groups, name),
    )
    all_ = part.one(b"extLst")
    if all_ and all_.inner < all_.end:
        return [Edit(all_.inner_end, all_.inner_end, new)]
    start, end = (all_.start, all_.end) if all_ else (part.xml.rindex(b"</"),) * 2
    return [Edit(start, end, b"<%b>%b</%b>" % (holder, new, holder))]


def _removed(part: SheetPart, ext: Element) -> Edit:
    """Take away an extension, and what would be left empty around it."""
    all_ = part.one(b"extLst")
    is_alone = all_ is not None and len(part.after(b"ext")) == 1
    return Edit(all_.start, all_.end, b"") if is_alone and all_ else Edit(ext.start, ext.end, b"")
