"""The workbook as values: sheets drawn from tabs, what people typed, and the seam to targets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from templates.tab import Cell, Grid, Report, Row, Tab, Table, Value

Inputs = Mapping[str, "Mapping[str, Mapping[str, Value]]"]
"""What people typed: tab, row key, human column id, value. A cell left empty is absent."""


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A table with its rows.

    `rows` hold the key and the machine columns, in order. `remembered` holds human values by key;
    they are filled in only where the tab or the row is made or brought back.
    """

    table: Table
    rows: Sequence[Row]
    remembered: Mapping[str, Row] = field(default_factory=dict)
    above: Sequence[Cell] = ()  # live formulas over the header


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """A report with its drawn grid."""

    report: Report
    grid: Grid


Sheet = TableSheet | ReportSheet


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001
    """Something the reader should know: the text `warning.<id>` and what it speaks of."""

    id: str
    parts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one exchange with a target brought."""

    inputs: Inputs
    cells_changed: Mapping[str, int]
    warnings: tuple[Warning, ...] = ()
    requests: int = 0  # to a server
    bytes_sent: int = 0
    differences: tuple[Mapping[str, object], ...] = ()  # of a dry run: tab, cell, before, after


Draw = Callable[[Inputs, Collection[str]], Sequence[Sheet]]
"""Draw the sheets with what people typed; the names are those of the tabs that are hidden."""


class Target(Protocol):
    """Somewhere people read the workbook.

    A target writes machine and formula cells of our tabs and leaves every other cell alone. Which
    tabs are hidden is the choice of people, once a tab is there.
    """

    def exchange(self, tabs: Sequence[Tab], draw: Draw, /) -> Exchange:
        """Read what people typed, draw with it, write what differs, return what was typed."""
        ...
