"""Many workspaces at once, each in a program of its own: what befalls one stays with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from sheets_sync.child import LIMIT, Ended, HandOut, sync_apart
from sheets_sync.cli.screen import Screen

if TYPE_CHECKING:
    from templates.words import Words


def sync_many(
    folders: Sequence[Path],
    options: Sequence[str],
    hand_out: HandOut,
    words: Words,
    *,
    is_json: bool,
) -> int:
    """Sync workspaces; say how each ended, and return the worst code.

    Objects of JSON come as workspaces finish, sentences in the order that was asked for.
    """
    ended: dict[Path, Ended] = {}
    said = 0
    with Screen(words, is_quiet=is_json) as screen:
        for done in hand_out(folders, options):
            ended[done.folder] = done
            failed = sum(each.exit_code > 0 for each in ended.values())
            screen.tell("many", done=len(ended), all=len(folders), failed=failed)
            if is_json:
                click.echo(_object(done, words))
                continue
            while said < len(folders) and folders[said] in ended:
                _say(ended[folders[said]], words)
                said += 1
    if not is_json:
        _sum_up([ended[folder] for folder in folders], words)
    return max(each.exit_code for each in ended.values())


def here(jobs: int, limit: float = LIMIT) -> HandOut:
    """Return how workspaces are synced on this machine, so many at a time."""
    return partial(_ends, jobs, limit)


def _ends(
    jobs: int, limit: float, folders: Sequence[Path], options: Sequence[str]
) -> Iterator[Ended]:
    stop = Event()
    with ThreadPoolExecutor(jobs) as hands:
        waiting = [
            hands.submit(sync_apart, folder, options, limit=limit, stop=stop) for folder in folders
        ]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            stop.set()
            hands.shutdown(wait=False, cancel_futures=True)


def _object(done: Ended, words: Words) -> str:
    """Return the object that a sync printed, else one that says how it ended."""
    told = done.summary or {"workspace": str(done.folder), "error": _wrong(done, words)}
    return json.dumps(told, ensure_ascii=False)


def _say(done: Ended, words: Words) -> None:
    """Print what a sync said, under the name of its folder."""
    click.secho(f"── {done.folder}", bold=True)
    click.echo(done.out, nl=False)
    if wrong := _wrong(done, words):
        click.echo(wrong, err=True)


def _wrong(done: Ended, words: Words) -> str:
    """Return what a sync said of errors; of one that did not live to say it, how it ended."""
    if done.code is None:
        return words("cli.sync.hung", folder=done.folder, minutes=words.number(LIMIT / 60))
    if done.code < 0:
        return words("cli.sync.died", folder=done.folder, signal=-done.code)
    return done.err.strip()


def _sum_up(ended: Sequence[Ended], words: Words) -> None:
    failed = [each for each in ended if each.exit_code]
    count = words.number(len(ended) - len(failed))
    click.echo(words("cli.sync.many", count=count, all=words.number(len(ended))))
    for each in failed:
        why = _wrong(each, words).partition("\n")[0]
        click.echo(words("cli.sync.failed", folder=each.folder, code=each.exit_code, why=why))
