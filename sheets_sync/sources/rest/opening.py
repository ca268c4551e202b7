"""A CRM as the config names it, made ready to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sheets_sync.errors import FixConfig
from sheets_sync.sources.rest import connector_of
from sheets_sync.sources.rest.secret import read_secret
from sheets_sync.sources.rest.source import CrmSource


@dataclass(frozen=True, slots=True)
class Company:
    """What a CRM does not say: the salt of contacts, the currency, what stages mean."""

    salt: str
    currency: str | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)


def open_crm(kind: str, *, address: str, secret: str, folder: Path, company: Company) -> CrmSource:
    """Return the source; `secret` is the place where the secret is kept.

    Raises:
        FixConfig: there is no secret, or no way to the CRM with it.
    """
    connector = connector_of(kind)
    try:
        door = connector.door(address, read_secret(secret, folder))
    except ValueError:
        raise FixConfig(connector.misfit, place=secret, address=address) from None
    return CrmSource(connector, door, company.salt, company.currency, company.meanings)
