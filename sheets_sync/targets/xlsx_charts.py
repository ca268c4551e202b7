"""Native charts of a report, drawn into a new .xlsx."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from sheets_sync.targets.cells import plain
from sheets_sync.targets.places import absolute
from sheets_sync.targets.xlsx_styles import FONT, INK, SOFT_INK, Book, axis_format, money_format
from templates.tab import Area, Cell, Chart, ChartKind, Kind, Series

Cells = Mapping[tuple[int, int], Cell]

_TYPES: Mapping[ChartKind, Mapping[str, str]] = {
    ChartKind.COLUMN: {"type": "column"},
    ChartKind.BAR: {"type": "bar"},
    ChartKind.STACKED_COLUMN: {"type": "column", "subtype": "stacked"},
    ChartKind.STACKED_BAR: {"type": "bar", "subtype": "stacked"},
    ChartKind.LINE: {"type": "line"},
    ChartKind.SCATTER: {"type": "scatter"},
    ChartKind.RADAR: {"type": "radar", "subtype": "with_markers"},
}
_LINES = {ChartKind.LINE, ChartKind.RADAR}
_HORIZONTAL = {ChartKind.BAR, ChartKind.STACKED_BAR}
_STACKED = {ChartKind.STACKED_BAR, ChartKind.STACKED_COLUMN}
_FROM_ZERO = {ChartKind.COLUMN, ChartKind.RADAR} | _HORIZONTAL | _STACKED
_MANY_POINTS = 14
_ALMOST_ALL = 99.9999  # per cent: on a scale of logarithms there is no zero to reach
_LABELS = 12  # of a category axis, at most
_GRID = {"visible": True, "line": {"color": "#E8EBEF", "width": 0.75}}
_NO_GRID = {"visible": False}
_SMALL = {"name": FONT, "size": 9, "color": SOFT_INK}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the series of a chart stand on."""

    title: str  # of the sheet
    cells: Cells
    label_format: str
    gap: int
    is_log: bool


def add_chart(sheet: Any, chart: Chart, cells: Cells, book: Book) -> None:
    """Add a chart to a sheet, over the cells of the same sheet."""
    drawn = book.workbook.add_chart({**_TYPES[chart.kind], "name": chart.id})
    others = {series.as_kind for series in chart.series if series.as_kind} - {chart.kind}
    if len(others) > 1:
        raise ValueError(chart.id, others)
    label_format = _label_format(chart.value_kind, book)
    ground = Ground(sheet.get_name(), cells, label_format, chart.gap, chart.is_log)
    ordered = sorted(chart.series, key=lambda series: series.as_kind in others)
    if chart.kind is ChartKind.SCATTER:
        ordered = [point for series in ordered for point in _points(series)]
    second = book.workbook.add_chart(_TYPES[next(iter(others))]) if others else None
    for series in ordered:
        kind = series.as_kind or chart.kind
        onto = second if second and series.as_kind in others else drawn
        onto.add_series(_series(series, kind, ground))
    if second:
        drawn.combine(second)
    _dress(drawn, chart, ordered)
    _axes(drawn, chart, cells, book)
    width, height = chart.size
    drawn.set_size({"width": width, "height": height})
    sheet.insert_chart(*chart.at, drawn, {"object_position": 2, "description": chart.title})


def _points(series: Series) -> list[Series]:
    """Take labelled points apart: each becomes a series that is named by the cell of its label."""
    if series.labels is None:
        return [series]
    colours = dict(enumerate(series.point_colours))
    areas = zip(*map(_cells, (series.categories, series.values, series.labels)), strict=True)
    return [
        replace(
            series,
            categories=category,
            values=value,
            labels=label,
            colour=colours.get(at) or series.colour,
            point_colours=(),
        )
        for at, (category, value, label) in enumerate(areas)
    ]


def _cells(area: Area) -> list[Area]:
    """Return the cells of an area, each as an area."""
    top, left, bottom, right = area
    return [
        (row, column, row, column)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]


