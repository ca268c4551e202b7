"""What commands say and ask of a CRM that is read over its API."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.errors import FixConfig
from sheets_sync.sources.rest import CONNECTORS
from sheets_sync.sources.rest.secret import PATTERN, keep_secret

if TYPE_CHECKING:
    from sheets_sync.config import Crm
    from sheets_sync.sources.rest.opening import ClosedCrm
    from sheets_sync.sources.rest.source import CrmSource
    from templates.words import Words

ASK = "ask"


def crm_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each connector."""
    for kind, told in reversed(list(CONNECTORS.items())):
        shown = " ".join(told).upper()
        command = click.option(f"--{kind}", nargs=len(told), metavar=shown)(command)
    return command


def named_crms(folder: Path, options: Mapping[str, Any], words: Words) -> Sequence[Crm]:
    """Return the CRMs that options name; ask for a secret where that is wanted.

    Raises:
        FixConfig: a secret stands on the command line, or nobody is there to ask.
    """
    from sheets_sync.config import Crm

    found = []
    for kind, told in CONNECTORS.items():
        given = options[kind]
        if given is None:
            continue
        parts = dict(zip(told, (given,) if isinstance(given, str) else given, strict=True))
        secret = parts.pop("secret")
        if secret == ASK:
            secret = keep_secret(_asked(kind, words), kind, folder)
        elif not re.match(PATTERN, secret):
            raise FixConfig("secret_place", kind=kind)
        found.append(Crm(kind=kind, secret=secret, **parts))
    return found


def _asked(kind: str, words: Words) -> str:
    if not sys.stdin.isatty():
        raise FixConfig("secret_place", kind=kind)
    said: str = click.prompt(words(f"cli.init.ask_{kind}"), hide_input=True)
    return said.strip()


def try_crms(folder: Path, crms: Sequence[Crm], words: Words) -> None:
    """Knock at each CRM, and say as whom we come and what we may not see.

    Raises:
        FixConfig: a secret is missing, or does not fit.
        LookAtSource: the CRM cannot be reached, or does not take the secret.
    """
    if not crms:
        return
    from sheets_sync.sources.rest.opening import Company, open_crm

    for crm in crms:
        source = open_crm(
            crm.kind,
            address=crm.address,
            secret=crm.secret,
            folder=folder,
            company=Company(salt=""),
        )
        say_access(source, words)


def say_access(source: CrmSource | ClosedCrm, words: Words) -> bool:
    """Say whose secret it is and which rights it lacks; tell whether it has them all."""
    from sheets_sync.sources.rest.access import access

    found = access(source)
    owner = words("cli.check.crm", crm=source.name, owner=found.owner)
    click.echo(owner)
    if found.is_admin is False:
        click.secho(words("cli.check.crm_not_admin"), fg="yellow")
    for right in found.missing:
        click.secho(words("cli.check.crm_missing", right=words(f"crm.right.{right}")), fg="red")
    return not found.missing
