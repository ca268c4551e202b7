"""Numbers for what we make in a spreadsheet: the same in every sync and on every machine."""

from __future__ import annotations

from hashlib import sha256

TAB, COLUMN, HEAD, APPEND, END = "smk.tab", "smk.col", "smk.head", "smk.append", "smk.end"
"""The keys of developer metadata; Google moves metadata along with what it sits on."""


def number(*parts: object) -> int:
    """Return a positive number of 31 bits that stands for a name.

    >>> number("smk.tab", "plan") == number("smk.tab", "plan") != number("smk.tab", "leads")
    True
    """
    text = "\x1f".join(map(str, parts)).encode()
    return int.from_bytes(sha256(text).digest()[:4], "big") >> 1 | 1


def tab_anchor(tab: str) -> int:
    """Return the id of a tab's anchor."""
    return number(TAB, tab)


def head_anchor(tab: str) -> int:
    """Return the id of the anchor of a table's header row."""
    return number(HEAD, tab)


def column_anchor(tab: str, column: str) -> int:
    """Return the id of a column's anchor."""
    return number(COLUMN, tab, column)
