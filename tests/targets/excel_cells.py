"""What Excel makes of what is typed into a cell, and what it shows of a cell to a program."""

from __future__ import annotations

import re
from datetime import date, datetime

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import from_excel

ERRORS = {"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"}
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?(e[+-]?\d+)?%?", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})([./-]\d{2,4})?")


class Failed(str):
    """An error in a cell."""

    __slots__ = ()


def value_of(cell):
    value = cell.value
    if cell.data_type == "f":
        return None  # nothing computes here
    if cell.data_type == "e":
        return Failed(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return value


def formula_of(cell):
    value = value_of(cell) if cell.data_type != "f" else cell.value
    return "" if value is None else value


def type_into(cell, value):
    """Let a cell take a value as if it were typed."""
    if value in ("", None):
        cell.value = None
    elif cell.number_format == "@":
        _text(cell, str(value))
    elif isinstance(value, str):
        _typed_text(cell, value)
    elif is_date_format(cell.number_format) and not isinstance(value, bool):
        cell.value = from_excel(value)
    else:
        cell.value = value


def _typed_text(cell, text):
    """Take a text for a formula, a number, a date, an error, and only then for a text."""
    if text.startswith("'"):
        _text(cell, text[1:])
    elif _NUMBER.fullmatch(text):
        cell.value = float(text.replace(",", ".").rstrip("%"))
    elif text.startswith(("=", "+", "-")):
        cell.value = text if text.startswith("=") else f"={text}"
    elif _DAY.fullmatch(text):
        cell.value, cell.number_format = 46_000, "dd.mm.yyyy"
    elif text in ERRORS:
        cell.value = text
    else:
        _text(cell, text)


def _text(cell, value):
    cell.value = value
    cell.data_type = "s"
