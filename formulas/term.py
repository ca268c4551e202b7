"""The terms that a formula is traced with, and the tree that they grow into.

Python may neither decide by a term nor compare it: what not every reading can say is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NoReturn, Protocol

from formulas.threshold import TOLERANCE


class NotTraceable(TypeError):
    """A formula does what not every reading can say."""


class Tree:
    """A node of a traced formula; Python may not decide by it or compare it."""

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise NotTraceable("if, and, or, not, max and chained comparison: use where, &, |, maximum")

    def __eq__(self, other: object) -> NoReturn:
        raise NotTraceable("== and != are not traced: use <= and >=")

    def __ne__(self, other: object) -> NoReturn:
        raise NotTraceable("== and != are not traced: use <= and >=")

    __hash__ = object.__hash__

    def __iter__(self) -> NoReturn:
        raise NotTraceable("a term is one number")

    def __format__(self, spec: str) -> NoReturn:
        raise NotTraceable("a term is no text")


class Term(Tree):
    """A number that is not known yet."""

    __slots__ = ()

    def __add__(self, other: Operand) -> Term:
        return Binary("+", self, term(other))

    def __radd__(self, other: Operand) -> Term:
        return Binary("+", term(other), self)

    def __sub__(self, other: Operand) -> Term:
        return Binary("-", self, term(other))

    def __rsub__(self, other: Operand) -> Term:
        return Binary("-", term(other), self)

    def __mul__(self, other: Operand) -> Term:
        return Binary("*", self, term(other))

    def __rmul__(self, other: Operand) -> Term:
        return Binary("*", term(other), self)

    def __truediv__(self, other: Operand) -> Term:
        return Binary("/", self, term(other))

    def __rtruediv__(self, other: Operand) -> Term:
        return Binary("/", term(other), self)

    def __neg__(self) -> Term:
        return Negative(self)

    def __lt__(self, other: Operand) -> Condition:
        return Comparison("<", self, term(other))

    def __le__(self, other: Operand) -> Condition:
        return Comparison("<=", self, term(other))

    def __gt__(self, other: Operand) -> Condition:
        return Comparison(">", self, term(other))

    def __ge__(self, other: Operand) -> Condition:
        return Comparison(">=", self, term(other))


class Condition(Tree):
    """A claim about terms; it has no arithmetic."""

    __slots__ = ()

    def __and__(self, other: Condition) -> Condition:
        return Junction("&", total(self), total(condition(other)))

    def __or__(self, other: Condition) -> Condition:
        return Junction("|", total(self), total(condition(other)))


Operand = Term | float


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Term):
    """An argument of the formula."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Term):
    """A number written in the formula."""

    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Unknown(Term):
    """Nothing that can be said."""


@dataclass(frozen=True, slots=True, eq=False)
class Binary(Term):
    """`left + right` and the like."""

    sign: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Negative(Term):
    """`-of`."""

    of: Term


@dataclass(frozen=True, slots=True, eq=False)
class Where(Term):
    """One of two branches."""

    condition: Condition
    then: Term
    otherwise: Term


@dataclass(frozen=True, slots=True, eq=False)
class Extreme(Term):
    """The smaller (`min`) or the larger (`max`) of two terms."""

    kind: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class FirstKnown(Term):
    """The first of two terms, or the second if the first is unknown."""

    first: Term
    second: Term


@dataclass(frozen=True, slots=True, eq=False)
class Ceiling(Term):
    """The next whole number."""

    of: Term


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Condition):
    """`left < right` and the like."""

    sign: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Junction(Condition):
    """`left & right` or `left | right`."""

    sign: str
    left: Condition
    right: Condition


UNKNOWN = Unknown()


def term(value: object) -> Term:
    """Take a term or a finite number as a term; anything else is refused."""
    if isinstance(value, Term):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotTraceable(f"not a number or a term: {value!r}")
    return Constant(value)


def condition(value: object) -> Condition:
    """Take a condition; anything else is refused."""
    if not isinstance(value, Condition):
        raise NotTraceable(f"not a condition: {value!r}")
    return value


def total(claim: Condition) -> Condition:
    """Refuse a condition that may be unknown: in `a & b` engines treat it differently."""
    for node in walk(claim):
        if isinstance(node, Unknown | FirstKnown) or (
            isinstance(node, Binary) and node.sign == "/"
        ):
            raise NotTraceable("conditions joined by & or | may not divide")
    return claim


def walk(tree: Tree) -> Iterator[Tree]:
    """Go through a tree, parents first."""
    yield tree
    for child in children(tree):
        yield from walk(child)


def children(tree: Tree) -> tuple[Tree, ...]:
    """Return the nodes right below a node."""
    held = (getattr(tree, field.name) for field in fields(tree))  # type: ignore[arg-type]
    return tuple(child for child in held if isinstance(child, Tree))


@cache
def required(tree: Tree) -> tuple[str, ...]:
    """Name the parameters that must be known, in the order in which they appear."""
    if isinstance(tree, Parameter):
        return (tree.name,)
    if isinstance(tree, FirstKnown):
        return ()
    return tuple(dict.fromkeys(name for child in children(tree) for name in required(child)))


def where(claim: Any, then: Any, otherwise: Any) -> Any:
    """Return `then` if the claim holds, else `otherwise`.

    Given floats, as in a test that calls the plain function, both branches are worked out.
    """
    if isinstance(claim, bool):
        return then if claim else otherwise
    return Where(condition(claim), term(then), term(otherwise))


def minimum(left: Any, right: Any) -> Any:
    """Return the smaller of two terms."""
    if _are_plain(left, right):
        return min(left, right)
    return Extreme("min", term(left), term(right))


def maximum(left: Any, right: Any) -> Any:
    """Return the larger of two terms."""
    if _are_plain(left, right):
        return max(left, right)
    return Extreme("max", term(left), term(right))


def first_known(first: Any, second: Any) -> Any:
    """Return the first term, or the second if the first is unknown."""
    if first is None:
        return second
    if _are_plain(first):
        return first
    return FirstKnown(term(first), term(second))


def ceiling(of: Any) -> Any:
    """Return the next whole number; what floats add beyond 1e-14 is forgiven."""
    if _are_plain(of):
        return math.ceil(of - abs(of) * TOLERANCE)
    return Ceiling(term(of))


def _are_plain(*values: object) -> bool:
    return not any(isinstance(value, Tree) for value in values)


class Traced(Protocol):
    """What a reading needs of a formula."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Its arguments, in their order."""

    @property
    def tree(self) -> Term:
        """What it says."""
