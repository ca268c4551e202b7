"""What commands say and ask of a CRM that is read over its API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheets_sync.cli.secret import place_of_secret
from sheets_sync.sources.rest import CONNECTORS

if TYPE_CHECKING:
    from sheets_sync.config import Crm
    from sheets_sync.sources.rest.opening import ClosedCrm
    from sheets_sync.sources.rest.source import CrmSource
    from sheets_sync.sources.rest.yandex_direct import DirectSource
    from templates.words import Words


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
        secret = place_of_secret(secret, kind, kind, folder, words)
        found.append(Crm(kind=kind, secret=secret, **parts))
    return found


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


def say_access(source: CrmSource | ClosedCrm | DirectSource, words: Words) -> bool:
    """Say whose secret it is and which rights it lacks; tell whether it has them all."""
    from sheets_sync.sources.rest.access import access

    found = access(source)
    owner = words("cli.check.crm", crm=source.name, owner=found.owner)
    click.echo(owner)
    if found.is_admin is False:
        click.secho(words("cli.check.crm_not_admin"), fg="yellow")
    if found.allowance:
        left, limit = (words.number(number) for number in found.allowance)
        click.echo(f"· {words('cli.check.crm_budget', left=left, limit=limit)}")
    for right in found.missing:
        click.secho(words("cli.check.crm_missing", right=words(f"crm.right.{right}")), fg="red")
    return not found.missing
