"""`smarketing clients`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.cli.screen import MARKS, print_table

if TYPE_CHECKING:
    from templates.tab import Row
    from templates.words import Words


@click.command("clients", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "is_json", is_flag=True)
@click.pass_context
def command(ctx: click.Context, folder: Path, output: Path | None, *, is_json: bool) -> None:
    """List all workspaces under a folder by their last syncs, the most troubled first."""
    from sheets_sync.clients import clients

    words: Words = ctx.obj
    now = datetime.now(UTC)
    rows = clients(folder, words, now)
    if output:
        from sheets_sync.config import shared_brand
        from sheets_sync.portfolio import write

        write(output, rows, words, now, shared_brand(folder, words).brand)
    if is_json:
        click.echo(json.dumps([_object(row, words) for row in rows], ensure_ascii=False, indent=1))
    elif output:
        click.echo(words("cli.clients.done", path=output, count=words.number(len(rows))))
    else:
        _print(rows, words)


def _print(rows: Sequence[Row], words: Words) -> None:
    from templates.clients import assessed, look_first

    headers = [words(f"cli.clients.column.{name}") for name in COLUMNS]
    print_table(
        headers,
        [
            [
                words("cli.clients.client", company=row["company"], folder=row["client"]),
                look_first(row, words),
                _marks(row),
                assessed(row, words),
                _moment(row, words),
                words.day(row.get("as_of")),  # type: ignore[arg-type]
                words.number(row.get("failed")),  # type: ignore[arg-type]
                _missed(row, words),
            ]
            for row in rows
        ],
    )


COLUMNS = ("client", "look_first", "five", "assessment", "good_at", "as_of", "failed", "missed")


def _marks(row: Row) -> str:
    """Draw the five numbers: a mark each, as below a sync."""
    from templates.clients import FIVE, of

    return "".join(MARKS[of(row, id_)] for id_ in FIVE)


def _moment(row: Row, words: Words) -> str:
    good_at = row.get("good_at")
    return words.moment(good_at.astimezone() if isinstance(good_at, datetime) else None)


def _missed(row: Row, words: Words) -> str:
    missed = row.get("missed")
    if missed is None:
        return words.number(None)
    return words("cli.clients.missed", missed=missed, weeks=row["weeks"])


def _object(row: Row, words: Words) -> Mapping[str, Any]:
    """Return what is known of a client as JSON has it."""
    from templates.clients import FIVE, look_first, of

    told = ("client", "company", "trouble", "failed", "why", "score", "band", "currency", "missed",
            "weeks", "trust")  # fmt: skip
    days = {name: row.get(name) for name in ("synced_at", "good_at", "as_of")}
    return {
        **{name: row.get(name) for name in told},
        "workbook": row.get("place"),
        "look_first": look_first(row, words),
        "five": {id_: {"value": row.get(id_), "status": of(row, id_)} for id_ in FIVE},
        **{name: day.isoformat() if day else None for name, day in days.items()},  # type: ignore[union-attr]
    }