def _plain_name(text: str) -> str:
    """Return a name that is not taken for a formula."""
    clean = plain(text)
    return "\u200b" + clean if clean.startswith("=") else clean


def _address(title: str, area: Area) -> str:
    last = area[2:]
    return "=" + absolute(title, area[:2], None if area[:2] == last else last)


def _name(series: Series, kind: ChartKind, title: str) -> str:
    if kind is ChartKind.SCATTER and series.labels:
        return _address(title, series.labels)
    return _plain_name(series.name)


def _series(series: Series, kind: ChartKind, ground: Ground) -> dict[str, Any]:
    """Return a series in the words of XlsxWriter."""
    made: dict[str, Any] = {
        "name": _name(series, kind, ground.title),
        "categories": _address(ground.title, series.categories),
        "values": _address(ground.title, series.values),
        **(_drop(series, ground) if series.is_drop else _shape(series, kind)),
    }
    if kind not in _LINES | {ChartKind.SCATTER}:
        made["gap"] = ground.gap
        if kind in _STACKED:
            made["overlap"] = 100
    if series.point_colours:
        made["points"] = [
            {"fill": {"color": colour}, "border": {"none": True}} if colour else None
            for colour in series.point_colours
        ]
    labels = _labels(series, kind, ground)
    if labels:
        made["data_labels"] = labels
    return made


def _drop(series: Series, ground: Ground) -> dict[str, Any]:
    """Return a line from each point down to the axis, as bars of an error that is all of it."""
    line = {"color": series.colour, "width": 2}
    if series.is_dashed:
        line["dash_type"] = "dash"
    down = {
        "type": "percentage",
        "value": _ALMOST_ALL if ground.is_log else 100,
        "direction": "minus",
        "end_style": 0,
        "line": line,
    }
    return {"line": {"none": True}, "marker": {"type": "none"}, "y_error_bars": down}


def _shape(series: Series, kind: ChartKind) -> dict[str, Any]:
    """Return the fill, the line and the marker of a series."""
    nothing = {"none": True}
    if series.is_invisible:
        return {"fill": nothing, "border": nothing, "marker": {"type": "none"}}
    if kind is ChartKind.SCATTER:
        fill = {"color": series.colour, "transparency": 15}
        return {
            "line": nothing,
            "marker": {"type": "circle", "size": 9, "fill": fill, "border": {"color": "#FFFFFF"}},
        }
    if kind not in _LINES:
        return {"fill": {"color": series.colour}, "border": nothing}
    line = {"color": series.colour, "width": 2.25}
    if series.is_dashed:
        return {"line": {**line, "width": 1.5, "dash_type": "dash"}, "marker": {"type": "none"}}
    first_row, first_column, last_row, last_column = series.values
    if last_row - first_row + last_column - first_column >= _MANY_POINTS:
        return {"line": line, "marker": {"type": "none"}}
    fill = {"color": series.colour}
    return {"line": line, "marker": {"type": "circle", "size": 5, "fill": fill, "border": fill}}


def _labels(series: Series, kind: ChartKind, ground: Ground) -> dict[str, Any] | None:
    """Return the labels of the points: their values, or the text of cells."""
    if series.is_invisible or not (series.show_values or series.labels):
        return None
    made: dict[str, Any] = {"value": True, "font": {**_SMALL, "color": INK}}
    made["num_format"] = ground.label_format
    if kind is ChartKind.LINE:
        made["position"] = "above"
    if kind is ChartKind.SCATTER:
        named = {"value": False, "series_name": True} if series.labels else {}
        return made | {"position": "right"} | named
    if series.labels:
        made["custom"] = [_label(area, ground, made["font"]) for area in _cells(series.labels)]
    return made


def _label(area: Area, ground: Ground, font: Mapping[str, Any]) -> dict[str, Any]:
    """Return the label of a point: the text of a cell, followed where it may change."""
    cell = ground.cells.get(area[:2])
    if cell is None or (cell.value is None and not cell.formula):
        return {"delete": True}
    if cell.formula or not isinstance(cell.value, str):
        return {"value": _address(ground.title, area), "font": font}
    return {"value": _plain_name(cell.value), "font": font}


