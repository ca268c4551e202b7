"""How cells of an .xlsx look: one typeface, few colours, number formats of the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from templates.brand import OURS, Brand, Hue
from templates.tab import Cell, Chart, Group, Kind, Look, Status, Writer

if TYPE_CHECKING:
    from sheets_sync.targets.places import Places
    from templates.words import Words

FONT = "Arial"
INK = "#1F2A37"
SOFT_INK = "#5B6470"
LINE = "#DDE2E8"
STRONG_LINE = "#9AA7B5"
INPUT_FILL = "#FFF9DB"
FORMULA_FILL = "#F2F6FB"

GROUP_COLOURS: Mapping[Group, str] = {
    Group.READ: "#2E8B57",
    Group.WORK: "#2F6DB5",
    Group.SETUP: "#8A8F98",
    Group.RECORD: "#FFFFFF",
}

STATUS_COLOURS: Mapping[Status, tuple[str, str]] = {  # fill, ink
    Status.GOOD: ("#E4F3EA", "#1F6B42"),
    Status.WARN: ("#FFF1C9", "#8A5F00"),
    Status.BAD: ("#FBE4E1", "#A93226"),
    Status.TOO_GOOD: ("#E3EDF8", "#24558E"),
    Status.UNKNOWN: ("#EFF1F3", "#6B717A"),
}

SWATCH_COLOURS: Mapping[Status, str] = {
    Status.GOOD: "#2E8B57",
    Status.WARN: "#E0A100",
    Status.BAD: "#C0392B",
    Status.TOO_GOOD: "#2F6DB5",
    Status.UNKNOWN: "#B4BAC2",
}

BASE: Mapping[str, Any] = {
    "font_name": FONT,
    "font_size": 10,
    "font_scheme": False,  # or else a theme's typeface takes over
    "font_color": INK,
    "valign": "vcenter",
}

LOOKS: Mapping[Look, Mapping[str, Any]] = {
    Look.PLAIN: {},
    Look.TITLE: {"font_size": 18, "bold": True},
    Look.SUBTITLE: {"font_size": 10, "font_color": SOFT_INK},
    Look.HEADING: {
        "font_size": 12,
        "bold": True,
        "font_color": OURS[Hue.ACCENT],
        "bottom": 1,
        "bottom_color": LINE,
    },
    Look.HEADER: {
        "bold": True,
        "text_wrap": True,
        "bg_color": "#EEF1F5",
        "bottom": 1,
        "bottom_color": STRONG_LINE,
    },
    Look.TOTAL: {"bold": True, "top": 1, "top_color": STRONG_LINE},
    Look.BIG: {"font_size": 22, "bold": True, "align": "left"},
    Look.LABEL: {"font_color": SOFT_INK},
    Look.NOTE: {"font_size": 9, "font_color": SOFT_INK, "text_wrap": True, "valign": "top"},
    Look.INPUT: {"bg_color": INPUT_FILL, "border": 1, "border_color": "#E9DFAE"},
}

HEADERS: Mapping[Writer, Mapping[str, Any]] = {
    Writer.MACHINE: {"bg_color": "#EEF1F5"},
    Writer.HUMAN: {"bg_color": "#FFE38F", "bottom_color": "#C79A1B"},
    Writer.FORMULA: {"bg_color": "#DCE8F5", "bottom_color": "#7FA3CB"},
}

BODIES: Mapping[Writer, Mapping[str, Any]] = {
    Writer.MACHINE: {},
    Writer.HUMAN: LOOKS[Look.INPUT],
    Writer.FORMULA: {"bg_color": FORMULA_FILL, "border": 1, "border_color": LINE},
}

NUMERIC = frozenset(Kind) - {Kind.ANY, Kind.TEXT, Kind.LONG_TEXT, Kind.LINK}

_LOCALES = {"ru": "419", "en": "409"}
_DATE_PARTS = {"%Y": "yyyy", "%m": "mm", "%d": "dd", "%H": "hh", "%M": "mm"}

Style = Callable[..., Any]
"""Properties of a format, by keyword, to the format of the workbook; equal ones are made once."""


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that is being drawn, and what all its sheets share."""

    workbook: Any
    places: Places
    words: Words
    currency: str
    style: Style
    formats: Mapping[Kind, str]


def new_book(workbook: Any, places: Places, words: Words, currency: str) -> Book:
    """Get a new workbook ready to be drawn."""
    formats = number_formats(words, currency)
    return Book(workbook, places, words, currency, _styles(workbook), formats)


