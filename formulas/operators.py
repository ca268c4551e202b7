"""Questions put to a field of a lead: a fixed set of operators, nothing evaluated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from formulas import written
from formulas.pattern import RefusedPattern, matches
from formulas.threshold import at_least

Operand = str | float | bool | tuple[str | float, ...] | None


class Op(StrEnum):
    """The questions that may be put to a field of a lead."""

    EQUALS = "="
    DIFFERS = "!="
    IN = "in"
    NOT_IN = "not_in"
    AT_LEAST = ">="
    AT_MOST = "<="
    BETWEEN = "between"
    CONTAINS = "contains"
    REGEX = "regex"
    IS_SET = "is_set"
    IS_EMPTY = "is_empty"
    REACHABLE = "reachable"


NUMERIC = (Op.AT_LEAST, Op.AT_MOST, Op.BETWEEN)
CONTACT = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|\+?\d[\d\s().-]{8,}\d|[0-9a-f]{16,}", re.IGNORECASE)


def is_empty(value: object) -> bool:
    """Tell whether a field holds nothing.

    >>> is_empty(" "), is_empty(0)
    (True, False)
    """
    return value is None or (isinstance(value, str) and not value.strip())


def asks(op: Op, found: object, value: Operand) -> bool | None:
    """Put a question to a field; None if the field is empty, or the question makes no sense of it.

    >>> asks(Op.AT_LEAST, "350 000", 300_000), asks(Op.IN, "Москва", ("москва", "казань"))
    (True, True)
    >>> asks(Op.AT_LEAST, "много", 300_000)
    """
    if op in (Op.IS_SET, Op.IS_EMPTY):
        return is_empty(found) is (op is Op.IS_EMPTY)
    if is_empty(found):
        return None
    if op is Op.REACHABLE:
        return is_reachable(found)
    if op is Op.REGEX:
        return _fits(found, value)
    choices = _several(value)
    return _compares(op, found, choices) if choices else None


def _compares(op: Op, found: object, choices: Sequence[str | float]) -> bool | None:
    if op in NUMERIC:
        return _lies(op, _number(found), [_number(choice) for choice in choices])
    if op is Op.CONTAINS:
        return any(plain(choice) in plain(found) for choice in choices)
    is_in = any(_is_same(found, choice) for choice in choices)
    return is_in is (op in (Op.EQUALS, Op.IN))


def _fits(found: object, value: Operand) -> bool | None:
    """Match a pattern; None if there is none, or it is refused."""
    try:
        return None if is_empty(value) else matches(str(value), str(found))
    except RefusedPattern:
        return None


def _lies(op: Op, found: Decimal | None, limits: Sequence[Decimal | None]) -> bool | None:
    """Compare numbers; None if one of them is none, or a limit is wanting."""
    first, last = limits[0], limits[-1]
    if found is None or first is None or last is None or (op is Op.BETWEEN) is (len(limits) == 1):
        return None
    is_high, is_low = at_least(found, first), at_least(last, found)
    return {Op.AT_LEAST: is_high, Op.AT_MOST: is_low, Op.BETWEEN: is_high and is_low}[op]


def is_reachable(contact: object) -> bool:
    """Tell whether there is a way to the person: a claim, an address, a number, or its hash.

    >>> is_reachable("+7 900 000-00-00"), is_reachable("a@b.example"), is_reachable("нет")
    (True, True, False)
    """
    if isinstance(contact, bool):
        return contact
    return CONTACT.fullmatch(str(contact).strip()) is not None


def _several(value: Operand) -> tuple[str | float, ...]:
    """Read what was typed as choices: a list, or text with `;` between."""
    if isinstance(value, tuple):
        return tuple(choice for choice in value if not is_empty(choice))
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return () if value is None else (value,)


def plain(value: object) -> str:
    """Return a text as it is compared: small letters, single spaces, no ё.

    >>> plain(" Ещё  РАЗ ")
    'еще раз'
    """
    return " ".join(str(value).casefold().replace("ё", "е").split())


def _number(value: object) -> Decimal | None:
    """Read a number, or a text as people write one."""
    return None if isinstance(value, bool) else written.number(str(value))


def _is_same(found: object, choice: object) -> bool:
    first, second = _number(found), _number(choice)
    if first is not None and second is not None:
        return first == second
    return plain(found) == plain(choice)
