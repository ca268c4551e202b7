"""`smarketing demo`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.cli.screen import Screen, print_five
from sheets_sync.errors import FixConfig


@click.command("demo", cls=WordedCommand)
@click.argument(
    "folder", metavar="[DIR]", default="smarketing-demo", type=click.Path(path_type=Path)
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.pass_context
def command(ctx: click.Context, folder: Path, as_of: datetime | None) -> None:
    """Make a workspace with a made-up company's exports, and sync it."""
    from sheets_sync.config import CONFIG, load
    from sheets_sync.demo.workspace import is_demo, settle
    from sheets_sync.sync import sync
    from sheets_sync.workspace import Workspace

    if (folder / CONFIG).exists() and not is_demo(folder):
        raise FixConfig("not_a_demo", folder=folder)
    words, now = ctx.obj, datetime.now(UTC)
    last_day = as_of.date() if as_of else now.date() - timedelta(days=1)
    with Screen(words) as screen:
        screen.tell("demo")
        settle(folder, last_day, words)
        workspace = Workspace(folder, load(folder, words))
        outcome = sync(workspace, now=now, as_of=last_day, tell=screen.tell)
    print_five(outcome.facts, words)
    click.echo(words("cli.demo.done", path=workspace.workbook))
