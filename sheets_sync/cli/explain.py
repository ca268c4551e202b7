"""`smarketing explain`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.errors import FixConfig

if TYPE_CHECKING:
    from templates.words import Words


@click.command("explain", cls=WordedCommand)
@click.argument("metric", metavar="METRIC")
@click.pass_context
def command(ctx: click.Context, metric: str) -> None:
    """Print a metric's definition."""
    from sheets_sync.metrics import explain
    from sheets_sync.metrics.catalogue import METRICS

    words: Words = ctx.obj
    if metric not in METRICS:
        near = difflib.get_close_matches(metric, METRICS, 3) or list(METRICS)[:3]
        raise FixConfig("unknown_metric", name=metric, near=", ".join(near))
    found = explain(metric, words)
    click.secho(f"{found.name}  ({metric})", bold=True)
    for part in ("words", "formula", "cell", "sql", "unit", "source"):
        text = getattr(found, part)
        if text:
            click.echo()
            click.echo(f"{words(f'cli.explain.{part}')}: {text}")