def date_format(pattern: str) -> str:
    """Turn a pattern of `strftime` into a number format.

    >>> date_format("%d.%m.%Y %H:%M")
    'dd.mm.yyyy hh:mm'
    """
    return re.sub("%[YmdHM]", lambda part: _DATE_PARTS[part[0]], pattern)


def money_format(words: Words, currency: str, amount: str = "#,##0") -> str:
    """Return the number format of an amount with the sign of its currency.

    >>> from templates.words import load
    >>> money_format(load("en"), "USD"), money_format(load("ru"), "RUB").replace(chr(160), " ")
    ('"$"#,##0', '#,##0" ₽"')
    """
    sign = words(f"currency.{currency}") if words.has(f"currency.{currency}") else currency
    before, after = words("format.money").replace("{sign}", sign).split("{amount}")
    return "".join((f'"{before}"' if before else "", amount, f'"{after}"' if after else ""))


def number_formats(words: Words, currency: str) -> Mapping[Kind, str]:
    """Return the number format of every kind of value."""
    locale = _LOCALES[words.language]
    return {
        Kind.ANY: "General",
        Kind.TEXT: "General",
        Kind.LONG_TEXT: "General",
        Kind.LINK: "General",
        Kind.INTEGER: "#,##0",
        Kind.NUMBER: "#,##0.0",
        Kind.MONEY: money_format(words, currency),
        Kind.SHARE: "0.0%",
        Kind.FINE_SHARE: "[<0.001]0.000%;[<0.01]0.00%;0.0%",
        Kind.RATIO: "0.00",
        Kind.FIGURE: "General",
        Kind.LIMIT: "[<=1]0.0%;[>=100]#,##0;0.00",
        Kind.DAYS: "#,##0",
        Kind.DATE: date_format(words("format.date")),
        Kind.DATETIME: date_format(words("format.datetime")),
        Kind.MONTH: f"[$-{locale}]mmmm yyyy",
    }


def axis_format(kind: Kind, words: Words, currency: str) -> str:
    """Return the number format of an axis: shorter than that of a cell."""
    locale = _LOCALES[words.language]
    if kind is Kind.MONEY:
        million, thousand = words("workbook.million"), words("workbook.thousand")
        return f'[>=1000000]0.0,,"{million}";[>=1000]0,"{thousand}";0'
    short = {
        Kind.SHARE: "0%",
        Kind.NUMBER: "General",
        Kind.RATIO: "General",
        Kind.DATE: words("workbook.short_date"),
        Kind.DATETIME: words("workbook.short_date"),
        Kind.MONTH: f"[$-{locale}]mmm yy",
    }
    return short.get(kind) or number_formats(words, currency)[kind]


def _styles(workbook: Any) -> Style:
    """Return a function that makes the formats of a workbook."""
    add = cache(lambda properties: workbook.add_format({**BASE, **dict(properties)}))
    return lambda **properties: add(tuple(sorted(properties.items())))


def painted(chart: Chart, brand: Brand) -> Chart:
    """Return a chart in the colours of a brand."""
    series = (
        replace(
            each,
            colour=brand.colour(each.colour),
            point_colours=tuple(point and brand.colour(point) for point in each.point_colours),
        )
        for each in chart.series
    )
    return replace(chart, series=tuple(series))


def look_of(cell: Cell, brand: Brand, *, is_link: bool) -> dict[str, Any]:
    """Return the colours and the letters of a cell of a report; a status keeps its own colours."""
    look = {**LOOKS[cell.look], **_branded(cell.look, brand), **status_style(cell.status)}
    if cell.status and cell.value is None and cell.formula is None:
        look["bg_color"] = SWATCH_COLOURS[cell.status]
    return look | {"font_color": brand.ink, "underline": 1} if is_link else look


def _branded(look: Look, brand: Brand) -> Mapping[str, Any]:
    """Return what a brand changes about a look."""
    if not brand.is_coloured:
        return {}
    return {
        Look.TITLE: {"font_color": brand.ink},
        Look.HEADING: {"font_color": brand.ink},
        Look.HEADER: {
            "bg_color": brand.accent,
            "font_color": brand.on_accent,
            "bottom_color": brand.accent,
        },
    }.get(look, {})


def status_style(status: Status | None) -> Mapping[str, Any]:
    """Return the fill and the ink of a status."""
    if status is None:
        return {}
    fill, ink = STATUS_COLOURS[status]
    return {"bg_color": fill, "font_color": ink}
