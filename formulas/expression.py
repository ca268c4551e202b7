"""A formula is one Python function, traced once with symbolic terms into a small tree.

The tree is read as a number, as SQL, as the text of a cell and as words: `formulas.readings`, one
file a reading. All of them mean the same:

- strict: an argument that is unknown makes the result unknown, except inside `first_known`;
- a division by zero makes the result unknown, unless in a branch that is not taken;
- the result is finite;
- comparing forgives a difference of 1e-14, as spreadsheets do, so that 110 is 110 % of 100.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from enum import StrEnum
from functools import update_wrapper
from typing import Any, overload

from formulas.readings.number import Result, number
from formulas.term import NotTraceable, Parameter, Term, Tree, walk
from formulas.threshold import Number

CELL_LIKE = re.compile(r"[a-z]{1,3}\d+|r\d*c\d*|r\d*|c\d*", re.IGNORECASE)
RESERVED = frozenset(
    {
        *("and", "as", "begin", "by", "call", "case", "class", "const", "date", "default"),
        *("delete", "do", "each", "else", "end", "enum", "error", "exit", "false", "for", "get"),
        *("function", "if", "in", "is", "let", "like", "me", "mod", "name", "new", "next", "not"),
        *("nothing", "null", "on", "open", "option", "or", "print", "put", "return", "select"),
        *("set", "stop", "sub", "then", "this", "to", "true", "type", "until", "var", "void"),
        *("while", "with", "xor", "yield"),
    }
)
"""Words of VBA and JavaScript, where the parameters appear too."""


class Unit(StrEnum):
    """What the result of a formula is measured in; the words are `unit.<unit>`."""

    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    RATIO = "ratio"
    DAYS = "days"
    FACT = "fact"  # the unit of the fact: money or a count
    FACT_PER_DAY = "fact_per_day"
    POINTS = "points"
    CHOICE = "choice"  # one of a list of ids


class Formula:
    """A traced function. Called with terms it continues the trace, with numbers it computes."""

    def __init__(self, function: Callable[..., Any], unit: Unit) -> None:
        """Trace the function, refusing what not every reading can say."""
        update_wrapper(self, function)
        self.name = function.__name__
        self.unit = unit
        self.function = function
        self.parameters = parameters_of(function)
        self.tree = traced(function, self.parameters)

    @overload
    def __call__(self, *terms: Term) -> Term: ...
    @overload
    def __call__(self, *values: Number | None, **named: Number | None) -> float | None: ...
    def __call__(self, *values: Any, **named: Any) -> Any:
        """Return the value, or None when it is unknown."""
        if any(isinstance(value, Tree) for value in (*values, *named.values())):
            return self.function(*values, **named)
        return self.why(*values, **named).value

    def why(self, *values: Number | None, **named: Number | None) -> Result:
        """Return the value, or the reason why it is unknown."""
        return number(self, self.bind(values, named))

    def bind(self, values: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        """Name the arguments."""
        given = dict(zip(self.parameters, values, strict=False)) | named
        if len(given) != len(values) + len(named) or given.keys() != set(self.parameters):
            raise TypeError(f"{self.name}({', '.join(self.parameters)}): got {values} and {named}")
        return given

    def __repr__(self) -> str:
        return f"<formula {self.name}({', '.join(self.parameters)})>"


def formula(unit: Unit) -> Callable[[Callable[..., Any]], Formula]:
    """Make a formula of a plain function of numbers."""
    return lambda function: Formula(function, unit)


def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """Name the parameters, refusing names that a spreadsheet or another language would misread."""
    found = inspect.signature(function).parameters
    for name, parameter in found.items():
        if parameter.default is not parameter.empty or parameter.kind.name.startswith("VAR_"):
            raise NotTraceable(f"{name}: no defaults, no stars")
        if CELL_LIKE.fullmatch(name) or name in RESERVED:
            raise NotTraceable(f"{name}: the name means something in a spreadsheet or a language")
    return tuple(found)


def traced(function: Callable[..., Any], parameters: tuple[str, ...]) -> Term:
    """Call a function with terms and check that what comes back depends on all of them."""
    tree = function(*(Parameter(name) for name in parameters))
    if not isinstance(tree, Term):
        raise NotTraceable(f"{function.__name__} gives {tree!r}, not a term")
    used = {node.name for node in walk(tree) if isinstance(node, Parameter)}
    if left_out := [name for name in parameters if name not in used]:
        raise NotTraceable(f"{function.__name__} does not use {', '.join(left_out)}")
    return tree
