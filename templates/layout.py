"""Columns of reports as data: where their values come from, how they look, what their total is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from formulas.readings.cell import cell as cell_text
from formulas.registry import FORMULAS
from templates.tab import Area, Kind, Look, Row, Series, Status, Value
from templates.words import UNKNOWN

MARGIN = 1
"""The first column that is written: the one before it is a margin."""

Spot = tuple[int, int]
"""The row and the column of a cell."""


def a1(row: int, column: int) -> str:
    """Name a cell as a spreadsheet does.

    >>> a1(3, 28)
    'AC4'
    """
    letters = ""
    while column >= 0:
        letters = chr(ord("A") + column % 26) + letters
        column = column // 26 - 1
    return f"{letters}{row + 1}"


def fixed(row: int, column: int) -> str:
    """Name a cell so that it stays where it is when a formula is copied.

    >>> fixed(3, 28)
    '$AC$4'
    """
    name = a1(row, column)
    letters = name.rstrip("0123456789")
    return f"${letters}${name.removeprefix(letters)}"


def number(row: Row, name: str) -> float | None:
    """Return an item of a row as a number, or None when it is unknown."""
    value = row.get(name)
    return None if value is None or isinstance(value, str) else float(value)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a block."""

    id: str
    kind: Kind = Kind.TEXT
    width: float = 11
    of: Callable[[Row], Value] | None = None  # None: the row's item `id`
    formula: str = ""  # of formulas.registry, over the columns its parameters name
    arguments: Mapping[str, str] = field(default_factory=dict)  # parameter: another column
    is_summed: bool = False
    status: Callable[[Row], Status | None] | None = None
    look: Look = Look.PLAIN
    unknown: str | None = UNKNOWN  # what stands for None; None leaves a gap in a chart
    span: int = 1  # columns that it takes; the width of several is what other blocks made it


def shown(id: str, kind: Kind = Kind.TEXT, width: float = 11, **more: object) -> Field:  # noqa: A002
    """Name a column of values."""
    return Field(id, kind, width, **more)  # type: ignore[arg-type]


def summed(id: str, kind: Kind = Kind.INTEGER, width: float = 11, **more: object) -> Field:  # noqa: A002
    """Name a column of values with a total under it."""
    return Field(id, kind, width, is_summed=True, **more)  # type: ignore[arg-type]


def derived(formula: str, kind: Kind = Kind.SHARE, width: float = 11, **more: object) -> Field:
    """Name a column of live formulas, one of formulas.registry, over other columns."""
    name = str(more.pop("id", formula))
    return Field(name, kind, width, formula=formula, **more)  # type: ignore[arg-type]


def derive(
    formula_id: str,
    known: Row,
    spots: Mapping[str, Spot],
    arguments: Mapping[str, str] | None = None,
) -> tuple[float | None, str | None]:
    """Return the value of a formula of the registry over known quantities, and its cell text.

    There is no text where a quantity stands in no cell.
    """
    formula = FORMULAS[formula_id]
    names = {name: (arguments or {}).get(name, name) for name in formula.parameters}
    value = formula(**{name: number(known, item) for name, item in names.items()})
    if not spots.keys() >= set(names.values()):
        return value, None
    return value, cell_text(formula, {name: a1(*spots[item]) for name, item in names.items()})


def computed(fields: Sequence[Field], row: Row) -> dict[str, Value]:
    """Return a row with what its fields derive from it, left to right."""
    known: dict[str, Value] = dict(row)
    for item in fields:
        if item.formula:
            known[item.id], _ = derive(item.formula, known, {}, item.arguments)
        elif item.of is not None:
            known[item.id] = item.of(row)
    return known


def parted(
    fields: Sequence[Field], rows: Sequence[Row]
) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Part the fields of which anything is known from those that would be a column of dashes.

    >>> known, unknown = parted([shown("name"), shown("plan")], [{"name": "A", "plan": None}])
    >>> [item.id for item in known], [item.id for item in unknown]
    (['name'], ['plan'])
    """
    held = [computed(fields, row) for row in rows]
    unknown = tuple(
        item
        for item in fields
        if held and item.unknown == UNKNOWN and all(row.get(item.id) is None for row in held)
    )
    return tuple(item for item in fields if item not in unknown), unknown


@dataclass(frozen=True, slots=True)
class Placed:
    """A block on a page: where its columns stand and what its rows hold."""

    first: int
    last: int
    columns: Mapping[str, int]
    rows: tuple[Row, ...]

    def area(self, name: str) -> Area:
        """Return the cells of a column, without header and total."""
        column = self.columns[name]
        return (self.first, column, self.last, column)

    def cell(self, name: str, row: int = 0) -> str:
        """Name the cell of a column in a row of the block."""
        return a1(self.first + row, self.columns[name])

    def range(self, name: str) -> str:
        """Name the cells of a column."""
        column = self.columns[name]
        return f"{fixed(self.first, column)}:{fixed(self.last, column)}"

    def series(self, name: str, category: str, title: str, **more: object) -> Series:
        """Draw a column as a series of a chart."""
        return Series(title, self.area(category), self.area(name), **more)  # type: ignore[arg-type]
