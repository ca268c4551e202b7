"""A formula read as words: what is divided by what, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

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
)

SIGNS: Mapping[str, str] = {"+": "+", "-": "−", "*": "×", "/": "÷"}
COMPARED: Mapping[str, str] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
TIGHTNESS = {"+": 1, "-": 1, "*": 2, "/": 2}
ATOM = 4


class Language(Protocol):
    """The texts of a language: `formula.word.*`, and the name of each parameter."""

    def __call__(self, id: str, **parts: object) -> str:  # noqa: A002
        """Return a text with its parts filled in."""

    def has(self, id: str) -> bool:  # noqa: A002
        """Tell whether there is a text."""

    def number(self, value: Decimal, digits: int) -> str:
        """Write a number."""


def words(formula: Traced, language: Language) -> str:
    """Say a formula in words, such as «spend ÷ new customers»."""
    return _say(formula.tree, language)[0]


def parameter(name: str, language: Language) -> str:
    """Name a parameter as the measure or the metric that it is, in the middle of a sentence."""
    ids = (f"{table}.{name}" for table in ("measure", "metric", "formula.parameter"))
    text = language(next(id_ for id_ in ids if language.has(id_)))
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _say(tree: Term, language: Language) -> tuple[str, int]:  # noqa: PLR0911
    """Say a term, and how tightly its outermost sign binds."""
    match tree:
        case Parameter(name):
            return parameter(name, language), ATOM
        case Constant(value):
            return _number(value, language), ATOM if value >= 0 else 0
        case Binary(sign, left, right):
            own = TIGHTNESS[sign]
            operands = _inner(left, own, language), _inner(right, own + 1, language)
            return f" {SIGNS[sign]} ".join(operands), own
        case Negative(of):
            return f"−{_inner(of, ATOM, language)}", 0
        case Where(claim, then, otherwise):
            return _where(claim, then, otherwise, language), 0
        case Extreme(kind, left, right):
            bound = f"{kind}_bound" if isinstance(right, Constant) else kind
            sides = {"left": _say(left, language)[0], "right": _say(right, language)[0]}
            return language(f"formula.word.{bound}", **sides), 0
        case FirstKnown(first, second):
            sides = {"first": _say(first, language)[0], "second": _say(second, language)[0]}
            return language("formula.word.first_known", **sides), 0
        case Ceiling(of):
            return language("formula.word.ceiling", of=_say(of, language)[0]), 0
        case Unknown():
            return language("formula.word.unknown"), ATOM
    raise TypeError(tree)


def _number(value: float, language: Language) -> str:
    exact = Decimal(repr(value)).normalize()
    return language.number(exact, max(-int(exact.as_tuple().exponent), 0))


def _inner(tree: Term, tightness: int, language: Language) -> str:
    """Say an operand, in brackets if its own sign binds less tightly."""
    text, own = _say(tree, language)
    return text if own >= tightness else f"({text})"


def _where(claim: Condition, then: Term, otherwise: Term, language: Language) -> str:
    parts = {"then": _say(then, language)[0], "condition": _claim(claim, language)}
    if isinstance(otherwise, Unknown):
        return language("formula.word.only_if", **parts)
    return language("formula.word.where", **parts, otherwise=_say(otherwise, language)[0])


def _claim(claim: Condition, language: Language) -> str:
    """Say a condition."""
    match claim:
        case Comparison(sign, left, right):
            return f"{_say(left, language)[0]} {COMPARED[sign]} {_say(right, language)[0]}"
        case Junction(sign, first, second):
            word = language("formula.word.and" if sign == "&" else "formula.word.or")
            return f"{_joined(first, language)} {word} {_joined(second, language)}"
    raise TypeError(claim)


def _joined(claim: Condition, language: Language) -> str:
    text = _claim(claim, language)
    return f"({text})" if isinstance(claim, Junction) else text
