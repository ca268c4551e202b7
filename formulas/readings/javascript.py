"""A formula read as JavaScript, for the page of an add-in and for Apps Script."""

from __future__ import annotations

from collections.abc import Mapping

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

PRELUDE = """\
const known = (needed, work) => (needed.every((each) => Number.isFinite(each)) ? work() : NaN);
const told = (value) => (Number.isFinite(value) ? value : null);
const over = (left, right) => (right === 0 ? NaN : left / right);
const pick = (claim, then, otherwise) => (claim === null ? NaN : claim ? then : otherwise);
const firstKnown = (first, second) => (Number.isNaN(first) ? second : first);
const atLeast = (value, limit) =>
  Number.isNaN(value - limit) ? null : value >= limit - Math.abs(limit) * 1e-14;
const below = (value, limit) =>
  Number.isNaN(value - limit) ? null : !(value >= limit - Math.abs(limit) * 1e-14);
const ceiling = (value) => Math.ceil(value - Math.abs(value) * 1e-14);
"""
"""What the expressions call; within them NaN is unknown, and a claim about it is null."""

TIGHTNESS = {"+": 1, "-": 1, "*": 2}
ATOM = 4


def javascript(formula: Traced, arguments: Mapping[str, str]) -> str:
    """Write a formula over JavaScript expressions, beside the PRELUDE; null is unknown.

    >>> from formulas.cost import customer_cost
    >>> javascript(customer_cost, {"spend": "spend", "customers": "customers"})
    'told(known([spend, customers], () => over(spend, customers)))'
    """
    return f"told({_known(formula.tree, arguments)})"


def _known(tree: Term, arguments: Mapping[str, str]) -> str:
    """Write a term that is unknown as soon as one of its parameters is."""
    needed = ", ".join(arguments[name] for name in required(tree))
    written = term(tree, arguments)
    return f"known([{needed}], () => {written})" if needed else written


def term(tree: Term, arguments: Mapping[str, str]) -> str:
    """Write a term; it is NaN where it is undefined."""
    return _term(tree, arguments)[0]


def _term(tree: Term, arguments: Mapping[str, str]) -> tuple[str, int]:  # noqa: PLR0911
    """Write a term and say how tightly its outermost sign binds."""
    match tree:
        case Parameter(name):
            return arguments[name], ATOM
        case Constant(value):
            return repr(value), ATOM if value >= 0 else 0
        case Binary(sign, left, right):
            return _binary(sign, left, right, arguments)
        case Negative(of):
            return f"-{_inner(of, ATOM, arguments)}", 0
        case Where(claim, then, otherwise):
            parts = condition(claim, arguments), term(then, arguments), term(otherwise, arguments)
            return f"pick({', '.join(parts)})", ATOM
        case Extreme(kind, left, right):
            return f"Math.{kind}({term(left, arguments)}, {term(right, arguments)})", ATOM
        case FirstKnown(first, second):
            return f"firstKnown({_known(first, arguments)}, {_known(second, arguments)})", ATOM
        case Ceiling(of):
            return f"ceiling({term(of, arguments)})", ATOM
        case Unknown():
            return "NaN", ATOM
    raise TypeError(tree)


def _inner(tree: Term, tightness: int, arguments: Mapping[str, str]) -> str:
    """Write an operand, in brackets if its own sign binds less tightly."""
    text, own = _term(tree, arguments)
    return text if own >= tightness else f"({text})"


def _binary(sign: str, left: Term, right: Term, arguments: Mapping[str, str]) -> tuple[str, int]:
    if sign == "/":
        return f"over({term(left, arguments)}, {term(right, arguments)})", ATOM
    own = TIGHTNESS[sign]
    return f"{_inner(left, own, arguments)} {sign} {_inner(right, own + 1, arguments)}", own


def condition(claim: Condition, arguments: Mapping[str, str]) -> str:
    """Write a condition; null where it cannot be told."""
    match claim:
        case Comparison(sign, left, right):
            sides = term(left, arguments), term(right, arguments)
            if sign in ("<=", ">"):
                sides = sides[1], sides[0]
            return f"{'atLeast' if sign in ('>=', '<=') else 'below'}({', '.join(sides)})"
        case Junction(sign, first, second):
            word = "&&" if sign == "&" else "||"
            return f"({condition(first, arguments)} {word} {condition(second, arguments)})"
    raise TypeError(claim)
