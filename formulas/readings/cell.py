"""A formula read as the text of a cell, for Excel, LibreOffice and Google Sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

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

TIGHTNESS = {"+": 1, "-": 1, "*": 2, "/": 2}
ATOM = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the arguments stand, and what separates arguments of functions."""

    cells: Mapping[str, str]
    separator: str

    def call(self, function: str, *arguments: str) -> str:
        """Write a call of a function of the spreadsheet."""
        return f"{function}({self.separator.join(arguments)})"


def cell(
    formula: Traced, cells: Mapping[str, str], separator: str = ",", unknown: str = '""'
) -> str:
    """Write a formula over references to cells, without the leading `=`; "" is unknown.

    With `;` it has no decimal point either, so that a sheet in any locale can read it.

    >>> from formulas.cost import customer_cost
    >>> cell(customer_cost, {"spend": "C2", "customers": "E2"})
    'IF(COUNT(C2,E2)<2,"",IFERROR(C2/E2,""))'
    """
    sheet = Sheet({name: cells[name] for name in formula.parameters}, separator)
    found = sheet.call("IFERROR", term(formula.tree, sheet), unknown)
    return _counted(formula.tree, found, unknown, sheet)


def _counted(tree: Term, known: str, unknown: str, sheet: Sheet) -> str:
    """Write what holds while all parameters of a term are numbers, and what holds otherwise."""
    names = required(tree)
    if not names:
        return known
    count = sheet.call("COUNT", *(sheet.cells[name] for name in names))
    return sheet.call("IF", f"{count}<{len(names)}", unknown, known)


def term(tree: Term, sheet: Sheet) -> str:
    """Write a term; it is an error where it is undefined."""
    return _term(tree, sheet)[0]


def _term(tree: Term, sheet: Sheet) -> tuple[str, int]:  # noqa: PLR0911
    """Write a term and say how tightly its outermost sign binds."""
    match tree:
        case Parameter(name):
            return sheet.cells[name], ATOM
        case Constant(value):
            return _constant(value, sheet)
        case Binary(sign, left, right):
            own = TIGHTNESS[sign]
            return f"{_inner(left, own, sheet)}{sign}{_inner(right, own + 1, sheet)}", own
        case Negative(of):
            return f"-{_inner(of, ATOM, sheet)}", 0
        case Where(claim, then, otherwise):
            branches = term(then, sheet), term(otherwise, sheet)
            return sheet.call("IF", condition(claim, sheet), *branches), ATOM
        case Extreme(kind, left, right):
            return sheet.call(kind.upper(), term(left, sheet), term(right, sheet)), ATOM
        case FirstKnown(first, second):
            return _first_known(first, second, sheet), ATOM
        case Ceiling(of):
            size = sheet.call("ABS", term(of, sheet))
            return f"-INT({size}*1E-14-{_inner(of, 2, sheet)})", 0
        case Unknown():
            return "NA()", ATOM
    raise TypeError(tree)


def _constant(value: float, sheet: Sheet) -> tuple[str, int]:
    exact = Decimal(repr(value))
    if sheet.separator == "," or exact == exact.to_integral_value():
        return f"{exact:f}", ATOM if exact >= 0 else 0
    places = -int(exact.as_tuple().exponent)
    return f"({exact.scaleb(places):f}/{10**places})", ATOM


def _inner(tree: Term, tightness: int, sheet: Sheet) -> str:
    """Write an operand, in brackets if its own sign binds less tightly."""
    text, own = _term(tree, sheet)
    return text if own >= tightness else f"({text})"


def _first_known(first: Term, second: Term, sheet: Sheet) -> str:
    fallback = _counted(second, term(second, sheet), "NA()", sheet)
    if isinstance(first, Parameter):
        return _counted(first, sheet.cells[first.name], fallback, sheet)
    return _counted(first, sheet.call("IFERROR", term(first, sheet), fallback), fallback, sheet)


def condition(claim: Condition, sheet: Sheet) -> str:
    """Write a condition; spreadsheets themselves compare about 15 digits."""
    match claim:
        case Comparison(sign, left, right):
            return f"{term(left, sheet)}{sign}{term(right, sheet)}"
        case Junction(sign, first, second):
            claims = condition(first, sheet), condition(second, sheet)
            return sheet.call("AND" if sign == "&" else "OR", *claims)
    raise TypeError(claim)
