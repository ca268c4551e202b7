"""`smarketing sync`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.calendars import week_name
from sheets_sync.cli import WordedCommand, answered, tell_error, words_of
from sheets_sync.cli.screen import Screen, print_five
from sheets_sync.errors import LookAtSource

if TYPE_CHECKING:
    from sheets_sync.sync import Outcome
    from sheets_sync.workspace import Workspace
    from templates.tab import Row, Value
    from templates.words import Words


@click.command("sync", cls=WordedCommand)
@click.argument("folders", metavar="[DIR]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.option("--dry-run", is_flag=True)
@click.option("--rebuild", is_flag=True)
@click.option("--all", "is_all", is_flag=True)
@click.option("--jobs", metavar="N", type=click.IntRange(1), default=os.cpu_count())
@click.option("--cluster", metavar="ADDRESS")
@click.option("--json", "is_json", is_flag=True)
@click.pass_context
def command(
    ctx: click.Context,
    folders: tuple[Path, ...],
    as_of: datetime | None,
    jobs: int,
    cluster: str | None,
    *,
    dry_run: bool,
    rebuild: bool,
    is_all: bool,
    is_json: bool,
) -> int:
    """Sync one workspace here, several each in a program of its own."""
    from sheets_sync.cli.many import here, sync_many
    from sheets_sync.cluster import there

    given = folders or (Path(),)
    places = _under(given) if is_all else list(dict.fromkeys(given))
    if cluster or len(places) > 1:
        words = words_of(ctx, places[0])
        hand_out = there(cluster, words) if cluster else here(jobs)
        options = _again(ctx, as_of, dry_run=dry_run, rebuild=rebuild, is_json=is_json)
        return sync_many(places, options, hand_out, words, is_json=is_json)
    [folder] = places
    words = words_of(ctx, folder)
    one = partial(_one, folder, words, as_of, dry_run=dry_run, rebuild=rebuild, is_json=is_json)
    tell = partial(_tell_json, folder) if is_json else tell_error
    code: int = answered(one, folder, words, tell)
    return code


def _under(roots: Sequence[Path]) -> list[Path]:
    from sheets_sync.clients import found

    return found(roots)


def _again(
    ctx: click.Context, as_of: datetime | None, *, dry_run: bool, rebuild: bool, is_json: bool
) -> list[str]:
    """Return the options of this call, for a call of one workspace."""
    language = ctx.find_root().params.get("lang")
    return [
        *(["--lang", language] if language else []),
        *([f"--as-of={as_of:%Y-%m-%d}"] if as_of else []),
        *(["--dry-run"] if dry_run else []),
        *(["--rebuild"] if rebuild else []),
        *(["--json"] if is_json else []),
    ]


def _tell_json(folder: Path, text: str) -> None:
    click.echo(json.dumps({"workspace": str(folder), "error": text}, ensure_ascii=False))


def _one(
    folder: Path,
    words: Words,
    as_of: datetime | None,
    *,
    dry_run: bool,
    rebuild: bool,
    is_json: bool,
) -> int:
    from sheets_sync.config import load as load_config
    from sheets_sync.hindsight import is_past
    from sheets_sync.preview import preview
    from sheets_sync.sync import sync
    from sheets_sync.workspace import Workspace

    workspace = Workspace(folder, load_config(folder, words))
    now, day = datetime.now(UTC), as_of.date() if as_of else None
    if day and is_past(workspace, day, now):
        return _look_back(workspace, words, day, dry_run=dry_run, is_json=is_json)
    run = preview if dry_run else sync
    with Screen(words, is_quiet=is_json) as screen:
        found = run(
            workspace,
            now=now,
            as_of=day,
            is_rebuild=rebuild,
            tell=screen.tell,
        )
    outcome, differences = found if isinstance(found, tuple) else (found, None)
    if is_json:
        spoken = {**summary(outcome), "changes": differences} if dry_run else summary(outcome)
        click.echo(json.dumps(spoken, ensure_ascii=False, default=str))
    elif differences is not None:
        _print_differences(differences, words)
    else:
        print_outcome(outcome)
    failed = any(arrival.error for arrival in outcome.arrivals)
    return LookAtSource.exit_code if failed else 0


def _look_back(
    workspace: Workspace, words: Words, day: date, *, dry_run: bool, is_json: bool
) -> int:
    """Write what was known on a day into a file of its own; the workbook stays as it is."""
    from sheets_sync.hindsight import look_back

    with Screen(words, is_quiet=is_json) as screen:
        outcome = look_back(workspace, day, is_kept=not dry_run, tell=screen.tell)
    if is_json:
        spoken = {**summary(outcome), "changes": []} if dry_run else summary(outcome)
        click.echo(json.dumps(spoken, ensure_ascii=False, default=str))
        return 0
    print_five(outcome.facts, words)
    said = "cli.sync.then_dry" if dry_run else "cli.sync.then"
    click.echo(words(said, day=words.day(day), path=outcome.workspace.place))
    return 0


def _print_differences(differences: list[dict[str, Any]], words: Words) -> None:
    for difference in differences:
        click.echo(words("cli.sync.difference", **difference))
    click.echo(words("cli.sync.differences", count=len(differences)))


def summary(outcome: Outcome) -> dict[str, Any]:
    """Return a sync as one JSON object."""
    return {
        "workspace": str(outcome.workspace.folder),
        "workbook": outcome.workspace.place,
        "as_of": outcome.facts.as_of.isoformat(),
        "sources": {
            arrival.source: {
                "objects": {
                    name: {
                        "read": count.read,
                        "new": count.new,
                        "changed": count.changed,
                        "quarantined": count.quarantined,
                        "gone": count.gone,
                    }
                    for name, count in arrival.counts.items()
                },
                "error": arrival.error.say(outcome.words) if arrival.error else None,
            }
            for arrival in outcome.arrivals
        },
        "cells_changed": dict(outcome.exchange.cells_changed),
        "inputs_read": outcome.inputs_read,
        "requests": outcome.exchange.requests,
        "bytes_sent": outcome.exchange.bytes_sent,
        "seconds": dict(outcome.seconds),
        "messages": list(outcome.told.said),
        "warnings": warnings(outcome),
    }


def warnings(outcome: Outcome) -> list[str]:
    """Say what the reader should know."""
    words = outcome.words
    said = [
        words(f"warning.{warning.id}", **warning.parts) for warning in outcome.exchange.warnings
    ]
    said += [
        words("cli.sync.problem", tab=words(f"tab.{p.tab}"), key=p.key, value=p.value,
              problem=words(f"problem.{p.id}"))
        for p in outcome.problems
    ]  # fmt: skip
    said += list(adjusted(outcome.facts.tables["adjustments"], outcome.facts.as_of, words))
    one = next(iter(outcome.facts.tables.get("one", ())), {})
    if one.get("data_ends_early"):
        said.append(words("cli.sync.old_export", day=words.day(outcome.facts.as_of)))
    return [*said, *outcome.told.warnings]


def adjusted(rows: Sequence[Row], day: date, words: Words) -> Iterator[str]:
    """Say what is counted otherwise by now than it was written down for the week of a day."""
    for row in rows:
        if row["week"] == week_name(day):
            then, now = (_figure(row[name], words) for name in ("was", "now"))
            metric = words(f"measure.{row['metric']}")
            yield words("cli.sync.adjusted", week=row["week"], metric=metric, then=then, now=now)


def _figure(value: Value, words: Words) -> str:
    return words.number(None if value is None else float(str(value)))


def print_outcome(outcome: Outcome) -> None:
    """Print what a sync did, the five statistics and where the workbook is."""
    words = outcome.words
    for arrival in outcome.arrivals:
        if arrival.error:
            click.echo(arrival.error.say(words), err=True)
        for name, count in arrival.counts.items():
            parts = {field: words.number(getattr(count, field)) for field in count.__slots__}
            click.echo(
                words(
                    "cli.sync.arrival",
                    object=words(f"object.{name}"),
                    source=arrival.source,
                    **parts,
                )
            )
    print_totals(outcome)
    for warning in warnings(outcome):
        click.echo(f"! {warning}")
    print_five(outcome.facts, words)
    for text in outcome.told.said:
        click.echo(text)
    changed = sum(outcome.exchange.cells_changed.values())
    click.echo(
        words(
            "cli.sync.done",
            path=outcome.workspace.place,
            changed=words.number(changed),
            typed=words.number(outcome.inputs_read),
            seconds=words.number(sum(outcome.seconds.values()), 1),
        )
    )


def print_totals(outcome: Outcome) -> None:
    """Print what the store holds, as far as that is known."""
    words, currency = outcome.words, outcome.facts.currency
    one = next(iter(outcome.facts.tables.get("one", ())), {})
    said = []
    for name in ("leads", "qualified", "deals", "won", "lost", "open", "revenue"):
        value = one.get(name)
        if isinstance(value, int | float):
            is_money = name == "revenue"
            count = words.money(value, currency) if is_money else words.number(value)
            said.append(words(f"cli.sync.total.{name}", count=count))
    if said:
        click.echo(words("cli.sync.totals", known=", ".join(said)))
