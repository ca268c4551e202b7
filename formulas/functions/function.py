"""A custom function: what it takes, what it gives, and where its number comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from math import isfinite
from typing import Any, Protocol

from formulas.expression import Unit
from formulas.functions.arguments import (
    Argument,
    Cell,
    Given,
    Read,
    Reader,
    Refused,
    Said,
    reader,
    refusal,
)
from formulas.questionnaire import Questionnaire
from formulas.readings.number import Claim, Undefined, Work, claim, number, work
from formulas.term import Condition, Term

Rows = list[list[Cell | Said]]
Answer = Cell | Said | Rows


class Numbers(Protocol):
    """The numbers of the last sync; a period is named as `periods` reads it."""

    def metric(self, metric: str, period: str, by: str | None, part: str | None, /) -> Answer:
        """Return a metric of a period, of the company or of one part of it."""

    def table(self, report: str, period: str, /) -> Answer:
        """Return a report as of the end of a period, with a row of headers."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a call knows beside its arguments.

    The reader's language, the questions of the firm, and the numbers of its last sync where there
    are any.
    """

    language: str
    questionnaire: Questionnaire
    numbers: Numbers | None = None


Compute = Callable[[Mapping[str, Any], Setting], Answer]


def _finite(answer: Answer) -> Answer:
    """Refuse a number that is larger than numbers are."""
    cells = chain.from_iterable(answer) if isinstance(answer, list) else (answer,)
    if any(isinstance(cell, float) and not isfinite(cell) for cell in cells):
        raise OverflowError
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function; its words are `function.text.<id>`. `columns` are those of a result that spills.

    `example` are arguments that can be typed.

    >>> from formulas.functions import FUNCTIONS
    >>> FUNCTIONS["CPL"].answer([[["260 000"]], 130])
    2000.0
    >>> FUNCTIONS["CPL"].answer([260_000, 0]).problem
    'zero_denominator'
    """

    id: str
    arguments: tuple[Argument, ...]
    unit: Unit
    compute: Compute
    example: tuple[Given, ...]
    columns: tuple[str, ...] = ()
    is_stored: bool = False  # read from the last sync
    is_table: bool = False  # a result of any number of rows and columns
    readers: tuple[tuple[str, Reader, bool], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make what reads the arguments."""
        made = tuple((each.name, reader(each), each.is_optional) for each in self.arguments)
        object.__setattr__(self, "readers", made)

    @property
    def name(self) -> str:
        """The name in a cell, where a program of ours computes it."""
        return f"SMK_{self.id}"

    @property
    def spills(self) -> bool:
        """Tell whether a result may fill more than its own cell."""
        return self.is_table or bool(self.columns)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the arguments."""
        return tuple(argument.name for argument in self.arguments)

    def answer(self, given: Sequence[Given], setting: Setting | None = None) -> Answer:
        """Answer a call; what has no value is a fault."""
        try:
            found = self.compute(self._read(given), setting)  # type: ignore[arg-type]
            return found if type(found) is float and isfinite(found) else _finite(found)
        except Refused as refused:
            return refused.fault
        except OverflowError:
            return refusal("outside").fault

    def _read(self, given: Sequence[Given]) -> dict[str, Read]:
        """Read the arguments in their order, then see whether one is unknown."""
        if len(given) > len(self.readers):
            raise refusal("unexpected", count=len(self.readers))
        known: dict[str, Read] = {}
        unknown = None
        for (name, read, is_optional), each in zip(
            self.readers, chain(given, repeat(None)), strict=False
        ):
            known[name] = found = read(each)
            if found is None and unknown is None and not is_optional:
                unknown = name
        if unknown is not None:
            reason = "no_plan" if unknown == "plan" else "no_data"
            raise refusal(reason, argument=unknown)
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced(Function):
    """A function that every host can compute by itself: a tree, and a domain that must hold.

    `renamed` are reasons that have a better name here; `example` are arguments that can be typed.
    """

    compute: Compute = field(init=False)
    tree: Term
    domain: Condition
    renamed: Mapping[str, str]
    example: tuple[float, ...]
    work: Work = field(init=False, repr=False)
    holds: Claim = field(init=False, repr=False)

    @property
    def workbook_name(self) -> str:
        """The name without an add-in; were it the same as with one, Excel would compute neither."""
        return f"SMKF.{self.id}"

    def __post_init__(self) -> None:
        """Compute by the tree."""
        Function.__post_init__(self)
        object.__setattr__(self, "compute", self._number)
        object.__setattr__(self, "work", work(self.tree))
        object.__setattr__(self, "holds", claim(self.domain))

    def _number(self, known: Mapping[str, Any], _: Setting) -> Answer:
        if not self.holds(known):
            raise refusal("outside")
        try:
            value = self.work(known)
        except (Undefined, ZeroDivisionError):
            value = None
        if value is not None and isfinite(value):
            return value
        reason = number(self, known).reason or "no_data"
        raise refusal(self.renamed.get(reason, reason))
