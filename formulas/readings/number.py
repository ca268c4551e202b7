"""A formula read as a number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

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

Known = Mapping[str, float]
Work = Callable[[Known], float]
Claim = Callable[[Known], bool]

ARITHMETIC: Mapping[str, Callable[[Work, Work], Work]] = {
    "+": lambda left, right: lambda known: left(known) + right(known),
    "-": lambda left, right: lambda known: left(known) - right(known),
    "*": lambda left, right: lambda known: left(known) * right(known),
    "/": lambda left, right: lambda known: left(known) / right(known),
}
COMPARED: Mapping[str, Callable[[Work, Work], Claim]] = {
    ">=": lambda left, right: lambda known: at_least(left(known), right(known)),
    "<": lambda left, right: lambda known: not at_least(left(known), right(known)),
    "<=": lambda left, right: lambda known: at_least(right(known), left(known)),
    ">": lambda left, right: lambda known: not at_least(right(known), left(known)),
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
        return Result(_finite(work(formula.tree)(known)))
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


@cache
def work(tree: Term) -> Work:  # noqa: PLR0911
    """Make of a term what works it out; that raises where the term is unknown.

    >>> work(Binary("/", Parameter("won"), Parameter("leads")))({"won": 18.0, "leads": 90.0})
    0.2

    Raises:
        Undefined, ZeroDivisionError: of what is made, where a term is unknown.
    """
    match tree:
        case Parameter(name):
            return itemgetter(name)
        case Constant(value):
            constant = float(value)
            return lambda _: constant
        case Binary(sign, left, right):
            return ARITHMETIC[sign](work(left), work(right))
        case Negative(of):
            negated = work(of)
            return lambda known: -negated(known)
        case Where(condition, then, otherwise):
            return _where(claim(condition), work(then), work(otherwise))
        case Extreme(kind, left, right):
            return _extreme(min if kind == "min" else max, work(left), work(right))
        case FirstKnown(first, second):
            return _first_known(first, second)
        case Ceiling(of):
            return _ceiling(work(of))
        case Unknown():
            return _unknown
    raise TypeError(tree)


def _where(holds: Claim, then: Work, otherwise: Work) -> Work:
    return lambda known: (then if holds(known) else otherwise)(known)


def _extreme(kind: Callable[[float, float], float], left: Work, right: Work) -> Work:
    return lambda known: kind(left(known), right(known))


def _ceiling(of: Work) -> Work:
    def whole(known: Known) -> float:
        exact = _finite(of(known))
        return float(math.ceil(exact - abs(exact) * TOLERANCE))

    return whole


def _unknown(_: Known) -> float:
    raise Undefined("zero_denominator")


def _first_known(*terms: Term) -> Work:
    works = [(required(tree), work(tree)) for tree in terms]

    def first(known: Known) -> float:
        for names, each in works:
            try:
                if all(name in known for name in names):
                    return each(known)
            except (Undefined, ZeroDivisionError):
                pass
        raise Undefined("no_data")

    return first


@cache
def claim(condition: Condition) -> Claim:
    """Make of a condition what tells whether it is met."""
    match condition:
        case Comparison(sign, left, right):
            return COMPARED[sign](work(left), work(right))
        case Junction(sign, one, other):
            return _junction(sign, claim(one), claim(other))
    raise TypeError(condition)


def _junction(sign: str, one: Claim, other: Claim) -> Claim:
    if sign == "&":
        return lambda known: one(known) and other(known)
    return lambda known: one(known) or other(known)
