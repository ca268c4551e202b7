"""What `init` is told of an advertising account, and asks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sheets_sync.cli.crm import say_access
from sheets_sync.cli.secret import place_of_secret

if TYPE_CHECKING:
    from sheets_sync.config import Ads
    from templates.words import Words

OPTION = "yandex-direct"
KIND: Final = "yandex_direct"


def ads_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option that names an account."""
    return click.option(f"--{OPTION}", metavar="SECRET")(command)


def named_ads(folder: Path, options: Mapping[str, Any], words: Words) -> Sequence[Ads]:
    """Return the accounts that options name; ask for a token where that is wanted.

    Raises:
        FixConfig: a token stands on the command line, or nobody is there to ask.
    """
    from sheets_sync.config import Ads

    given = options[KIND]
    if given is None:
        return ()
    return (Ads(kind=KIND, secret=place_of_secret(given, OPTION, KIND, folder, words)),)


def try_ads(folder: Path, ads: Sequence[Ads], words: Words) -> None:
    """Knock at each account, and say whose token it is.

    Raises:
        FixConfig: the token is missing, or is none.
        LookAtSource: the account cannot be reached, or does not take the token.
    """
    if not ads:
        return
    from sheets_sync.sources.casting import Circumstances
    from sheets_sync.sources.rest.yandex_direct import open_direct

    for each in ads:
        around = Circumstances("UTC", "")
        told = (each.login, each.secret, each.address, folder, around)
        say_access(open_direct(*told, vat=each.vat), words)
