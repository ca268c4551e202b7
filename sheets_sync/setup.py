"""A new workspace: what was guessed about its files, written as a config to be read and edited."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.config import CONFIG, GOOGLE_SHEETS, Ads, Company, Crm
from sheets_sync.errors import FixConfig
from sheets_sync.sources.draft import Question
from sheets_sync.sources.guessing import Guess, answer, guess
from sheets_sync.sources.mapping import Columns
from sheets_sync.sources.toml import render, value
from templates.words import Words

if TYPE_CHECKING:
    from sheets_sync.sources.guess_tables import Address

Ask = Callable[[Question], str | None]
"""Put a question to somebody; None when nobody is there to answer."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it will be read, what that rests on, and what is still open."""

    guess: Guess
    mapping: Columns
    open: tuple[Question, ...]


def take(
    folder: Path, files: Mapping[str, Sequence[Path]], dates: Mapping[str, str], ask: Ask
) -> list[Taken]:
    """Guess how each file is written; `dates` states the order of dates by column.

    Raises:
        FixConfig: a file cannot be read at all.
    """
    named = [(made, path) for made, paths in files.items() for path in paths]
    with ThreadPoolExecutor() as readers:
        found = readers.map(
            lambda each: guess(each[1], each[0], name=named_from(each[1], folder)), named
        )
        taken = [_settled(each, dates, ask) for each in found]
    single = {made for made, paths in files.items() if len(paths) == 1}
    return [_complete(each) if each.mapping.object in single else each for each in taken]


def take_tables(
    folder: Path,
    address: Address,
    named: Mapping[str, str],
    dates: Mapping[str, str],
    ask: Ask,
) -> list[Taken]:
    """Guess how tables of a database are written: those named by kind, or those recognised.

    Raises:
        FixConfig: no table is recognised, or the secret is missing.
        LookAtSource: the database or a table cannot be read.
    """
    from sheets_sync.sources.guess_tables import find_tables, guess_table
    from sheets_sync.sources.tables import open_database

    with open_database(address.url, address.secret, folder).open() as reading:
        tables = named or find_tables(reading)
        found = [guess_table(reading, address, made, table) for made, table in tables.items()]
    return [_settled(each, dates, ask) for each in found]


def take_sheets(
    sheets: Mapping[str, Sequence[str]], dates: Mapping[str, str], ask: Ask, now: datetime
) -> list[Taken]:
    """Guess how tabs of Google Sheets are written.

    Raises:
        FixConfig: a tab is empty.
        LookAtSource: Google does not answer, or does not let us in.
    """
    from sheets_sync.google.connect import connect
    from sheets_sync.sources.guess_sheet import guess_sheet

    named = [(made, url) for made, urls in sheets.items() for url in urls]
    found = [guess_sheet(partial(connect, url, now=now), url, made) for made, url in named]
    return [_settled(each, dates, ask) for each in found]


def _complete(taken: Taken) -> Taken:
    """Say that a file which stands alone holds all records of its kind."""
    if taken.mapping.object == "spend":
        return taken
    mapping = taken.mapping.model_copy(update={"complete": True})
    return Taken(taken.guess, mapping, taken.open)


def _settled(found: Guess, dates: Mapping[str, str], ask: Ask) -> Taken:
    mapping, still_open = found.mapping, []
    for question in found.questions:
        choice = dates.get(mapping.columns.get(question.field, "")) or ask(question)
        if choice is None:
            still_open.append(question)
            continue
        if choice not in question.choices:
            raise FixConfig("not_a_choice", value=choice, choices=", ".join(question.choices))
        mapping = answer(mapping, question, choice)
    return Taken(found, mapping, tuple(still_open))


def named_from(path: Path, folder: Path) -> str:
    """Name a file as seen from the workspace, or whole when it lies on another drive."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def write_config(
    folder: Path,
    company: Company,
    mappings: Sequence[Columns],
    words: Words,
    spreadsheet: str = "",
    crms: Sequence[Crm] = (),
    ads: Sequence[Ads] = (),
) -> Path:
    """Write `smarketing.toml`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / CONFIG
    path.write_text(
        "\n".join(_config(company, mappings, words, spreadsheet, {"crm": crms, "ads": ads})),
        encoding="utf-8",
    )
    return path


def _config(
    company: Company,
    mappings: Sequence[Columns],
    words: Words,
    spreadsheet: str,
    accounts: Mapping[str, Sequence[Crm | Ads]],
) -> Iterator[str]:
    yield f"# {words('setup.head')}"
    yield ""
    yield "[company]"
    for name, known in company.model_dump().items():
        yield f"{name} = {value(known)}  # {words(f'setup.{name}')}"
    yield ""
    yield "[workbook]"
    yield f"path = {value('smarketing.xlsx')}"
    yield ""
    mark = "" if spreadsheet else "# "
    yield f"{mark}[sheets]  # {words('setup.spreadsheet')}"
    yield f"{mark}spreadsheet = {value(spreadsheet or GOOGLE_SHEETS + '…')}"
    yield ""
    yield f"# [stages]  # {words('setup.stages')}"
    yield f"# [scorecard]  # {words('setup.scorecard')}"
    if not accounts["ads"]:
        yield f"# [[ads]]  # {words('setup.ads')}"
    yield f"# [[messages]]  # {words('setup.messages')}"
    for section, found in accounts.items():
        for account in found:
            yield ""
            yield f"[[{section}]]"
            for name, known in account.model_dump(exclude_defaults=True).items():
                yield f"{name} = {value(known)}  # {words(f'setup.{section}_{name}')}"
    for mapping in mappings:
        yield ""
        yield render(mapping, words)
