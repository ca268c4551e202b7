"""Addresses of cells, and formulas moved from one cell to another. Rows and columns from zero."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sheets_sync.targets.places import letters

LAST_ROW, LAST_COLUMN = 1_048_575, 16_383

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)$")
_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")"""
    r"""|(?P<sheet>(?:'(?:[^']|'')*'|[\w.]+(?::[\w.]+)?|\[[^\]]*\][\w.]*)!)"""
    r"""|(?P<bracket>\[[^\[\]]*(?:\[[^\]]*\][^\[\]]*)*\])"""
    r"""|(?<![\w.$])(?P<area>(?:\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?"""
    r"""|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?\d{1,7}:\$?\d{1,7}))(?![\w.(!])"""
)
_PART = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)(\d{1,7})?$")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, its ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Tell whether a cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: Area) -> bool:
        """Tell whether two rectangles share a cell."""
        rows = self.top <= other.bottom and other.top <= self.bottom
        return rows and self.left <= other.right and other.left <= self.right

    def __str__(self) -> str:
        first, last = name(self.top, self.left), name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


@cache
def index(column: str) -> int:
    """Number a column.

    >>> index("A"), index("AA")
    (0, 26)
    """
    number = 0
    for letter in column.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def name(row: int, column: int) -> str:
    """Name a cell.

    >>> name(4, 1)
    'B5'
    """
    return f"{letters(column)}{row + 1}"


def cell(text: str) -> tuple[int, int]:
    """Read the name of a cell.

    >>> cell("$B$5")
    (4, 1)
    """
    match = _CELL.match(text)
    if not match:
        raise ValueError(text)
    return int(match[2]) - 1, index(match[1])


def area(text: str) -> Area:
    """Read a range; whole columns and rows are ranges too.

    >>> area("A5:B7"), area("C:C").bottom == LAST_ROW
    (Area(top=4, left=0, bottom=6, right=1), True)
    """
    first, _, last = text.partition(":")
    corners = [_PART.match(corner) for corner in (first, last or first)]
    low, high = corners
    if not low or not high:
        raise ValueError(text)
    return Area(
        int(low[4]) - 1 if low[4] else 0,
        index(low[2]) if low[2] else 0,
        int(high[4]) - 1 if high[4] else LAST_ROW,
        index(high[2]) if high[2] else LAST_COLUMN,
    )


def areas(text: str) -> list[Area]:
    """Read a list of ranges, as `sqref` has it."""
    return [area(part) for part in text.split()]


def moved(formula: str, rows: int, columns: int, *, is_whole: bool = False) -> str:
    """Move the relative addresses of a formula, and with `is_whole` the absolute ones too.

    Addresses on other sheets move as well, unless all addresses do (then their cells stayed).

    >>> moved('A1+$B$2&"A1"+LOG10(C3)', 1, 2)
    'C2+$B$2&"A1"+LOG10(E4)'
    """

    def shift(part: str) -> str:
        dollar_column, column, dollar_row, row = _PART.match(part).groups()  # type: ignore[union-attr]
        text = ""
        if column:
            step = columns if is_whole or not dollar_column else 0
            text += dollar_column + letters(max(0, index(column) + step))
        if row:
            mark = dollar_row if column else dollar_column or dollar_row
            step = rows if is_whole or not mark else 0
            text += mark + str(max(1, int(row) + step))
        return text

    return _mapped(formula, lambda part: ":".join(map(shift, part.split(":"))), is_whole=is_whole)


def _mapped(formula: str, change: Callable[[str], str], *, is_whole: bool) -> str:
    """Change the addresses of a formula; texts and names stay."""
    pieces = []
    end = 0
    is_elsewhere = False
    for token in _TOKEN.finditer(formula):
        pieces.append(formula[end : token.start()])
        end = token.end()
        if token["area"]:
            pieces.append(token[0] if is_elsewhere and is_whole else change(token["area"]))
        else:
            pieces.append(token[0])
        is_elsewhere = bool(token["sheet"])
    return "".join((*pieces, formula[end:]))


_SHEET = re.compile(r"""("(?:[^"]|"")*")|(?:'((?:[^']|'')*)'|([\w.]+))(?=!)""")


def retitled(formula: str, titles: dict[str, str]) -> str:
    """Give the sheets that a formula names their present titles.

    >>> retitled("'План'!$A$1+1", {"План": "Мой план"})
    "'Мой план'!$A$1+1"
    """

    def rename(found: re.Match[str]) -> str:
        title = found[3] if found[2] is None else found[2].replace("''", "'")
        if found[1] or title not in titles:
            return found[0]
        return "'" + titles[title].replace("'", "''") + "'"

    return _SHEET.sub(rename, formula)


def split_address(text: str) -> tuple[str, str] | None:
    """Split `'Tab'!$A$1` into the title and the address; None if it is none.

    >>> split_address("'It''s'!$A$1")
    ("It's", '$A$1')
    """
    title, mark, address = text.strip().rpartition("!")
    if not mark or "#REF" in text:
        return None
    if title.startswith("'"):
        title = title[1:-1].replace("''", "'")
    return title.lstrip("="), address


_LOOSE = re.compile(r"""("(?:[^"]|"")*")|('(?:[^']|'')*')|\s+|(_xlfn\.|_xlws\.)""")


def _unquoted(title: str) -> str:
    """Take off quotes that a title does not need: some programs do, when they save."""
    inner = title[1:-1]
    return (inner if inner.isidentifier() else title).upper()


def loose(formula: str) -> str:
    """Return a formula without what programs change when they save it.

    >>> loose('if( a1 >0,"Да Нет", 1)') == loose('IF(A1>0,"Да Нет",1)')
    True
    >>> loose("План!A1+'Мой план'!A1")
    "ПЛАН!A1+'МОЙ ПЛАН'!A1"
    >>> loose("'План'!A1") == loose("План!A1")
    True
    """
    pieces = []
    end = 0
    for token in _LOOSE.finditer(formula):
        pieces.append(formula[end : token.start()].upper())
        pieces.append(token[1] or _unquoted(token[2] or ""))
        end = token.end()
    return "".join((*pieces, formula[end:].upper()))
