"""What a cell of a spreadsheet stores: text that cannot break the file, numbers, dates as days."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from templates.tab import Value

Stored = str | float | bool | None
"""A value as a file holds it: dates are serial days, unknown is None."""

LONGEST = 32_767  # UTF-16 units in a cell
EXACT = 10**15  # whole numbers from here on lose digits in a cell
_DIGITS = 11  # of a moment after the point: files hold sixteen digits
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)  # earlier days are counted differently by different programs
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    r"""Return the text as a cell may hold it: legal in XML, line ends as `\n`, not too long.

    >>> plain("=1+1\x00\r\n\ud800")
    '=1+1\n'
    >>> len(plain("a" * 40_000))
    32767
    """
    if len(text) * 2 <= LONGEST and text.isprintable():
        return text
    text = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) * 2 <= LONGEST else _cut(text)


def _cut(text: str) -> str:
    """Cut a text at the longest a cell holds, ending in an ellipsis."""
    encoded = text.encode("utf-16-le")
    if len(encoded) <= LONGEST * 2:
        return text
    return encoded[: (LONGEST - 1) * 2].decode("utf-16-le", errors="ignore") + "…"


def serial(moment: date | datetime) -> float | None:
    """Count days as spreadsheets do; None before March 1900.

    >>> serial(date(2026, 11, 23)), serial(datetime(2026, 11, 23, 18))
    (46349, 46349.75)
    """
    if not isinstance(moment, datetime):
        return moment.toordinal() - _EPOCH if moment >= _FIRST_DAY else None
    if moment.date() < _FIRST_DAY:
        return None
    seconds: float = (moment.hour * 60 + moment.minute) * 60 + moment.second
    if moment.microsecond:
        seconds = round(seconds + moment.microsecond / 1e6, 3)
    return round(moment.toordinal() - _EPOCH + seconds / 86_400, _DIGITS)


def stored(value: Value) -> Stored:
    """Return a value as a file holds it.

    >>> stored(Decimal("0.5")), stored(7_000_000_000_000_000_001), stored(float("nan"))
    (0.5, '7000000000000000001', None)
    """
    if isinstance(value, str):
        return plain(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, date):
        days = serial(value)
        return value.isoformat() if days is None else days
    if isinstance(value, int):
        return value if -EXACT < value < EXACT else str(value)
    number = float(value) if isinstance(value, Decimal) else value
    return number if isfinite(number) else None
