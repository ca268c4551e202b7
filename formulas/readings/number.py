"""A formula read as a number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from formulas.term import (
    Binary,
    Ceiling,
    Comparison,
    Condition,
    Constant,
    Extreme,
    FirstKnown,
    Junction,
    Negative,
    Parameter,
    Term,
    Traced,
    Unknown,
    Where,
    required,
)
from formulas.threshold import TOLERANCE, Number, at_least

TELLING = {"plan": "no_plan", "elapsed": "period_not_started"}
"""Parameters whose zero says more than that a denominator is zero."""

ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}
COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">=": at_least,
    "<": lambda left, right: not at_least(left, right),
    "<=": lambda left, right: at_least(right, left),
    ">": lambda left, right: not at_least(right, left),
}


@dataclass(frozen=True, slots=True)
class Result:
    """The value of a formula, or why it is unknown and which argument is to blame."""

    value: float | None
    reason: str | None = None
    argument: str | None = None


class Undefined(Exception):
    """The value cannot be known."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(reason)
        self.reason = reason


def number(formula: Traced, arguments: Mapping[str, Number | None]) -> Result:
    """Work out the value of a formula, or why there is none."""
    given = {name: _float(name, argument) for name, argument in arguments.items()}
    known = {name: argument for name, argument in given.items() if argument is not None}
    missing = [name for name in required(formula.tree) if name not in known]
    if missing:
        blamed = next((name for name in missing if name != "plan"), "plan")
        return Result(None, "no_plan" if blamed == "plan" else "no_data", blamed)
    try:
        return Result(_finite(value(formula.tree, known)))
    except (Undefined, ZeroDivisionError) as error:
        for name, reason in TELLING.items():
            if known.get(name, 1) == 0:
                return Result(None, reason, name)
        return Result(None, error.reason if isinstance(error, Undefined) else "zero_denominator")


def _float(name: str, value: Number | None) -> float | None:
    """Take an argument as a float; what is not a number is refused, infinity is unknown."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Number):
        raise TypeError(f"{name}: not a number: {value!r}")
    try:
        taken = float(value)
    except OverflowError:
        return None
    return taken if math.isfinite(taken) else None


def _finite(result: float) -> float:
    if not math.isfinite(result):
        raise Undefined("no_data")
    return result


def value(tree: Term, known: Mapping[str, float]) -> float:  # noqa: PLR0911
    """Work out a term; raise Undefined or ZeroDivisionError where it is unknown."""
    match tree:
        case Parameter(name):
            return known[name]
        case Constant(constant):
            return float(constant)
        case Binary(sign, left, right):
            return ARITHMETIC[sign](value(left, known), value(right, known))
        case Negative(of):
            return -value(of, known)
        case Where(condition, then, otherwise):
            return value(then if holds(condition, known) else otherwise, known)
        case Extreme(kind, left, right):
            return (min if kind == "min" else max)(value(left, known), value(right, known))
        case FirstKnown(first, second):
            return _first_known(first, second, known)
        case Ceiling(of):
            exact = _finite(value(of, known))
            return float(math.ceil(exact - abs(exact) * TOLERANCE))
        case Unknown():
            raise Undefined("zero_denominator")
    raise TypeError(tree)


def _first_known(first: Term, second: Term, known: Mapping[str, float]) -> float:
    for tree in (first, second):
        try:
            if all(name in known for name in required(tree)):
                return value(tree, known)
        except (Undefined, ZeroDivisionError):
            pass
    raise Undefined("no_data")


def holds(condition: Condition, known: Mapping[str, float]) -> bool:
    """Tell whether a condition is met."""
    match condition:
        case Comparison(sign, left, right):
            return COMPARED[sign](value(left, known), value(right, known))
        case Junction(sign, first, second):
            claims = holds(first, known), holds(second, known)
            return all(claims) if sign == "&" else any(claims)
    raise TypeError(condition)
