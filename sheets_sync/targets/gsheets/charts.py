"""Native charts of Google Sheets; what its API has no word for is drawn as its nearest kin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_sync.targets.gsheets.cells import text
from sheets_sync.targets.gsheets.ids import number as id_of
from sheets_sync.targets.gsheets.looks import colour
from sheets_sync.targets.xlsx_styles import FONT, INK
from templates.tab import Area, Cell, Chart, ChartKind, Series

Json = dict[str, Any]
Cells = Mapping[tuple[int, int], Cell]

_KINDS = {
    ChartKind.COLUMN: "COLUMN",
    ChartKind.BAR: "BAR",
    ChartKind.STACKED_COLUMN: "COLUMN",
    ChartKind.STACKED_BAR: "BAR",
    ChartKind.LINE: "LINE",
    ChartKind.SCATTER: "SCATTER",
    ChartKind.RADAR: "COLUMN",  # the API makes no radar
}
_STACKED = {ChartKind.STACKED_COLUMN, ChartKind.STACKED_BAR}
_SIDEWAYS = {ChartKind.BAR, ChartKind.STACKED_BAR}
_UNSEEN = "#FFFFFF"


def chart_id(tab: str, chart: Chart) -> int:
    """Return Google's number of a chart."""
    return id_of("chart", tab, chart.id)


def position(chart: Chart, sheet: int) -> Json:
    """Return where a chart lies."""
    row, column = chart.at
    width, height = chart.size
    spot = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    return {"overlayPosition": {"anchorCell": spot, "widthPixels": width, "heightPixels": height}}


def spec(chart: Chart, sheet: int, cells: Cells) -> Json:
    """Return what a chart shows."""
    others = {series.as_kind for series in chart.series if series.as_kind} - {chart.kind}
    drawn = [series for series in chart.series if not series.is_drop] or list(chart.series)
    head = all(_has_header(area, cells) for s in drawn for area in (s.categories, s.values))
    basic: Json = {
        "chartType": "COMBO" if others else _KINDS[chart.kind],
        "legendPosition": _legend(chart, drawn),
        "headerCount": int(head),
        "axis": _axes(chart),
        "domains": [{"domain": _source(drawn[0].categories, sheet, head=head)}],
        "series": [
            _series(each, chart, sheet, head=head, is_combined=bool(others)) for each in drawn
        ],
    }
    if chart.kind in _STACKED:
        basic["stackedType"] = "STACKED"
    return {
        "title": text(chart.title),
        "titleTextFormat": {
            "fontFamily": FONT,
            "fontSize": 11,
            "bold": True,
            "foregroundColorStyle": colour(INK),
        },
        "fontName": FONT,
        "altText": text(chart.title),
        "basicChart": basic,
    }


def _has_header(area: Area, cells: Cells) -> bool:
    """Tell whether a text stands above a column of values, to name the series."""
    top, left, bottom, right = area
    cell = cells.get((top - 1, left))
    return left == right and bottom > top and cell is not None and isinstance(cell.value, str)


def _source(area: Area, sheet: int, *, head: bool) -> Json:
    top, left, bottom, right = area
    found = {
        "sheetId": sheet,
        "startRowIndex": top - head,
        "endRowIndex": bottom + 1,
        "startColumnIndex": left,
        "endColumnIndex": right + 1,
    }
    return {"sourceRange": {"sources": [found]}}


def _series(series: Series, chart: Chart, sheet: int, *, head: bool, is_combined: bool) -> Json:
    axis = "BOTTOM_AXIS" if chart.kind in _SIDEWAYS else "LEFT_AXIS"
    shade = _UNSEEN if series.is_invisible else series.colour
    made: Json = {
        "series": _source(series.values, sheet, head=head),
        "targetAxis": axis,
        "colorStyle": colour(shade),
    }
    kind = series.as_kind or chart.kind
    if is_combined:
        made["type"] = _KINDS[kind] if kind is not ChartKind.SCATTER else "LINE"
    if kind is ChartKind.LINE:
        dash = "MEDIUM_DASHED" if series.is_dashed else "SOLID"
        made["lineStyle"] = {"width": 2, "type": dash}
    coloured = [
        {"index": at, "colorStyle": colour(own)}
        for at, own in enumerate(series.point_colours)
        if own
    ]
    if coloured:
        made["styleOverrides"] = coloured
    if series.labels and not series.is_invisible:
        labels = _source(series.labels, sheet, head=head)
        made["dataLabel"] = {"type": "CUSTOM", "customLabelData": labels}
    elif series.show_values:
        made["dataLabel"] = {"type": "DATA"}
    return made


def _legend(chart: Chart, drawn: list[Series]) -> str:
    seen = [series for series in drawn if not series.is_invisible]
    return "BOTTOM_LEGEND" if chart.has_legend and len(seen) > 1 else "NO_LEGEND"


def _axes(chart: Chart) -> list[Json]:
    sides = ("LEFT_AXIS", "BOTTOM_AXIS")
    category, value = sides if chart.kind in _SIDEWAYS else sides[::-1]
    named = ((category, chart.category_title), (value, chart.value_title))
    axes: list[Json] = [{"position": side, "title": text(title)} for side, title in named if title]
    if chart.most is not None:
        ends = {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0, "viewWindowMax": chart.most}
        titled = next((axis for axis in axes if axis["position"] == value), None)
        if titled is None:
            axes.append(titled := {"position": value})
        titled["viewWindowOptions"] = ends
    return axes
