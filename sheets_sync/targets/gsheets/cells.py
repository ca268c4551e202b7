"""What a cell of Google Sheets stores, and how to tell whether it holds that already."""

from __future__ import annotations

import re
from math import isclose
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.cells import Stored, stored
from templates.tab import Column, Value

if TYPE_CHECKING:
    from templates.words import Words

Json = dict[str, Any]

LONGEST = 50_000
_LOST = re.compile("[\x00\ud800-\udfff]")
_CLOSE = 1e-12


class Formula(str):
    """A formula as it stands in a cell, told from a text that begins with the same sign.

    >>> Formula("=1+1") == "=1+1", is_same(Formula("=1+1"), "=1+1")
    (True, False)
    """

    __slots__ = ()


def text(value: str) -> str:
    r"""Return a text as a cell may hold it: what UTF-8 cannot say is left out.

    >>> text("=1+1\x00\r\n"), len(text("x" * 50_001))
    ('=1+1\n', 50000)
    """
    clean = _LOST.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + "…"


def content(value: Value) -> Stored:
    """Return a value as a cell holds it."""
    return text(value) if isinstance(value, str) else stored(value)


def shown(column: Column, value: Value, words: Words) -> Stored:
    """Return a value as people see it: a choice by its word."""
    if isinstance(value, str) and value in column.choices:
        return words(f"choice.{value}")
    return content(value)


def key_text(value: object) -> str:
    """Return the text of a key cell.

    >>> key_text(17.0), key_text(" D-1 "), key_text(None)
    ('17', 'D-1', '')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else text(str(value)).strip()


def extended(value: Stored) -> Json:
    """Return a typed value; an empty cell has none."""
    if value is None or value == "":
        return {}
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    kind = "stringValue" if isinstance(value, str) else "numberValue"
    return {"userEnteredValue": {kind: value}}


def is_same(have: object, want: Stored) -> bool:
    """Tell whether a cell holds a value already; an empty text is an empty cell.

    >>> is_same("", None), is_same(0.1 + 0.2, 0.3), is_same("1", 1), is_same(True, 1)
    (True, True, False, False)
    """
    if have in ("", None) or want in ("", None):
        return have in ("", None) and want in ("", None)
    if isinstance(have, bool) or isinstance(want, bool) or isinstance(have, str):
        return type(have) is type(want) and have == want
    if isinstance(want, str) or not isinstance(have, int | float) or want is None:
        return False
    return isclose(have, want, rel_tol=_CLOSE, abs_tol=1e-15)
