"""What a spreadsheet makes of a typed text: numbers, dates and claims of a locale, formulas."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from tests.sheets_emulator.book import Cell

DECIMAL_COMMA = {"ru_RU", "de_DE", "tr_TR"}
MONTH_FIRST = {"en_US"}
DATE = {"numberFormat": {"type": "DATE", "pattern": ""}}


def typed(text: Any, locale: str, past: Cell) -> Cell:
    """Return the cell that a typed text leaves behind."""
    kept = past._replace(value=None, formula=None)
    if not isinstance(text, str):
        return kept._replace(value=text)
    pattern = (past.format or {}).get("numberFormat", {}).get("type")
    if pattern == "TEXT" and not text.startswith("="):
        return kept._replace(value=text or None)
    if text.startswith("'"):
        return kept._replace(value=text[1:] or None)
    if text.startswith("=") and len(text) > 1:
        return kept._replace(formula=normalised(text, locale))
    if text.upper() in {"TRUE", "FALSE"}:
        return kept._replace(value=text.upper() == "TRUE")
    number = _number(text, locale)
    if number is not None:
        return kept._replace(value=number)
    day = _day(text, locale)
    if day is not None:
        own = kept.format if pattern else {**(kept.format or {}), **DATE}
        return kept._replace(value=day, format=own)
    return kept._replace(value=text or None)


def _number(text: str, locale: str) -> float | None:
    point = "," if locale in DECIMAL_COMMA else "."
    clean = re.sub(r"[\s\u00a0]", "", text)
    match = re.fullmatch(rf"([-+]?\d+(?:{re.escape(point)}\d+)?(?:[eE][-+]?\d+)?)(%?)", clean)
    if not match:
        return None
    number = float(match[1].replace(point, "."))
    number = number / 100 if match[2] else number
    return int(number) if number.is_integer() else number


def _day(text: str, locale: str) -> int | None:
    match = re.fullmatch(r"(\d{1,4})[./-](\d{1,2})(?:[./-](\d{1,4}))?", text.strip())
    if not match:
        return None
    first, second, third = (int(part) if part else None for part in match.groups())
    if first and first > 31:
        year, month, day = first, second, third or 1
    else:
        day, month = (second, first) if locale in MONTH_FIRST else (first, second)
        year = third or 2026
    try:
        found = date(year if year > 99 else 2000 + year, month or 0, day or 0)
    except (ValueError, TypeError):
        return None
    return found.toordinal() - date(1899, 12, 30).toordinal()


def normalised(formula: str, locale: str) -> str:
    """Return a formula as Sheets shows it: with the separator of the locale."""
    mark = ";" if locale in DECIMAL_COMMA else ","
    pieces = re.split(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')""", formula)
    return "".join(
        piece if at % 2 else re.sub(r"[;,]" if mark == "," else ";", mark, piece)
        for at, piece in enumerate(pieces)
    )


def calculated(formula: str) -> float | str:
    """Return the value of a formula: no more is calculated here than two numbers."""
    match = re.fullmatch(r"=(?:SUM\((\d+)[;,](\d+)\)|(\d+)/(\d+))", formula)
    if not match:
        return ""
    first, second = (int(each) for each in match.groups() if each)
    value = first + second if match[1] else first / second
    return int(value) if value == int(value) else value


def shown(cell: Cell, option: str, locale: str) -> Any:
    """Return the value of a cell as a render option asks for."""
    if cell.formula is not None:
        if option == "FORMULA":
            return cell.formula
        return shown(Cell(calculated(cell.formula)), option, locale)
    value = cell.value
    if value is None:
        return ""
    if option != "FORMATTED_VALUE" or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    text = f"{value:.10g}"
    return text.replace(".", ",") if locale in DECIMAL_COMMA else text