def _label_format(kind: Kind, book: Book) -> str:
    """Return the number format of labels at points."""
    if kind is Kind.MONEY:
        return axis_format(kind, book.words, book.currency)
    return {Kind.SHARE: "0.0%", Kind.INTEGER: "#,##0"}.get(kind, "General")


def _dress(drawn: Any, chart: Chart, ordered: list[Series]) -> None:
    """Set the title, the legend and the ground of a chart."""
    drawn.set_title(
        {
            "name": _plain_name(chart.title),
            "name_font": {"name": FONT, "size": 11, "bold": True, "color": INK},
            "overlay": False,
        }
    )
    unseen = [at for at, series in enumerate(ordered) if series.is_invisible or series.is_drop]
    is_named = any(series.labels for series in ordered) and chart.kind is ChartKind.SCATTER
    if chart.has_legend and not is_named and len(ordered) - len(unseen) > 1:
        drawn.set_legend({"position": "bottom", "font": _SMALL, "delete_series": unseen})
    else:
        drawn.set_legend({"none": True})
    drawn.set_chartarea({"border": {"color": "#DDE2E8"}, "fill": {"color": "#FFFFFF"}})
    drawn.set_plotarea({"border": {"none": True}, "fill": {"none": True}})
    drawn.show_blanks_as("gap")


def _axes(drawn: Any, chart: Chart, cells: Cells, book: Book) -> None:
    """Set the axes: titles with units, formats, and no more lines than are read."""
    words, currency = book.words, book.currency
    name_font = {**_SMALL, "bold": False}
    money = money_format(words, currency, "").replace('"', "").strip()
    unit = chart.value_title or (money if chart.value_kind is Kind.MONEY else "")
    values: dict[str, Any] = {
        "name": unit,
        "name_font": name_font,
        "num_font": _SMALL,
        "num_format": axis_format(chart.value_kind, words, currency),
        "major_gridlines": _GRID,
        "line": {"none": True},
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
    }
    if chart.is_log:
        values |= {"log_base": 10, "min": 1}
    elif chart.kind in _FROM_ZERO and not _has_negative(chart, cells):
        values["min"] = 0
    if chart.most is not None:
        values["max"] = chart.most
    categories: dict[str, Any] = {
        "name": chart.category_title,
        "name_font": name_font,
        "num_font": _SMALL,
        "num_format": axis_format(_category_kind(chart, cells), words, currency),
        "major_gridlines": _GRID if chart.kind is ChartKind.SCATTER else _NO_GRID,
        "line": {"color": "#C4CAD1"},
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
        "label_position": "low",
    }
    if chart.kind is not ChartKind.SCATTER:
        categories |= {"text_axis": True, "interval_unit": _every(chart)}
    if chart.kind in _HORIZONTAL:
        categories |= {"reverse": True, "interval_unit": 1}
        values["label_position"] = "high"
        drawn.set_x_axis(values)
        drawn.set_y_axis(categories)
    else:
        drawn.set_x_axis(categories)
        drawn.set_y_axis(values)


def _every(chart: Chart) -> int:
    """Return which categories are labelled: every one, every second, ..."""
    top, left, bottom, right = chart.series[0].categories
    return max(1, ceil((bottom - top + right - left + 1) / _LABELS))


def _category_kind(chart: Chart, cells: Cells) -> Kind:
    """Return the kind of the cells along the category axis."""
    cell = cells.get(chart.series[0].categories[:2])
    return cell.kind if cell else Kind.TEXT


def _has_negative(chart: Chart, cells: Cells) -> bool:
    """Tell whether a value of the chart is below zero."""
    spots = (cell[:2] for series in chart.series for cell in _cells(series.values))
    values = (cells[spot].value for spot in spots if spot in cells)
    return any(isinstance(value, int | float) and value < 0 for value in values)
