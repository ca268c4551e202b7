"""`smarketing meeting`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.errors import FixConfig, TargetNotWritten

if TYPE_CHECKING:
    from sheets_sync.workspace import Workspace
    from templates.tab import Facts
    from templates.words import Words

STDOUT = Path("-")


@click.command("meeting", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--format", "shape", type=click.Choice(["html", "md"]), default="html")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--send", is_flag=True)
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    shape: str,
    as_of: datetime | None,
    output: Path | None,
    *,
    send: bool,
) -> int:
    """Write the brief of the coming meeting, from the last sync."""
    from sheets_sync.cli.past import known
    from sheets_sync.config import load
    from sheets_sync.workspace import Workspace

    words: Words = ctx.obj
    workspace = Workspace(folder, load(folder, words))
    with known(workspace, as_of.date() if as_of else None) as (reading, _):
        facts = reading.facts()
    text = _writers()[shape](facts, words)
    path = output or folder / f"meeting.{shape}"
    if path == STDOUT:
        click.echo(text, nl=False)
    else:
        path.write_text(text, encoding="utf-8")
        click.echo(words("cli.meeting.done", path=path))
    return _send(workspace, facts, path) if send else 0


def _send(workspace: Workspace, facts: Facts, page: Path) -> int:
    """Send the digest and the page to those who get it, whatever the hour."""
    from sheets_sync.lock import workspace_lock
    from sheets_sync.messages.telling import Post

    if not workspace.recipients:
        raise FixConfig("no_recipients")
    with workspace_lock(workspace.hidden):
        attached = None if page == STDOUT else page
        told = Post(workspace, facts, datetime.now(UTC)).send_brief(attached)
    for text in (*told.said, *told.warnings):
        click.echo(text)
    return TargetNotWritten.exit_code if told.warnings else 0


def _writers() -> Mapping[str, Callable[[Facts, Words], str]]:
    from templates.meeting.html import html
    from templates.meeting.markdown import markdown

    return {"html": html, "md": markdown}
