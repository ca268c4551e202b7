"""`smarketing schedule`."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event
from time import sleep
from typing import TYPE_CHECKING

import click

from sheets_sync.cli import WordedCommand, words_of
from sheets_sync.errors import SmarketingError

if TYPE_CHECKING:
    from sheets_sync.schedule.runner import Runner
    from templates.words import Words

WHAT = ("run", "once", "show", "install", "remove")
SYSTEM = ("systemd", "cron", "launchd", "windows")


@click.command("schedule", cls=WordedCommand)
@click.argument("what", metavar="|".join(WHAT), type=click.Choice(WHAT))
@click.argument("folders", metavar="[DIR]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--all", "is_all", is_flag=True)
@click.option("--jobs", metavar="N", type=click.IntRange(1), default=os.cpu_count())
@click.option("--system", metavar="|".join(SYSTEM), type=click.Choice(SYSTEM))
@click.option("--print", "is_shown", is_flag=True)
@click.pass_context
def command(
    ctx: click.Context,
    what: str,
    folders: tuple[Path, ...],
    jobs: int,
    system: str | None,
    *,
    is_all: bool,
    is_shown: bool,
) -> int:
    """Sync workspaces when they are due, or show when that is."""
    roots = folders or (Path(),)
    words = words_of(ctx, roots[0])
    if what == "run":
        return _run(partial(_places, roots, is_all=is_all), jobs, words)
    if what == "once":
        return _once(partial(_places, roots, is_all=is_all), jobs, words)
    places = _places(roots, is_all=is_all)
    if what == "show":
        _show(places, words)
    else:
        _settle(what, roots, places, system, words, is_all=is_all, is_shown=is_shown)
    return 0


def _places(roots: Sequence[Path], *, is_all: bool) -> list[Path]:
    """Return the workspaces that are meant."""
    from sheets_sync.clients import found

    return [place.resolve() for place in (found(roots) if is_all else dict.fromkeys(roots))]


def _runner(places: Callable[[], list[Path]], jobs: int, words: Words, halt: Event) -> Runner:
    from sheets_sync.child import sync_apart
    from sheets_sync.schedule.clockwork import Clockwork
    from sheets_sync.schedule.runner import Runner

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return Runner(
        places,
        partial(sync_apart, options=("--json",), stop=halt),
        lambda: datetime.now(UTC),
        click.echo,
        words,
        partial(Clockwork, hands=jobs),
    )


def _run(places: Callable[[], list[Path]], jobs: int, words: Words) -> int:
    """Sync what is due until somebody stops it."""
    halt = Event()
    runner = _runner(places, jobs, words, halt)
    click.echo(words("cli.schedule.begun", count=words.number(len(places()))))
    try:
        while True:
            sleep(runner.turn())
    except KeyboardInterrupt:
        click.echo(words("cli.schedule.stopping", count=words.number(len(runner.running))))
        runner.stop(halt)
    click.echo(words("cli.schedule.stopped"))
    return 0


def _once(places: Callable[[], list[Path]], jobs: int, words: Words) -> int:
    """Sync what is due now."""
    halt = Event()
    runner = _runner(places, jobs, words, halt)
    try:
        runner.once()
    except KeyboardInterrupt:
        runner.stop(halt)
    return 0


def _settle(
    what: str,
    roots: Sequence[Path],
    places: Sequence[Path],
    system: str | None,
    words: Words,
    *,
    is_all: bool,
    is_shown: bool,
) -> None:
    """Have the system look every few minutes what is due, or not any more."""
    from sheets_sync.schedule import systems
    from sheets_sync.schedule.plan import read_plan

    for place in places if what == "install" else ():
        read_plan(place, words)
    chosen = system or systems.usual()
    title = words("cli.schedule.title", folders=", ".join(root.resolve().name for root in roots))
    task = systems.task(roots, ["--all"] if is_all else [], title)
    if is_shown:
        click.echo(systems.shown(systems.SYSTEMS[chosen], task))
        return
    said = words(f"cli.schedule.{chosen}")
    if what == "install":
        systems.install(systems.SYSTEMS[chosen], task)
        click.echo(words("cli.schedule.installed", system=said, name=task.name))
    else:
        systems.remove(systems.SYSTEMS[chosen], task)
        click.echo(words("cli.schedule.removed", system=said, name=task.name))


def _show(folders: Sequence[Path], words: Words) -> None:
    """Print the next times of each workspace and what became of its last syncs."""
    from sheets_sync.cli.screen import print_table

    many = len(folders) > 1
    headers = [words(f"cli.schedule.{name}") for name in ("folder", "when", "next", "last")]
    print_table(headers, [_row(folder, words, 1 if many else 3) for folder in folders])


def _row(folder: Path, words: Words, newest: int) -> list[str]:
    from sheets_sync.schedule.plan import read_plan
    from sheets_sync.schedule.results import results

    try:
        plan = read_plan(folder, words)
    except SmarketingError as error:
        return [str(folder), "", "", error.say(words)]
    times = [datetime.now(UTC)]
    for _ in range(newest):
        times.append(plan.next(times[-1]))
    last = [
        f"{words.moment(began.astimezone(plan.zone))}  {became}"
        for began, became in results(folder, words, newest)
    ]
    return [
        str(folder),
        f"{plan.text}\n{plan.zone.key}",
        "\n".join(words.moment(time) for time in times[1:]),
        "\n".join(last) or words("cli.schedule.never"),
    ]
