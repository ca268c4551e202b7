"""Regular expressions typed by people, held to a size that answers at once."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

LONGEST_PATTERN = 120
LONGEST_TEXT = 200
MOST_WAYS = LONGEST_TEXT**2
"""In how many ways a pattern may try to match from one place of a text."""

ATOM = r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[]"
TOKEN = re.compile(rf"(\{{(?:\d+,?|,)\d*\}}|[*+?])[?+]?|({ATOM})", re.DOTALL)


class RefusedPattern(ValueError):
    """A pattern that is broken or might take too long."""


def ways(pattern: str) -> int:
    r"""Bound the ways in which a pattern may match from one place of a text.

    A group must not be repeated, nor look around or back, so the ways multiply and no more.

    >>> ways(r"\+?7\d{10}"), ways("^(msk|spb)")
    (2, 2)
    >>> ways("(a+)+")
    Traceback (most recent call last):
    formulas.pattern.RefusedPattern: (a+)+
    """
    count, bars, last = 1, 0, ""
    for token in TOKEN.finditer(pattern):
        repeat, atom = token.group(1), token.group(2) or ""
        is_look_back = atom[:1] == "\\" and atom[1:].isdigit()
        if (repeat and last in ("(", ")")) or is_look_back:
            raise RefusedPattern(pattern)
        if repeat:
            count *= _choices(repeat)
        if atom in ("(", ")"):
            count, bars = count * (bars + 1), 0
        bars += atom == "|"
        last = atom
    return count * (bars + 1)


def _choices(repeat: str) -> int:
    """Count how often a repeated sign may come: `?` is 0 or 1, `{3}` is 3 and nothing else."""
    if repeat == "?":
        return 2
    low, comma, high = repeat.strip("{}").partition(",")
    if repeat in "*+" or (comma and not high):
        return LONGEST_TEXT
    return abs(int(high or low) - int(low or 0)) + 1


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that is short, sound and quick, or refuse it.

    >>> bool(compiled("^моск").search("Москва"))
    True
    """
    if len(pattern) > LONGEST_PATTERN or ways(pattern) > MOST_WAYS:
        raise RefusedPattern(pattern)
    try:
        with warnings.catch_warnings(action="ignore"):
            return re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError) as error:
        raise RefusedPattern(pattern) from error


def matches(pattern: str, text: str) -> bool:
    """Tell whether a text, or rather its beginning, holds the pattern."""
    return compiled(pattern).search(text[:LONGEST_TEXT]) is not None
