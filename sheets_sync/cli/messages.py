"""`smarketing messages`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.errors import FixConfig, TargetNotWritten

if TYPE_CHECKING:
    from sheets_sync.messages.deciding import Letter
    from sheets_sync.messages.telling import Post
    from sheets_sync.workspace import Workspace
    from templates.words import Words

SHOWN = 10
"""Messages of the past that are listed."""


@click.command("messages", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--send", is_flag=True)
@click.pass_context
def command(ctx: click.Context, folder: Path, *, send: bool) -> int:
    """Print what would be sent now, or send it."""
    from sheets_sync.config import load
    from sheets_sync.lock import workspace_lock
    from sheets_sync.messages.telling import Post
    from sheets_sync.reading import open_reading
    from sheets_sync.workspace import Workspace

    words: Words = ctx.obj
    workspace = Workspace(folder, load(folder, words))
    if not workspace.recipients and send:
        raise FixConfig("no_recipients")
    if not workspace.recipients:
        click.echo(words("error.no_recipients"))
        return 0
    now = datetime.now(UTC)
    with open_reading(workspace, now, None) as reading:
        post = Post(workspace, reading.facts(), now)
    if not send:
        click.echo("\n".join(_shown(post, words)))
        return 0
    with workspace_lock(workspace.hidden):
        told = post.send_due()
    for text in (*told.said, *told.warnings) or [words("cli.messages.nothing")]:
        click.echo(text)
    return TargetNotWritten.exit_code if told.warnings else 0


def _shown(post: Post, words: Words) -> Iterator[str]:
    """Yield who gets what, what is due now, what waits, and what was sent lately."""
    decision, _ = post.decision()
    yield words("cli.messages.recipients")
    yield from (f"  {line}" for line in _recipients(post.workspace, post, words))
    yield words("cli.messages.now" if decision.send else "cli.messages.nothing")
    yield from _letters(decision.send, post)
    if decision.waiting:
        until = str(post.facts.settings["quiet_hours"]).partition("-")[2]
        yield words("cli.messages.waiting", until=until)
        yield from _letters(decision.waiting, post)
    if past := post.past(SHOWN):
        yield words("cli.messages.past")
        yield from (f"  {words.moment(at)}  {text}" for at, text in past)


def _letters(letters: Sequence[Letter], post: Post) -> Iterator[str]:
    for letter in letters:
        yield f"  {post.name(letter.rule)} → {letter.recipient}"
        yield from (f"    {line}" for line in post.text(letter).splitlines())


def _recipients(workspace: Workspace, post: Post, words: Words) -> Iterator[str]:
    """Yield each recipient with the service behind the address, and what they get."""
    from sheets_sync.messages.delivery import service
    from sheets_sync.messages.telling import recipients
    from sheets_sync.sources.rest.secret import read_secret

    got = recipients(post.facts.settings, workspace.recipients)
    for each in workspace.config.messages:
        try:
            known = service(read_secret(each.to, workspace.folder))
            by = known or words("message.problem.address", place=each.to)
        except FixConfig as error:
            by = error.say(words)
        rules = [post.name(rule) for rule, names in got.items() if each.name in names]
        what = ", ".join(rules) or words("choice.to_none")
        yield words("cli.messages.recipient", name=each.name, by=by, what=what)
