"""`smarketing writeback`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.cli.screen import Screen, print_table
from sheets_sync.errors import LookAtSource

if TYPE_CHECKING:
    from sheets_sync.errors import SmarketingError
    from sheets_sync.workspace import Workspace
    from sheets_sync.writeback.audit import Cell
    from sheets_sync.writeback.preview import Preview
    from sheets_sync.writeback.run import Report
    from sheets_sync.writeback.wanted import Note
    from templates.words import Words


@click.command("writeback", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--preview", "is_preview", is_flag=True)
@click.option("--write", "number", metavar="NUMBER")
@click.option("--undo", "run", metavar="RUN", type=int)
@click.option("--log", "is_log", is_flag=True)
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    *,
    is_preview: bool,
    number: str | None,
    run: int | None,
    is_log: bool,
) -> int:
    """Show what would be written to the CRM, ask, and write it; or take a run back."""
    from sheets_sync.config import load
    from sheets_sync.workspace import Workspace

    if sum((is_preview, number is not None, run is not None, is_log)) > 1:
        raise click.UsageError("", ctx)
    words: Words = ctx.obj
    workspace = Workspace(folder, load(folder, words))
    if is_log:
        return _log(workspace, words)
    if run is not None:
        return _undo(workspace, run, words)
    if number is not None:
        return _write(workspace, number, words)
    return _preview(workspace, words, is_asking=not is_preview and sys.stdin.isatty())


def _preview(workspace: Workspace, words: Words, *, is_asking: bool) -> int:
    from sheets_sync.writeback.preview import preview

    with Screen(words) as screen:
        screen.tell("look_at_crm")
        found = preview(workspace, datetime.now(UTC))
    _print(found, words)
    parts = {"count": words.number(len(found.changes)), "number": found.number}
    if not found.changes:
        click.echo(words("cli.writeback.nothing"))
    elif is_asking:
        if click.confirm(words("cli.writeback.ask", **parts)):
            return _write(workspace, found.number, words)
    else:
        click.echo(words("cli.writeback.shown", folder=workspace.folder, **parts))
    return LookAtSource.exit_code if found.errors else 0


def _print(found: Preview, words: Words) -> None:
    """Print cell by cell what the CRM holds and what it would hold."""
    if found.changes:
        headers = [words(f"cli.writeback.column.{name}")
                   for name in ("record", "field", "before", "after")]  # fmt: skip
        rows = [
            [_record(change.cell, words), _field(change.cell, change.title, words),
             change.shown[0] or "—", change.shown[1]]
            for change in found.changes
        ]  # fmt: skip
        print_table(headers, rows)
    _say(found.notes, found.errors, words)


def _record(cell: Cell, words: Words) -> str:
    return f"{words(f'writeback.kind.{cell.kind}')} {cell.record}"


def _field(cell: Cell, title: str, words: Words) -> str:
    what = words(f"writeback.what.{cell.what}")
    return f"{what} {cell.key}" if cell.what == "task" else f"{what}: {title or cell.field}"


def _say(notes: Sequence[Note], errors: Sequence[SmarketingError], words: Words) -> None:
    """Say why something is not written, each reason once."""
    said = []
    for note in notes:
        spoken = {
            name: words(f"writeback.{name}.{note.parts[name]}")
            for name in ("what", "kind")
            if name in note.parts
        }
        said.append(words(f"writeback.{note.id}", **{**note.parts, **spoken}))
    for line in dict.fromkeys(said):
        click.echo(f"! {line}")
    for error in errors:
        click.echo(error.say(words), err=True)


def _write(workspace: Workspace, number: str, words: Words) -> int:
    from sheets_sync.writeback.run import write

    with Screen(words) as screen:
        screen.tell("write_to_crm")
        done = write(workspace, number, datetime.now(UTC))
    return _report(workspace, done, "written", words)


def _undo(workspace: Workspace, run: int, words: Words) -> int:
    from sheets_sync.writeback.run import undo

    with Screen(words) as screen:
        screen.tell("write_to_crm")
        done = undo(workspace, run, datetime.now(UTC))
    return _report(workspace, done, "taken_back", words)


def _report(workspace: Workspace, done: Report, did: str, words: Words) -> int:
    """Say what a run wrote, and how to take it back."""
    _say(done.notes, done.errors, words)
    outcomes = [entry.outcome for entry in done.entries]
    count = outcomes.count("written")
    if not done.entries:
        click.echo(words(f"cli.writeback.none_{did}"))
    else:
        parts = {"count": words.number(count), "of": words.number(len(outcomes)), "run": done.run}
        click.echo(words(f"cli.writeback.{did}", folder=workspace.folder, **parts))
    is_whole = count == len(outcomes) and not done.errors
    return 0 if is_whole else LookAtSource.exit_code


def check_fields(workspace: Workspace, words: Words) -> bool:
    """Say whether the fields of CRMs can take what people type; tell whether they can."""
    from sheets_sync.reading import open_reading
    from sheets_sync.writeback.desk import open_desks

    with (
        open_reading(workspace, datetime.now(UTC), None) as reading,
        open_desks(reading) as (desks, _),
    ):
        is_whole = True
        for desk in desks:
            notes = list(desk.lacks())
            _say(notes, (), words)
            is_whole &= not notes
            if not notes:
                click.echo(words("cli.writeback.fields", crm=desk.recipient.name))
    return is_whole


def _log(workspace: Workspace, words: Words) -> int:
    """Print the audit, the newest last."""
    from sheets_sync.state import STATE
    from sheets_sync.writeback.audit import Audit

    names = ("run", "at", "record", "field", "was", "became", "outcome")
    rows = [
        [str(entry.run), words.moment(entry.at), _record(entry.cell, words),
         _field(entry.cell, "", words), entry.before or "—", entry.after or "—",
         words(f"writeback.outcome.{entry.outcome or 'open'}")]
        for entry in Audit(workspace.hidden / STATE).entries()
    ]  # fmt: skip
    if rows:
        print_table([words(f"cli.writeback.column.{name}") for name in names], rows)
    else:
        click.echo(words("cli.writeback.no_log"))
    return 0
