"""What a cell or a range gives to a function: read once, by the same rules in every host.

- Omitted is no cell at all: an optional argument takes its default, another is missing.
- A blank cell, or a text without a letter, is unknown; an optional argument takes its default.
- A number is a number or a text that reads as one ("1 000,5"); a truth value is none.
- A range of one cell is that cell. The numbers of a larger one are summed where the argument is a
  total; what is no number in it is passed over, as SUM does, unless there is no number at all.
- A cell with an error passes it on; of several arguments that cannot be used, the first counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum, isfinite

from formulas import written
from formulas.expression import Unit


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
    "not_a_claim": Code.VALUE,
    "not_a_choice": Code.VALUE,
    "not_a_column": Code.VALUE,
    "heights_differ": Code.VALUE,
    "wrong_count": Code.VALUE,
    "not_an_answer": Code.VALUE,
    "outside": Code.NUM,
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


class Kind(StrEnum):
    """What an argument takes."""

    TOTAL = "total"  # a number, or the sum of a range
    NUMBER = "number"  # one number
    CHOICE = "choice"  # one of a few words
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
        number = float(cell)
    return number if number is not None and isfinite(number) else None


def read(argument: Argument, given: Given) -> Read:
    """Read what was given for an argument; None is unknown.

    >>> plan = Argument("plan", Kind.TOTAL, Unit.FACT)
    >>> read(plan, [["10"], [None], ["total"], [5]]), read(plan, [[None]])
    (15.0, None)
    """
    if given is None:
        if argument.is_optional:
            return argument.default
        raise refusal("missing", argument=argument.name)
    for cell in cells_of(given):
        if isinstance(cell, Fault):
            raise Refused(cell)
    if argument.kind is Kind.CELLS:
        return given if isinstance(given, Sequence) and not isinstance(given, str) else [[given]]
    if argument.kind is Kind.COLUMN:
        return _column(argument, given)
    filled = [cell for cell in cells_of(given) if not is_blank(cell)]
    if not filled:
        return argument.default
    if argument.kind is Kind.CHOICE:
        return _choice(argument, filled)
    return _number(argument, filled)


def _number(argument: Argument, filled: list[Cell]) -> float:
    """Return the number of the cells, or the sum of a total."""
    numbers = [number for cell in filled if (number := number_in(cell)) is not None]
    if not numbers:
        raise refusal("not_a_number", argument=argument.name, value=filled[0])
    if argument.kind is Kind.NUMBER and len(numbers) > 1:
        raise refusal("several_numbers", argument=argument.name)
    return fsum(numbers)


def _choice(argument: Argument, filled: list[Cell]) -> str:
    """Return the word that was chosen."""
    said = str(filled[0]).strip().lower()
    if len(filled) > 1 or said not in argument.choices:
        choices = ", ".join(argument.choices)
        raise refusal("not_a_choice", argument=argument.name, value=filled[0], choices=choices)
    return said


def _column(argument: Argument, given: Given) -> tuple[Cell, ...]:
    """Return one cell a row."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        return (given,)
    if any(len(row) != 1 for row in given):
        raise refusal("not_a_column", argument=argument.name)
    return tuple(row[0] for row in given)
