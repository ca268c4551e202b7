"""Numbers as people write them into cells."""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


def number(text: str) -> Decimal | None:
    """Read a number: spaces of any kind between thousands, comma or point, any minus.

    >>> number("1 000,5"), number("−3"), number("10 %"), number("1,000.5")
    (Decimal('1000.5'), Decimal('-3'), None, None)
    """
    plain = "".join(text.split()).replace(",", ".").replace("−", "-")
    return Decimal(plain) if NUMBER.fullmatch(plain) else None
