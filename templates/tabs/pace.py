"""Pace: where the month ends if it goes on like this, in money and in qualified leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from templates.brand import Hue
from templates.layout import Field, Spot, derived, number, shown
from templates.levers import place_levers
from templates.page import Page, Pixels
from templates.tab import ChartKind, Facts, Grid, Group, Kind, Report, Row, Status
from templates.words import Words

COLUMNS = 11
METRICS = {"revenue": Kind.MONEY, "qualified": Kind.NUMBER}
NEARLY = 0.9
"""From this share of the plan on, a forecast is a warning and not an alarm."""


def _status(row: Row) -> Status | None:
    rate = number(row, "run_rate")
    if rate is None:
        return None
    return Status.GOOD if rate >= 1 else Status.WARN if rate >= NEARLY else Status.BAD


def fields(kind: Kind) -> tuple[Field, ...]:
    """Name the columns for a metric of this kind."""
    whole = Kind.INTEGER if kind is Kind.NUMBER else kind
    return (
        shown("name", width=26),
        shown("plan", whole, 15),
        shown("fact", whole, 15),
        shown("elapsed", Kind.DAYS, 14),
        shown("total", Kind.DAYS, 12),
        derived("forecast", whole, 15),
        derived("run_rate", width=12, status=_status),
        derived("plan_gap", whole, 15),
        derived("need_per_day", kind, 16),
        derived("pace_per_day", kind, 16),
        shown("without_largest", whole, 18, unknown=None),
    )


def draw(facts: Facts, words: Words) -> Grid:
    """Draw the pace of each metric: first its picture, then who goes how fast."""
    page = Page("pace", facts, words)
    page.head(COLUMNS)
    days = {
        metric: rows
        for metric in METRICS
        if (rows := [r for r in facts.tables.get("pace_daily", ()) if r["metric"] == metric])
    }
    at = page.room(320) if days else 0
    for metric, kind in METRICS.items():
        rows = [row for row in facts.tables.get("pace", ()) if row["metric"] == metric]
        page.heading(words(f"column.{metric}"), COLUMNS)
        if is_known(rows):
            page.table(fields(kind), [_spoken(row, words) for row in rows])
        else:
            page.note(words(f"page.no_{metric}"), COLUMNS)
            page.next()
    _accuracy(page, facts.tables.get("forecast_errors", ()))
    page.note(words("page.pace_note"), COLUMNS)
    page.next()
    place_levers(page)
    page.print_rows = page.row
    page.next()
    spots = page.side_by_side(at, COLUMNS, 320)
    for metric, spot in zip(days, spots, strict=False):
        _picture(page, metric, METRICS[metric], days[metric], spot)
    return page.grid()


ACCURACY = (
    shown("name", width=26),
    shown("week_of_month", Kind.DAYS, 16),
    shown("forecast_error", Kind.SHARE, 17, of=lambda row: row["error"]),
    shown("months_compared", Kind.DAYS, 12, of=lambda row: row["n"]),
)


def is_known(rows: Sequence[Row]) -> bool:
    """Tell whether a table would show more than names and days."""
    return any(row.get(name) is not None for row in rows for name in ("plan", "fact"))


def _accuracy(page: Page, errors: Sequence[Row]) -> None:
    """Say how good the forecasts were, by how much of the month had passed."""
    words = page.words
    if not errors:
        return
    page.heading(words("page.forecast_accuracy"), COLUMNS)
    page.table(ACCURACY, [{**row, "name": words(f"column.{row['metric']}")} for row in errors])
    page.row -= 1
    page.note(words("page.forecast_accuracy_note"), COLUMNS)
    if any(row["is_few"] for row in errors):
        page.note(words("page.few_months"), COLUMNS)
    page.next()


def _spoken(row: Row, words: Words) -> Row:
    """Name the line, and take out the one deal that makes the month."""
    scope, largest, fact = row["scope"], number(row, "largest"), number(row, "fact")
    name = row.get("name") or words(f"choice.{scope}")
    rest = None if largest is None or fact is None else fact - largest
    return {**row, "name": name, "without_largest": rest}


def _picture(
    page: Page, metric: str, kind: Kind, days: Sequence[Row], spot: tuple[Spot, Pixels]
) -> None:
    words = page.words
    page.note(f"{words('page.chart_data')}: {words(f'column.{metric}')}", COLUMNS)
    placed = page.table(
        (
            shown("day", Kind.DATE),
            shown("fact", kind, unknown=None),
            shown("plan_path", kind, unknown=None, of=lambda row: row.get("plan")),
            shown("forecast", kind, unknown=None),
        ),
        days,
    )
    looks: Mapping[str, Mapping[str, Any]] = {
        "fact": {"colour": Hue.ACCENT},
        "plan_path": {"colour": "#8A8F98", "is_dashed": True},
        "forecast": {"colour": "#E0A100", "is_dashed": True},
    }
    drawn = [name for name in looks if any(row.get(name) is not None for row in placed.rows)]
    page.chart(
        f"pace_{metric}",
        ChartKind.LINE,
        [placed.series(name, "day", words(f"column.{name}"), **looks[name]) for name in drawn],
        spot[0],
        size=spot[1],
        value_kind=Kind.MONEY if kind is Kind.MONEY else Kind.INTEGER,
    )


REPORT = Report("pace", Group.READ, draw)
