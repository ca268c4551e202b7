"""What we wrote into a report last time, so that what people typed is told from what was ours."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from hashlib import sha256

from sheets_sync.targets.cells import Stored


@dataclass(slots=True)
class Written:
    """A cell of ours: its value, its formula, and a mark of its look."""

    value: Stored
    formula: str
    look: str


@dataclass(slots=True)
class ReportMemory:
    """A report as it was written; all positions count from its first cell."""

    size: tuple[int, int]  # last row, last column
    cells: dict[tuple[int, int], Written] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    rules: list[tuple[str, str, str]] = field(default_factory=list)  # range, formula, look
    charts: dict[str, str] = field(default_factory=dict)  # id: mark
    sizes: dict[str, float] | None = None  # of rows and columns; None: not remembered
    printed: str = ""  # the area that goes to paper
    lines: dict[str, str] = field(default_factory=dict)  # cell: mark

    def dumped(self) -> str:
        """Write it as text."""
        values: dict[str, object] = {each.name: getattr(self, each.name) for each in fields(self)}
        values["cells"] = [[*at, w.value, w.formula, w.look] for at, w in self.cells.items()]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def loaded(text: str | None) -> ReportMemory | None:
    """Read what `dumped` wrote."""
    if not text:
        return None
    values = json.loads(text)
    cells = {(row, column): Written(*rest) for row, column, *rest in values.pop("cells")}
    values["size"] = tuple(values["size"])
    values["rules"] = [tuple(rule) for rule in values["rules"]]
    return ReportMemory(**values, cells=cells)


def mark(content: str | bytes) -> str:
    """Return a short mark that differs where the content differs.

    >>> mark("a") == mark("a"), mark("a") == mark("b")
    (True, False)
    """
    raw = content.encode() if isinstance(content, str) else content
    return sha256(raw).hexdigest()[:16]
