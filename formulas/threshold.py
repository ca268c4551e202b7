"""Comparing with a threshold as a spreadsheet does: two floats that print alike are alike."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Number = int | float | Decimal | Fraction

TOLERANCE = 1e-14


def at_least(value: Number, limit: Number) -> bool:
    """Tell whether a value reaches a limit; exactly 110 % of a plan reaches 1.1.

    >>> 110 >= 1.1 * 100, at_least(110, 1.1 * 100)
    (False, True)
    """
    bound = float(limit)
    return float(value) >= bound - abs(bound) * TOLERANCE


def exact(number: Number | str) -> Fraction:
    """Read a number as it is written, so that 0.1 is a tenth.

    >>> exact(0.1)
    Fraction(1, 10)
    """
    return Fraction(str(number))
