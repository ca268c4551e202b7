"""`smarketing backup`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand

if TYPE_CHECKING:
    from templates.words import Words


@click.command("backup", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--to", "path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def command(ctx: click.Context, folder: Path, path: Path | None) -> None:
    """Write the workspace into one file."""
    from sheets_sync.backup import backup
    from sheets_sync.config import load
    from sheets_sync.workspace import Workspace

    words: Words = ctx.obj
    made = backup(Workspace(folder, load(folder, words)), datetime.now(UTC), path)
    megabytes = words.number(made.stat().st_size / 2**20, 1)
    click.echo(words("cli.backup.done", path=made, megabytes=megabytes))
