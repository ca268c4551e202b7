"""Where tables lie, and formulas with names of columns turned into formulas with addresses.

Templates write `{column_id}` for a cell of the same row, `{table.column_id}` for a column of a
table, `{@tab}` for the title of a tab and `{=text.id}` for a text in the workbook's language, in
quotes; the rest of a formula is Excel's own text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from templates.words import Words

TITLE_ROW, HINT_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 3, 4
ROOM = 500  # rows below the last one that are ready to be typed into

_LONGEST_TITLE = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = {"history", "журнал"}  # Excel keeps these for its list of changes
_NEWER = ("CONCAT", "IFS", "MAXIFS", "MINIFS", "SWITCH", "TEXTJOIN")
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|\{(?P<name>[@=]?\w+(?:\.\w+)?)\}"
    rf"|(?<![\w.])(?P<newer>{'|'.join(_NEWER)})(?=\()"
)
_NAME = re.compile(r"\{(@\w+)\}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table lies: rows and columns from zero, the last row inclusive."""

    title: str
    columns: Mapping[str, int]
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class Places:
    """The titles of the tabs and the places of the tables, by name."""

    titles: Mapping[str, str]
    tables: Mapping[str, Place]
    texts: Mapping[str, str] = field(default_factory=dict)


@cache
def letters(column: int) -> str:
    """Name a column.

    >>> letters(0), letters(25), letters(26), letters(16_383)
    ('A', 'Z', 'AA', 'XFD')
    """
    head, last = divmod(column, 26)
    return (letters(head - 1) if head else "") + chr(ord("A") + last)


def quoted(title: str) -> str:
    """Quote the title of a tab for a formula.

    >>> quoted("Пять 'чисел'")
    "'Пять ''чисел'''"
    """
    return "'" + title.replace("'", "''") + "'"


def absolute(title: str, first: tuple[int, int], last: tuple[int, int] | None = None) -> str:
    """Write the absolute address of a cell or a range.

    >>> absolute("План", (4, 2), (8, 2))
    "'План'!$C$5:$C$9"
    """
    corners = [first] if last is None else [first, last]
    area = ":".join(f"${letters(column)}${row + 1}" for row, column in corners)
    return f"{quoted(title)}!{area}"


def column_range(places: Places, table: str, column: str) -> str:
    """Write the address of the data rows of a column."""
    place = places.tables[table]
    at = place.columns[column]
    return absolute(place.title, (place.first_row, at), (place.last_row, at))


def located(
    formula: str, places: Places, columns: Mapping[str, int] | None = None
) -> Callable[[int], str]:
    """Return the formula as a function of the row (from zero) that it stands in.

    >>> plan = Place("План", {"id": 0, "value": 1}, 4, 8)
    >>> share = located("{value}/SUM({plan.value})", Places({}, {"plan": plan}), plan.columns)
    >>> share(4)
    "B5/SUM('План'!$B$5:$B$9)"
    """
    around = pieces(formula, places, columns)
    return lambda row: str(row + 1).join(around)


def pieces(formula: str, places: Places, columns: Mapping[str, int] | None = None) -> Sequence[str]:
    """Return what stands around the number of the row in the formula, wherever it stands."""
    found = [""]
    end = 0
    for token in _TOKEN.finditer(formula):
        found[-1] += formula[end : token.start()]
        end = token.end()
        name = token["name"]
        if token["text"]:
            found[-1] += _inside_text(token["text"], places)
        elif token["newer"]:
            found[-1] += "_xlfn." + token["newer"]
        elif name.startswith("@"):
            found[-1] += quoted(places.titles[name[1:]])
        elif name.startswith("="):
            found[-1] += '"' + places.texts[name[1:]].replace('"', '""') + '"'
        elif "." in name:
            found[-1] += column_range(places, *name.split("."))
        else:
            found[-1] += letters((columns or {})[name])
            found.append("")
    found[-1] += formula[end:]
    return found


def _inside_text(text: str, places: Places) -> str:
    """Fill in titles of tabs inside a quoted text."""
    return _NAME.sub(
        lambda name: quoted(places.titles[name[1][1:]]).replace('"', '""'),
        text,
    )


def titles(names: Iterable[str], words: Words) -> dict[str, str]:
    """Title the tabs in the language of `words`, as Excel allows: short, clean and unique."""
    taken: dict[str, str] = {}
    for name in names:
        taken[name] = _free(
            _legal(words(f"tab.{name}")), {title.lower() for title in taken.values()}
        )
    return taken


def _legal(title: str) -> str:
    """Make a title that Excel accepts.

    >>> _legal("Plan/fact: 'Q4'"), _legal("History"), _legal("")
    ("Plan fact  'Q4", 'History_', '_')
    """
    clean = _FORBIDDEN.sub(" ", title).strip("' ")[:_LONGEST_TITLE].strip("' ")
    return clean + "_" if clean.lower() in _RESERVED or not clean else clean


def _free(title: str, taken: set[str]) -> str:
    """Number a title that is taken."""
    free, number = title, 1
    while free.lower() in taken:
        number += 1
        tail = f" {number}"
        free = title[: _LONGEST_TITLE - len(tail)] + tail
    return free
