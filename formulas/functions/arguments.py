"""What a cell or a range gives to a function: read once, by the same rules in every host.

- Omitted is no cell at all: an optional argument takes its default, another is missing.
- A blank cell, or a text without a letter, is unknown; an optional argument takes its default.
- A number is a number or a text that reads as one ("1 000,5"); a truth value is none.
- A range of one cell is that cell. The numbers of a larger one are summed where the argument is a
  total; what is no number in it is passed over, as SUM does, unless there is no number at all.
- A period is "2026-11", "2026-W47", a day or "2026-11-01..2026-11-23"; a date means its month, for
  a spreadsheet makes a date of a month that is typed.
- A cell with an error passes it on; of several arguments that cannot be used, the first counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain
from math import fsum, isfinite
from sys import float_info

from formulas import written
from formulas.expression import Unit
from formulas.functions.periods import period_of


class Code(StrEnum):
    """The three errors that a cell may show."""

    NA = "na"
    VALUE = "value"
    NUM = "num"


PROBLEMS: Mapping[str, Code] = {
    "no_data": Code.NA,
    "zero_denominator": Code.NA,
    "no_plan": Code.NA,
    "period_not_started": Code.NA,
    "plan_met": Code.NA,
    "missing": Code.VALUE,
    "unexpected": Code.VALUE,
    "not_a_number": Code.VALUE,
    "several_numbers": Code.VALUE,
    "several_texts": Code.VALUE,
    "not_a_claim": Code.VALUE,
    "not_a_choice": Code.VALUE,
    "not_a_column": Code.VALUE,
    "heights_differ": Code.VALUE,
    "wrong_count": Code.VALUE,
    "not_an_answer": Code.VALUE,
    "not_a_period": Code.VALUE,
    "outside": Code.NUM,
    "not_known": Code.NA,
    "no_such_metric": Code.NA,
    "no_such_report": Code.NA,
    "no_such_split": Code.NA,
    "no_such_part": Code.NA,
    "not_synced": Code.NA,
    "no_store": Code.NA,
    "too_many_cells": Code.NA,
}
"""Why there is no value, and the error that says so; the words are `function.problem.<id>`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell without a value: its error, and why; a cell that was given has an error alone."""

    code: Code
    problem: str | None = None
    parts: Mapping[str, object] = field(default_factory=dict)


class Refused(Exception):
    """A call without a value."""

    def __init__(self, fault: Fault) -> None:
        """Say why."""
        super().__init__(fault)
        self.fault = fault


def refusal(problem: str, **parts: object) -> Refused:
    """Make a refusal of the table of problems."""
    return Refused(Fault(PROBLEMS[problem], problem, parts))


@dataclass(frozen=True, slots=True)
class Said:
    """A cell that says something: the id of its text."""

    text: str


Cell = float | str | bool | Fault | None
Range = Sequence[Sequence[Cell]]
Given = Cell | Range
"""One cell or a range of rows; None alone was omitted, a blank cell is `[[None]]`."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the cells of a range hold: the first error, the first that is filled, the numbers."""

    fault: Fault | None
    first: Cell
    count: int
    total: float


class Grid(list[Sequence[Cell]]):
    """A range that several calls share: its numbers are looked for once.

    >>> Grid([["10"], [None], ["total"], [5]]).found.total
    15.0
    """

    @cached_property
    def found(self) -> Found:
        """What its cells hold."""
        return found_in(self)


class Kind(StrEnum):
    """What an argument takes."""

    TOTAL = "total"  # a number, or the sum of a range
    NUMBER = "number"  # one number
    CHOICE = "choice"  # one of a few words
    TEXT = "text"  # one text
    PERIOD = "period"  # the days of a period, by its name
    COLUMN = "column"  # one cell a row
    CELLS = "cells"  # all cells of a range, in rows


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument; its words are `function.argument.<name>`, or the function's own."""

    name: str
    kind: Kind
    unit: Unit
    is_optional: bool = False
    choices: tuple[str, ...] = ()
    default: float | str | None = None


LARGEST = float_info.max
PLAIN = frozenset((int, float))

Read = float | str | tuple[Cell, ...] | Range | None


