"""A table tab that nobody touched since we left it: rows drawn as they were stay unread."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from hashlib import blake2b, sha256

from sheets_sync.targets.places import letters, pieces
from sheets_sync.targets.xlsx_patch.package import Package
from sheets_sync.targets.xlsx_patch.plan import Showing
from sheets_sync.targets.xlsx_patch.sheet import SheetPart
from templates.tab import Row, Table


@dataclass(frozen=True, slots=True)
class Left:
    """A table tab as it was left."""

    proof: str = ""  # of the bytes of its cells and their texts
    columns: Mapping[str, int] = field(default_factory=dict)  # where they are, by id
    how: str = ""  # a mark of how values and formulas are said
    rows: Mapping[str, str] = field(default_factory=dict)  # key: mark of the row as drawn

    def dumped(self) -> str:
        """Write it as text."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    def alike(self, other: Left) -> set[str]:
        """Return the keys of the rows that are drawn alike."""
        same = self.rows.items() & other.rows.items() if self.how == other.how else ()
        return {key for key, _ in same}

    def quiet(self, part: SheetPart, key: str, typed: Collection[str]) -> dict[int, str]:
        """Return the keys of the rows that nobody typed into, by row number."""
        if key not in self.columns:
            return {}
        name, found = letters(self.columns[key]).encode(), {}
        for number, row in part.rows.items():
            first = part.first(row, name)
            if first is not None and first in self.rows and first not in typed:
                found[number] = first
        return found


def left_as(text: str | None, proof: str, columns: Mapping[str, int]) -> Left:
    """Read what `dumped` wrote, if the tab is still that one."""
    left = Left(**json.loads(text)) if text and proof else Left()
    return left if (left.proof, left.columns) == (proof, columns) else Left()


def proof(package: Package, part: str) -> str:
    """Return a proof of a sheet's bytes in the file, and of the texts that it points to."""
    texts = package.part_by_type("sharedStrings")
    parts = [part, *([texts] if texts else [])]
    if any(each not in package.archive.members or each in package.changed for each in parts):
        return ""
    return sha256(b"".join(map(package.archive.proof, parts))).hexdigest()


def marks(rows: Mapping[str, Row]) -> dict[str, str]:
    """Return a mark of each row as it is drawn, by key."""
    return {key: _mark(list(row.values())) for key, row in rows.items()}


def how(table: Table, columns: Mapping[str, int], kit: Showing) -> str:
    """Return a mark of how the values and the formulas of a table are said."""
    said = [[*map(kit.showing(column), column.choices)] for column in table.columns]
    cells = [column.live.cell for column in table.columns if column.live]
    formulas = [[*pieces(cell, kit.places, columns)] for cell in cells]
    return _mark((said, formulas, kit.reader.is_1904))


def _mark(content: object) -> str:
    return blake2b(repr(content).encode(), digest_size=8).hexdigest()
