"""What `init` is told of a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.cli.secret import place_of_secret
from sheets_sync.errors import FixConfig

if TYPE_CHECKING:
    from sheets_sync.sources.guess_tables import Address
    from templates.words import Words

OBJECTS = ("leads", "deals", "spend", "history")
FILE = "sqlite:///"


def sql_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name a database."""
    command = click.option("--table", metavar="OBJECT=TABLE", multiple=True)(command)
    command = click.option("--secret", metavar="PLACE")(command)
    return click.option("--sql", metavar="URL")(command)


def named_address(folder: Path, options: Mapping[str, Any], words: Words) -> Address:
    """Return the database that the options name; ask for its password where that is wanted.

    Raises:
        FixConfig: it is no address of a database, or a password stands on the command line.
    """
    from sheets_sync.setup import named_from
    from sheets_sync.sources.guess_tables import Address
    from sheets_sync.sources.mapping import holds_password, is_database

    url, secret = options["sql"], options["secret"] or ""
    if holds_password(url):
        raise FixConfig("sql_password")
    if not is_database(url):
        raise FixConfig("sql_address", place=url)
    if secret:
        secret = place_of_secret(secret, "secret", "sql", folder, words)
    if url.startswith(FILE):
        url = FILE + named_from(Path(url.removeprefix(FILE)), folder)
    return Address(url, secret)


def named_tables(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables that options name, by what they hold."""
    found = {}
    for text in options["table"]:
        made, sign, table = text.partition("=")
        if not sign or made not in OBJECTS:
            raise FixConfig("sql_table_option", value=text, known=", ".join(OBJECTS))
        found[made] = table
    return found
