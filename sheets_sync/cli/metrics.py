"""`smarketing metrics`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.cli.screen import print_table
from sheets_sync.cli.sync import adjusted
from sheets_sync.errors import FixConfig

if TYPE_CHECKING:
    from sheets_sync.metrics import Metric
    from templates.words import Words

DIMENSIONS = ("channel", "campaign", "manager", "day", "week", "month")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@click.command("metrics", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--report", metavar="NAME")
@click.option("--period", metavar="PERIOD")
@click.option("--by", default="", metavar="DIMENSIONS")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.option("--format", "shape", type=click.Choice(["table", "csv", "json"]), default="table")
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    report: str | None,
    period: str | None,
    by: str,
    as_of: datetime | None,
    shape: str,
) -> None:
    """Print the metrics, or a result table, of the last sync."""
    from sheets_sync.cli.past import known
    from sheets_sync.config import load
    from sheets_sync.workspace import Workspace

    words: Words = ctx.obj
    workspace = Workspace(folder, load(folder, words))
    day = as_of.date() if as_of else None
    with known(workspace, day) as (reading, present):
        if report:
            rows = reading.report(report)
            print_rows([_plain(row) for row in rows], shape)
            return
        found = reading.metrics(period, _dimensions(by))
        if day and shape == "table":
            if reading is not present:
                click.echo(words("cli.metrics.then", day=words.day(day)))
            for said in adjusted(present.report("adjustments"), day, words):
                click.echo(said)
    if shape == "table":
        _print_metrics(found, words)
    else:
        print_rows([record(metric) for metric in found], shape)


def _dimensions(by: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in by.split(",") if name.strip())
    for name in names:
        if name not in DIMENSIONS:
            raise FixConfig("unknown_dimension", name=name, known=", ".join(DIMENSIONS))
    return names


def record(metric: Metric) -> dict[str, Any]:
    """Return a metric as a JSON object: money is a decimal string."""
    spoken: dict[str, Any] = {
        "metric": metric.metric,
        "value": metric.value,
        "unit": str(metric.unit),
        "n": metric.n,
        "low": metric.low,
        "high": metric.high,
        "reason": metric.reason,
        "period": metric.period,
        "by": dict(metric.by),
    }
    if metric.currency:
        spoken["currency"] = metric.currency
    if metric.parts:
        spoken["parts"] = dict(metric.parts)
    return _plain(spoken)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its values as JSON has them."""
    kept = (str, int, float, bool, dict, type(None))
    return {key: value if isinstance(value, kept) else str(value) for key, value in row.items()}


def print_rows(rows: Sequence[Mapping[str, Any]], shape: str) -> None:
    """Print rows as JSON, as CSV that no spreadsheet takes for formulas, or as a table."""
    if shape == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    headers = list(dict.fromkeys(key for row in rows for key in row))
    if shape == "table":
        print_table(headers, [[_short(row.get(header)) for header in headers] for row in rows])
        return
    cells = [[_text(row.get(header)) for header in headers] for row in rows]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([[_escaped(cell) for cell in row] for row in cells])
    click.echo(text.getvalue(), nl=False)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={part}" for key, part in value.items())
    return "" if value is None else str(value)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else _text(value)


def _escaped(cell: str) -> str:
    is_number = cell.lstrip("+-").replace(".", "", 1).replace("e-", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not is_number else cell


def _print_metrics(found: Sequence[Metric], words: Words) -> None:
    rows: list[tuple[str, ...]] = []
    for metric in found:
        name = f"metric.{metric.metric}"
        split = ", ".join(str(part) if part is not None else "—" for part in metric.by.values())
        rows.append(
            (
                split,
                words(name if words.has(name) else f"measure.{metric.metric}"),
                _spoken(metric, words),
                words.number(metric.n) if metric.n is not None else "",
                _interval(metric, words),
                metric.period,
            )
        )
    headers = [
        words(f"cli.metrics.column.{name}")
        for name in ("by", "name", "value", "n", "interval", "period")
    ]
    if not any(row[0] for row in rows):
        headers, rows = headers[1:], [row[1:] for row in rows]
    print_table(headers, rows)


def _spoken(metric: Metric, words: Words) -> str:
    if metric.value is None:
        return f"{words.number(None)} {words(f'reason.{metric.reason}')}"
    if isinstance(metric.value, str):
        return words(f"{metric.metric}.{metric.value}")
    if metric.unit == "share":
        return words.share(float(metric.value))
    if metric.currency:
        return words.money(metric.value, metric.currency)
    is_whole = float(metric.value).is_integer()
    return words.number(metric.value, 0 if is_whole else 2)


def _interval(metric: Metric, words: Words) -> str:
    if metric.low is None or metric.high is None or metric.unit != "share":
        return ""
    return f"{words.share(metric.low)} … {words.share(metric.high)}"
