"""What of a report goes to paper: all that it shows now, unless people chose otherwise."""

from __future__ import annotations

from sheets_sync.targets.places import absolute
from sheets_sync.targets.xlsx_patch import reference
from sheets_sync.targets.xlsx_patch.names import local, set_local
from sheets_sync.targets.xlsx_patch.package import Package, SheetEntry

_NAME = "_xlnm.Print_Area"


def printed(package: Package, entry: SheetEntry) -> str:
    """Return the area of a sheet that goes to paper, or nothing."""
    address, _ = local(package, entry.index).get(_NAME, ("", b""))
    split = reference.split_address(address)
    return split[1] if split else ""


def update(
    package: Package, entry: SheetEntry, drawn: str, before: str, origin: tuple[int, int]
) -> str:
    """Let what goes to paper grow with a report; return what to remember.

    `drawn` is the area in a new workbook, `before` what was written last time: where another one
    stands, people chose it.
    """
    wanted = reference.moved(drawn, *origin, is_whole=True)
    if wanted != before and before and printed(package, entry) == before:
        area = reference.area(wanted.replace("$", ""))
        corners = (area.top, area.left), (area.bottom, area.right)
        set_local(package, _NAME, entry.index, absolute(entry.title, *corners))
    elif printed(package, entry) != wanted:
        return before
    return wanted
