"""Formula cells that share one text: what each of them says, and how to part them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheets_sync.targets.xlsx_patch import markup, reference
from sheets_sync.targets.xlsx_patch.reference import Area
from sheets_sync.targets.xlsx_patch.sheet import Formula, SheetPart
from sheets_sync.workbook import Warning as Notice

_SHARED = re.compile(
    rb"<(?:\w+:)?c(?=\s)([^>]*)>\s*<(?:\w+:)?f(\s[^>]*?t=[\"'](?:shared|array|dataTable)[\"'][^>]*?)"
    rb"(?:/>|>(.*?)</(?:\w+:)?f>)",
    re.DOTALL,
)


class LeftAloneError(Exception):
    """A tab that cannot be changed without harm; the others are."""

    def __init__(self, notice: Notice) -> None:
        """Say why."""
        super().__init__(notice)
        self.notice = notice


@dataclass(frozen=True, slots=True)
class Member:
    """A cell of a shared formula, or the first cell of an array."""

    row: int
    column: int
    kind: str
    group: str
    ref: str
    text: str


class SharedFormulas:
    """The shared and array formulas of a sheet."""

    def __init__(self, sheet: SheetPart) -> None:
        """Find them; most sheets have none."""
        self.members: list[Member] = []
        if b'"shared"' in sheet.xml or b'"array"' in sheet.xml or b'"dataTable"' in sheet.xml:
            self.members = [_member(match) for match in _SHARED.finditer(sheet.xml)]
        self._masters = {m.group: m for m in self.members if m.kind == "shared" and m.text}

    def text(self, formula: Formula, row: int, column: int) -> str:
        """Return what a formula cell says by itself."""
        master = self._masters.get(formula.group)
        if formula.kind != "shared" or formula.text or not master:
            return formula.text
        return reference.moved(master.text, row - master.row, column - master.column)

    def check(self, title: str, cells: set[tuple[int, int]]) -> None:
        """Refuse to write into an array that reaches beyond one cell."""
        arrays = [m for m in self.members if m.kind != "shared" and ":" in m.ref]
        for array in arrays:
            area: Area = reference.area(array.ref)
            for row, column in cells:
                if area.holds(row, column):
                    at = reference.name(row, column)
                    raise LeftAloneError(Notice("array", {"tab": title, "cell": at}))

    def parted(
        self, title: str, cells: set[tuple[int, int]], ours: set[int]
    ) -> dict[tuple[int, int], str]:
        """Return the formulas that must get a text of their own before `cells` are written.

        That are all cells of a group whose first cell is among them.
        """
        groups = {m.group for m in self._masters.values() if (m.row, m.column) in cells}
        texts = {}
        for member in self.members:
            if member.kind != "shared" or member.group not in groups:
                continue
            if member.column not in ours:
                at = reference.name(member.row, member.column)
                raise LeftAloneError(Notice("shared", {"tab": title, "cell": at}))
            master = self._masters[member.group]
            step = member.row - master.row, member.column - master.column
            texts[member.row, member.column] = reference.moved(master.text, *step)
        return texts


def _member(match: re.Match[bytes]) -> Member:
    row, column = reference.cell(markup.attributes(match[1])[b"r"].decode())
    named = {name: value.decode() for name, value in markup.attributes(match[2]).items()}
    text = markup.unescape(match[3] or b"")
    return Member(row, column, named[b"t"], named.get(b"si", ""), named.get(b"ref", ""), text)
