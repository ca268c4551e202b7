"""How cells look: the styles of the workbook in the words of Google Sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sheets_sync.targets.xlsx_styles import (
    BASE,
    BODIES,
    HEADERS,
    LOOKS,
    NUMERIC,
    look_of,
    number_formats,
    status_style,
)
from templates.brand import Brand
from templates.tab import Cell, Column, Kind, Look, Status, Writer

if TYPE_CHECKING:
    from templates.words import Words

Json = dict[str, Any]

_TYPES = {Kind.DATE: "DATE", Kind.MONTH: "DATE", Kind.DATETIME: "DATE_TIME"}
_ALIGN = {"left": "LEFT", "right": "RIGHT", "center": "CENTER"}
_POINTS_PER_PIXEL = 0.75
_INDENT = 8
_IN_COLUMNS = {Look.PLAIN, Look.HEADER, Look.TOTAL, Look.INPUT}


def colour(text: str) -> Json:
    """Return a colour.

    >>> colour("#FF0000")
    {'rgbColor': {'red': 1.0, 'green': 0.0, 'blue': 0.0}}
    """
    parts = (round(int(text[at : at + 2], 16) / 255, 4) for at in (1, 3, 5))
    return {"rgbColor": dict(zip(("red", "green", "blue"), parts, strict=True))}


def pixels(width: float) -> int:
    """Return the pixels of a column that is so many characters wide."""
    return int(width * 7 + 5)


def tall(points: float) -> int:
    """Return the pixels of a row that is so many points high."""
    return round(points / _POINTS_PER_PIXEL)


def cell_format(look: Mapping[str, Any], number: Json | None = None) -> Json:
    """Return a style in Google's words; what is missing has the default."""
    full = {**BASE, **look}
    text: Json = {
        "fontFamily": full["font_name"],
        "fontSize": int(full["font_size"]),
        "foregroundColorStyle": colour(full["font_color"]),
    }
    text |= {name: True for name in ("bold", "underline") if full.get(name)}
    made: Json = {
        "textFormat": text,
        "verticalAlignment": "TOP" if full["valign"] == "top" else "MIDDLE",
        "wrapStrategy": "WRAP" if full.get("text_wrap") else "OVERFLOW_CELL",
    }
    if "bg_color" in full:
        made["backgroundColorStyle"] = colour(full["bg_color"])
    if "align" in full:
        made["horizontalAlignment"] = _ALIGN[full["align"]]
    if full.get("indent"):
        made["padding"] = {"left": _INDENT, "right": 3, "top": 2, "bottom": 2}
    if borders := _borders(full):
        made["borders"] = borders
    return {**made, "numberFormat": number} if number else made


def _borders(full: Mapping[str, Any]) -> Json:
    sides = ("top", "bottom", "left", "right")
    return {
        side: {
            "style": "SOLID",
            "colorStyle": colour(full.get(f"{side}_color") or full["border_color"]),
        }
        for side in sides
        if full.get(side) or full.get("border")
    }


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of a workbook in its language and currency."""

    formats: Mapping[Kind, str]

    @classmethod
    def of(cls, words: Words, currency: str) -> Looks:
        """Return the looks of a workbook."""
        return cls(number_formats(words, currency))

    def number(self, kind: Kind) -> Json:
        """Return the number format of a kind: always a stated one, or Sheets would guess."""
        return {"type": _TYPES.get(kind, "NUMBER"), "pattern": self.formats[kind]}

    def body(self, column: Column) -> Json:
        """Return the look of a column's cells; texts that people type stay texts."""
        look: Json = dict(BODIES[column.writer])
        is_text = column.kind not in NUMERIC
        if column.kind is Kind.LONG_TEXT:
            look["text_wrap"] = True
        if is_text:
            look |= {"align": "left", "indent": 1}
        is_plain = is_text and column.writer is not Writer.FORMULA and column.kind is not Kind.ANY
        number = {"type": "TEXT", "pattern": "@"} if is_plain else self.number(column.kind)
        return cell_format(look, number)

    def header(self, column: Column) -> Json:
        """Return the look of a column's header."""
        side = {"align": "right"} if column.kind in NUMERIC else {"align": "left", "indent": 1}
        return cell_format({**LOOKS[Look.HEADER], **HEADERS[column.writer], "valign": "top"} | side)

    def cell(self, cell: Cell, brand: Brand, *, is_apart: bool, link: str | None) -> Json:
        """Return the look of a report's cell."""
        look = look_of(cell, brand, is_link=bool(link))
        if cell.kind is Kind.LONG_TEXT:
            look |= {"text_wrap": True} | ({"valign": "top"} if cell.span != (1, 1) else {})
        if cell.kind in NUMERIC and cell.look in _IN_COLUMNS:
            look["align"] = "right"
        elif is_apart:
            look |= {"align": "left", "indent": 1}
        made = cell_format(look, self.number(cell.kind))
        if link:
            made["textFormat"]["link"] = {"uri": link}
        return made


def status_format(status: Status) -> Json:
    """Return what a colour rule sets."""
    style = status_style(status)
    return {
        "backgroundColorStyle": colour(style["bg_color"]),
        "textFormat": {"foregroundColorStyle": colour(style["font_color"])},
    }