def cells_of(given: Given) -> list[Cell]:
    """List the cells of what was given, row by row.

    >>> cells_of([[1, 2], [3, None]])
    [1, 2, 3, None]
    """
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [cell for row in given for cell in row]
    return [] if given is None else [given]


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing.

    >>> is_blank(None), is_blank(" "), is_blank(0)
    (True, True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def number_in(cell: Cell) -> float | None:
    """Read a cell as a number, or None.

    >>> number_in("1 000,5"), number_in(True), number_in("ten")
    (1000.5, None, None)
    """
    if isinstance(cell, str):
        found = written.number(cell)
        number = None if found is None else float(found)
    elif isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    else:
        number = float(cell) if -LARGEST <= cell <= LARGEST else None
    return number if number is not None and isfinite(number) else None


def found_in(given: Range) -> Found:
    """Look for errors and numbers in a range."""
    cells = list(chain.from_iterable(given))
    if PLAIN.issuperset(map(type, cells)):
        total = _sum(cells)  # type: ignore[arg-type]
        if isfinite(total):
            return Found(None, cells[0] if cells else None, len(cells), total)
    fault = next((cell for cell in cells if isinstance(cell, Fault)), None)
    first = next((cell for cell in cells if not is_blank(cell)), None)
    numbers = [number for cell in cells if (number := number_in(cell)) is not None]
    return Found(fault, first, len(numbers), _sum(numbers))


def _sum(numbers: Iterable[float]) -> float:
    """Return the sum; infinity where it is larger than numbers are."""
    try:
        return fsum(numbers)
    except (OverflowError, ValueError):
        return float("inf")


Reader = Callable[[Given], Read]


def reader(argument: Argument) -> Reader:
    """Make what reads the cells that are given for an argument; None is unknown.

    >>> plan = reader(Argument("plan", Kind.TOTAL, Unit.FACT))
    >>> plan([["10"], [None], ["total"], [5]]), plan([[None]])
    (15.0, None)

    Raises:
        Refused: of what is made, where the cells cannot be used.
    """
    read = READERS.get(argument.kind, _number)

    def read_number(given: Given) -> Read:
        if (type(given) is float or type(given) is int) and -LARGEST <= given <= LARGEST:
            return float(given)
        return read_any(given)

    def read_any(given: Given) -> Read:
        if given is None:
            if argument.is_optional:
                return argument.default
            raise refusal("missing", argument=argument.name)
        return read(argument, given if _is_range(given) else ((given,),))  # type: ignore[arg-type]

    return read_number if read is _number else read_any


def _is_range(given: Given) -> bool:
    return isinstance(given, Sequence) and not isinstance(given, str)


def _number(argument: Argument, given: Range) -> Read:
    """Return the number of the cells, or the sum of a total."""
    found = given.found if isinstance(given, Grid) else found_in(given)
    if found.fault is not None:
        raise Refused(found.fault)
    if found.first is None:
        return argument.default
    if not found.count:
        raise refusal("not_a_number", argument=argument.name, value=found.first)
    if argument.kind is Kind.NUMBER and found.count > 1:
        raise refusal("several_numbers", argument=argument.name)
    if not isfinite(found.total):
        raise refusal("outside")
    return found.total


def _cells(_: Argument, given: Range) -> Range:
    """Return all cells."""
    _sound(given)
    return given


def _sound(given: Range) -> list[Cell]:
    """Return the cells, of which none may be an error."""
    cells = cells_of(given)
    for cell in cells:
        if isinstance(cell, Fault):
            raise Refused(cell)
    return cells


def _filled(given: Range) -> list[Cell]:
    return [cell for cell in _sound(given) if not is_blank(cell)]


def _choice(argument: Argument, given: Range) -> Read:
    """Return the word that was chosen."""
    filled = _filled(given)
    if not filled:
        return argument.default
    said = str(filled[0]).strip().lower()
    if len(filled) > 1 or said not in argument.choices:
        choices = ", ".join(argument.choices)
        raise refusal("not_a_choice", argument=argument.name, value=filled[0], choices=choices)
    return said


def _text(argument: Argument, given: Range) -> Read:
    """Return the text of one cell."""
    filled = _filled(given)
    if len(filled) > 1:
        raise refusal("several_texts", argument=argument.name)
    return str(filled[0]).strip() if filled else argument.default


def _period(argument: Argument, given: Range) -> Read:
    """Return the name of a period."""
    filled = _filled(given)
    if not filled:
        return argument.default
    name = None if len(filled) > 1 else period_of(filled[0])
    if name is None:
        raise refusal("not_a_period", argument=argument.name, value=filled[0])
    return name


def _column(argument: Argument, given: Range) -> Read:
    """Return one cell a row."""
    _sound(given)
    if any(len(row) != 1 for row in given):
        raise refusal("not_a_column", argument=argument.name)
    return tuple(row[0] for row in given)


READERS: Mapping[Kind, Callable[[Argument, Range], Read]] = {
    Kind.CHOICE: _choice,
    Kind.TEXT: _text,
    Kind.PERIOD: _period,
    Kind.COLUMN: _column,
    Kind.CELLS: _cells,
}
