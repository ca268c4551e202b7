"""Where `init` is told that a secret is kept: never on the command line itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.errors import FixConfig
from sheets_sync.sources.rest.secret import PATTERN, keep_secret

if TYPE_CHECKING:
    from templates.words import Words

ASK = "ask"


def place_of_secret(given: str, option: str, name: str, folder: Path, words: Words) -> str:
    """Return the place that an option gives; ask for the secret called `name` where that is wanted.

    Raises:
        FixConfig: the secret itself was given, or nobody is there to ask.
    """
    if given == ASK:
        if not sys.stdin.isatty():
            raise FixConfig("secret_place", kind=option)
        said: str = click.prompt(words(f"cli.init.ask_{name}"), hide_input=True)
        return keep_secret(said.strip(), name, folder)
    if not re.match(PATTERN, given):
        raise FixConfig("secret_place", kind=option)
    return given
