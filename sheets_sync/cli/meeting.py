"""`smarketing meeting`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand

if TYPE_CHECKING:
    from templates.tab import Facts
    from templates.words import Words

STDOUT = Path("-")


@click.command("meeting", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--format", "shape", type=click.Choice(["html", "md"]), default="html")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def command(
    ctx: click.Context, folder: Path, shape: str, as_of: datetime | None, output: Path | None
) -> None:
    """Write the brief of the coming meeting, from the last sync."""
    from sheets_sync.cli.past import known
    from sheets_sync.config import load
    from sheets_sync.workspace import Workspace

    words: Words = ctx.obj
    workspace = Workspace(folder, load(folder, words))
    with known(workspace, as_of.date() if as_of else None) as (reading, _):
        text = _writers()[shape](reading.facts(), words)
    path = output or folder / f"meeting.{shape}"
    if path == STDOUT:
        click.echo(text, nl=False)
    else:
        path.write_text(text, encoding="utf-8")
        click.echo(words("cli.meeting.done", path=path))


def _writers() -> Mapping[str, Callable[[Facts, Words], str]]:
    from templates.meeting.html import html
    from templates.meeting.markdown import markdown

    return {"html": html, "md": markdown}
