"""`smarketing init`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.cli import WordedCommand
from sheets_sync.cli.ads import ads_options, named_ads, try_ads
from sheets_sync.cli.crm import crm_options, named_crms, try_crms
from sheets_sync.cli.sql import OBJECTS, named_address, named_tables, sql_options
from sheets_sync.errors import FixConfig

if TYPE_CHECKING:
    from sheets_sync.setup import Taken
    from sheets_sync.sources.draft import Note, Question
    from templates.words import Words

FILE = click.Path(path_type=Path)
HOME: Mapping[str, Mapping[str, str]] = {
    "ru": {"currency": "RUB", "timezone": "Europe/Moscow", "country": "RU"},
    "en": {"currency": "USD", "timezone": "UTC", "country": "US"},
}
"""What is taken where nothing is stated; it is said, and stands in the config."""


@click.command("init", cls=WordedCommand)
@click.argument("folder", metavar="[DIR]", default=".", type=FILE)
@click.option("--deals", metavar="FILE", multiple=True)
@click.option("--leads", metavar="FILE", multiple=True)
@click.option("--spend", metavar="FILE", multiple=True)
@click.option("--history", metavar="FILE", multiple=True)
@crm_options
@ads_options
@sql_options
@click.option("--name", metavar="TEXT")
@click.option("--currency", metavar="CODE")
@click.option("--timezone", metavar="ZONE")
@click.option("--country", metavar="CODE")
@click.option("--dates", metavar="COLUMN=ORDER", multiple=True)
@click.option("--force", is_flag=True)
@click.pass_context
def command(ctx: click.Context, /, folder: Path, **options: Any) -> None:
    """Write a workspace's config for the files given."""
    from sheets_sync.config import CONFIG
    from sheets_sync.setup import write_config

    words: Words = ctx.obj
    if (folder / CONFIG).exists() and not options["force"]:
        raise FixConfig("already_set_up", path=folder / CONFIG)
    crms, ads = named_crms(folder, options, words), named_ads(folder, options, words)
    named = {made: options[made] for made in OBJECTS if options[made]}
    if not (named or crms or ads or options["sql"]):
        named = _asked_files(words)
    try_crms(folder, crms, words)
    try_ads(folder, ads, words)
    taken = _taken(folder, named, options, words)
    company = _company(folder, options, taken, words)
    mappings = [each.mapping for each in taken]
    path = write_config(folder, company, mappings, words, crms=crms, ads=ads)
    for each in taken:
        _say(each, words)
    click.echo()
    stated = words("cli.init.company", **company.model_dump())
    click.echo(stated)
    is_open = any(each.open for each in taken)
    click.echo(words("cli.init.open" if is_open else "cli.init.done", path=path, folder=folder))


def _taken(
    folder: Path, named: Mapping[str, Sequence[str]], options: Mapping[str, Any], words: Words
) -> list[Taken]:
    """Guess how files, tabs and tables are to be read; ask what cannot be guessed."""
    from sheets_sync.setup import take, take_sheets, take_tables
    from sheets_sync.sources.mapping import is_sheet

    def ask(question: Question) -> str | None:
        return _ask(question, words)

    dates = dict(_pair(text) for text in options["dates"])
    files = {made: [Path(each) for each in found if not is_sheet(each)]
             for made, found in named.items()}  # fmt: skip
    sheets = {made: [each for each in found if is_sheet(each)] for made, found in named.items()}
    taken = take(folder, files, dates, ask)
    taken += take_sheets(sheets, dates, ask, datetime.now(UTC))
    if options["sql"]:
        address, tables = named_address(folder, options, words), named_tables(options)
        taken += take_tables(folder, address, tables, dates, ask)
    return taken


def _pair(text: str) -> tuple[str, str]:
    column, sign, order = text.rpartition("=")
    if not sign:
        raise FixConfig("not_a_pair", value=text)
    return column, order


def _asked_files(words: Words) -> dict[str, Sequence[str]]:
    """Ask for the files at a terminal."""
    if not sys.stdin.isatty():
        raise FixConfig("no_files")
    files: dict[str, Sequence[str]] = {}
    for made in ("deals", "leads", "spend"):
        said = click.prompt(words(f"cli.init.ask_{made}"), default="", show_default=False).strip()
        if said:
            files[made] = [said.strip("'\"")]
    if not files:
        raise FixConfig("no_files")
    return files


def _ask(question: Question, words: Words) -> str | None:
    if not sys.stdin.isatty():
        return None
    click.echo(_spoken(question, words))
    if not question.choices:
        return None
    spoken: str = click.prompt(
        words("cli.init.choice"), type=click.Choice(question.choices), show_choices=True
    )
    return spoken


def _spoken(said: Note | Question, words: Words) -> str:
    """Say what was taken, or ask, with fields by their names."""
    parts = dict(said.parts)
    if "field" in parts:
        parts["field"] = words(f"field.{parts['field']}")
    return words(f"source.{said.id}", **parts)


def _company(folder: Path, options: Mapping[str, Any], taken: list[Taken], words: Words) -> Any:
    from pydantic import ValidationError

    from sheets_sync.config import Company

    found = [each.guess.currency for each in taken if each.guess.currency]
    home = {**HOME[words.language], **({"currency": found[0]} if found else {})}
    stated = {name: options[name] for name in home if options[name]}
    try:
        return Company(
            name=options["name"] or folder.resolve().name,
            language=words.language,
            **{**home, **stated},
        )
    except ValidationError as wrong:
        name = str(wrong.errors()[0]["loc"][0])
        raise FixConfig("option_wrong", name=name, value=options[name]) from None


def _say(taken: Taken, words: Words) -> None:
    click.echo()
    made = words(f"cli.init.{taken.mapping.object}_file")
    click.secho(f"{made}: {taken.mapping.place}", bold=True)
    for note in taken.guess.notes:
        click.echo(f"  {_spoken(note, words)}")
    for question in taken.open:
        click.secho(f"  ? {_spoken(question, words)}", fg="yellow")
        column = taken.mapping.columns.get(question.field, question.field)
        choices = " | ".join(question.choices)
        click.echo(f"    {words('cli.init.state', column=column, choices=choices)}")
