"""`smarketing demo`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.cli.screen import Screen, print_five
from sheets_sync.errors import FixConfig

if TYPE_CHECKING:
    from sheets_sync.sync import Outcome
    from templates.words import Words

SOURCE = Path(__file__).parents[2]


@click.command("demo", cls=WordedCommand)
@click.argument(
    "folder", metavar="[DIR]", default="smarketing-demo", type=click.Path(path_type=Path)
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.option("--target", type=click.Choice(["xlsx", "gsheets"]), default="xlsx")
@click.option("--emulator", is_flag=True)
@click.pass_context
def command(
    ctx: click.Context, folder: Path, as_of: datetime | None, target: str, *, emulator: bool
) -> None:
    """Make a workspace with a made-up company's exports, and sync it."""
    from sheets_sync.config import CONFIG
    from sheets_sync.demo.workspace import is_demo

    if (folder / CONFIG).exists() and not is_demo(folder):
        raise FixConfig("not_a_demo", folder=folder)
    if emulator != (target == "gsheets"):
        raise FixConfig("not_gsheets")
    words: Words = ctx.obj
    if not emulator:
        _tell(_sync(folder, as_of, words), words)
        return
    with _emulator(words) as address:
        outcome = _sync(folder, as_of, words, address)
        _tell(outcome, words)
        kilobytes = words.number(outcome.exchange.bytes_sent / 1000)
        requests = outcome.exchange.requests
        click.echo(words("cli.demo.emulator_counts", requests=requests, kilobytes=kilobytes))
        _wait(words)


def _sync(folder: Path, as_of: datetime | None, words: Words, spreadsheet: str = "") -> Outcome:
    from sheets_sync.config import load
    from sheets_sync.demo.workspace import settle
    from sheets_sync.sync import sync
    from sheets_sync.workspace import Workspace

    now = datetime.now(UTC)
    last_day = as_of.date() if as_of else now.date() - timedelta(days=1)
    with Screen(words) as screen:
        screen.tell("demo")
        settle(folder, last_day, words, spreadsheet)
        workspace = Workspace(folder, load(folder, words))
        return sync(workspace, now=now, as_of=last_day, tell=screen.tell)


def _tell(outcome: Outcome, words: Words) -> None:
    print_five(outcome.facts, words)
    click.echo(words("cli.demo.done", path=outcome.workspace.place))


@contextmanager
def _emulator(words: Words) -> Iterator[str]:
    """Run the server that plays Google; it comes with the source code alone."""
    if not (SOURCE / "tests" / "sheets_emulator").is_dir():
        raise FixConfig("no_emulator")
    sys.path.insert(0, str(SOURCE))
    server = import_module("tests.sheets_emulator.server")
    with server.running() as world:
        world.add("demo", {"ru": "ru_RU", "en": "en_US"}[words.language])
        yield world.address()


def _wait(words: Words) -> None:
    """Let people look at the sheet until they have seen enough."""
    if not sys.stdout.isatty():
        return
    click.echo(words("cli.demo.emulator_is_up"))
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
