"""A formula read as a column of SQL, in the dialect that all engines share."""

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

LARGEST = "1.7976931348623157e308"
TIGHTNESS = {"+": 1, "-": 1, "*": 2, "/": 2}
ATOM = 4


def sql(formula: Traced, arguments: Mapping[str, str]) -> str:
    """Write a formula over SQL expressions; NULL is unknown.

    >>> from formulas.cost import romi
    >>> sql(romi, {"margin": "m", "spend": "s"}).split(" THEN ")[0][:47]
    'CASE WHEN m IS NOT NULL AND s IS NOT NULL AND a'
    """
    known = {name: arguments[name] for name in formula.parameters}
    written = term(formula.tree, known)
    tests = [*_known(formula.tree, known), f"abs({written}) <= {LARGEST}"]
    return f"CASE WHEN {' AND '.join(tests)} THEN {written} END"


def _known(tree: Term, arguments: Mapping[str, str]) -> list[str]:
    return [f"{arguments[name]} IS NOT NULL" for name in required(tree)]


def term(tree: Term, arguments: Mapping[str, str]) -> str:
    """Write a term; it is NULL where it is undefined."""
    return _term(tree, arguments)[0]


def _term(tree: Term, arguments: Mapping[str, str]) -> tuple[str, int]:  # noqa: PLR0911
    """Write a term and say how tightly its outermost sign binds."""
    match tree:
        case Parameter(name):
            return f"cast({arguments[name]} as double)", ATOM
        case Constant(value):
            return _constant(value), ATOM if value >= 0 else 0
        case Binary(sign, left, right):
            return _binary(sign, left, right, arguments), TIGHTNESS[sign]
        case Negative(of):
            return f"-{_inner(of, ATOM, arguments)}", 0
        case Where(claim, then, otherwise):
            return _where(claim, then, otherwise, arguments), ATOM
        case Extreme(kind, left, right):
            return _extreme(kind, term(left, arguments), term(right, arguments)), ATOM
        case FirstKnown(first, second):
            return f"coalesce({_strict(first, arguments)}, {_strict(second, arguments)})", ATOM
        case Ceiling(of):
            exact = term(of, arguments)
            return f"ceil({exact} - abs({exact}) * 1e-14)", ATOM
        case Unknown():
            return "cast(NULL as double)", ATOM
    raise TypeError(tree)


def _constant(value: float) -> str:
    text = repr(float(value))
    return text if "e" in text else f"{text}e0"


def _inner(tree: Term, tightness: int, arguments: Mapping[str, str]) -> str:
    """Write an operand, in brackets if its own sign binds less tightly."""
    text, own = _term(tree, arguments)
    return text if own >= tightness else f"({text})"


def _binary(sign: str, left: Term, right: Term, arguments: Mapping[str, str]) -> str:
    own = TIGHTNESS[sign]
    start = _inner(left, own, arguments)
    if sign == "/":
        return f"{start} / nullif({term(right, arguments)}, 0e0)"
    return f"{start} {sign} {_inner(right, own + 1, arguments)}"


def _where(claim: Condition, then: Term, otherwise: Term, arguments: Mapping[str, str]) -> str:
    """Write both branches with their own test: ELSE would also take an unknown claim."""
    test = condition(claim, arguments)
    branches = [f"WHEN {test} THEN {term(then, arguments)}"]
    if not isinstance(otherwise, Unknown):
        branches.append(f"WHEN NOT ({test}) THEN {term(otherwise, arguments)}")
    return f"CASE {' '.join(branches)} END"


def _extreme(kind: str, left: str, right: str) -> str:
    first, second = (left, right) if kind == "min" else (right, left)
    return f"CASE WHEN {left} <= {right} THEN {first} WHEN {right} < {left} THEN {second} END"


def _strict(tree: Term, arguments: Mapping[str, str]) -> str:
    """Write a term that is NULL as soon as one of its parameters is."""
    written = term(tree, arguments)
    tests = _known(tree, arguments)
    if not tests or isinstance(tree, Parameter):
        return written
    return f"CASE WHEN {' AND '.join(tests)} THEN {written} END"


def condition(claim: Condition, arguments: Mapping[str, str]) -> str:
    """Write a condition."""
    match claim:
        case Comparison(sign, left, right):
            first, second = term(left, arguments), term(right, arguments)
            if _is_zero(left) or _is_zero(right):
                return f"{first} {sign} {second}"
            return {
                ">=": _at_least(first, second),
                "<": f"NOT ({_at_least(first, second)})",
                "<=": _at_least(second, first),
                ">": f"NOT ({_at_least(second, first)})",
            }[sign]
        case Junction(sign, first_claim, second_claim):
            word = "AND" if sign == "&" else "OR"
            claims = condition(first_claim, arguments), condition(second_claim, arguments)
            return f"({claims[0]}) {word} ({claims[1]})"
    raise TypeError(claim)


def _is_zero(tree: Term) -> bool:
    return isinstance(tree, Constant) and tree.value == 0


def _at_least(left: str, right: str) -> str:
    return f"({left}) >= ({right}) - abs({right}) * 1e-14"
