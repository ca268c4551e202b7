"""What `init` is told of a database."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.errors import FixConfig
from sheets_sync.sources.rest.secret import PATTERN, keep_secret

if TYPE_CHECKING:
    from sheets_sync.sources.guess_tables import Address
    from templates.words import Words

ASK = "ask"
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
    if secret == ASK:
        if not sys.stdin.isatty():
            raise FixConfig("secret_place", kind="secret")
        said: str = click.prompt(words("cli.init.ask_sql"), hide_input=True)
        secret = keep_secret(said.strip(), "sql", folder)
    elif secret and not re.match(PATTERN, secret):
        raise FixConfig("secret_place", kind="secret")
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
