"""`smarketing restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand

if TYPE_CHECKING:
    from templates.words import Words


@click.command("restore", cls=WordedCommand)
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, path: Path, folder: Path) -> None:
    """Bring a workspace back from a backup."""
    from sheets_sync.backup import restore

    words: Words = ctx.obj
    kept, aside = restore(path, folder, datetime.now(UTC))
    made = words.moment(kept.made.astimezone())
    click.echo(words("cli.restore.done", folder=folder, made=made, count=len(kept.files)))
    if aside:
        click.echo(words("cli.restore.aside", path=aside))
