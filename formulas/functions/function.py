"""A custom function: what it takes, what it gives, and where its number comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from formulas.expression import Unit
from formulas.functions.arguments import (
    Argument,
    Cell,
    Given,
    Read,
    Refused,
    Said,
    read,
    refusal,
)
from formulas.questionnaire import Questionnaire
from formulas.readings.number import holds, number
from formulas.term import Condition, Term

Rows = list[list[Cell | Said]]
Answer = Cell | Said | Rows


@dataclass(frozen=True, slots=True)
class Setting:
    """What a call knows beside its arguments: the reader's language, the questions of the firm."""

    language: str
    questionnaire: Questionnaire


Compute = Callable[[Mapping[str, Any], Setting], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function; its words are `function.text.<id>`. `columns` are those of a result that spills.

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
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in a cell, where a program of ours computes it."""
        return f"SMK_{self.id}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the arguments."""
        return tuple(argument.name for argument in self.arguments)

    def answer(self, given: Sequence[Given], setting: Setting | None = None) -> Answer:
        """Answer a call; what has no value is a fault."""
        try:
            return self.compute(self._read(given), setting)  # type: ignore[arg-type]
        except Refused as refused:
            return refused.fault

    def _read(self, given: Sequence[Given]) -> dict[str, Read]:
        """Read the arguments in their order, then see whether one is unknown."""
        if len(given) > len(self.arguments):
            raise refusal("unexpected", count=len(self.arguments))
        whole = [*given, *[None] * (len(self.arguments) - len(given))]
        pairs = list(zip(self.arguments, whole, strict=True))
        known = {argument.name: read(argument, each) for argument, each in pairs}
        for argument in self.arguments:
            if known[argument.name] is None and not argument.is_optional:
                reason = "no_plan" if argument.name == "plan" else "no_data"
                raise refusal(reason, argument=argument.name)
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

    @property
    def workbook_name(self) -> str:
        """The name without an add-in; were it the same as with one, Excel would compute neither."""
        return f"SMKF.{self.id}"

    def __post_init__(self) -> None:
        """Compute by the tree."""
        object.__setattr__(self, "compute", self._number)

    def _number(self, known: Mapping[str, Any], _: Setting) -> Answer:
        if not holds(self.domain, known):
            raise refusal("outside")
        found = number(self, known)
        if found.reason is None:
            return found.value
        raise refusal(self.renamed.get(found.reason, found.reason))
