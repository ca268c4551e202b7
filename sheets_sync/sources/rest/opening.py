"""A CRM as the config names it, made ready to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig
from sheets_sync.sources.rest import CONNECTORS, connector_of
from sheets_sync.sources.rest.oauth import Grant, read_tokens
from sheets_sync.sources.rest.secret import read_secret, secret_file
from sheets_sync.sources.rest.source import CrmSource

if TYPE_CHECKING:
    from sheets_sync.model import Page
    from sheets_sync.sources.rest.web import Api


@dataclass(frozen=True, slots=True)
class Company:
    """What a CRM does not say: the salt of contacts, the currency, what stages mean."""

    salt: str
    currency: str | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClosedCrm:
    """A CRM at which one cannot even knock: whoever wants something of it is told why."""

    name: str
    error: FixConfig

    def api(self) -> Api:
        """Say why it is not called."""
        raise self.error

    def read(self, _since: str | None, /) -> Iterator[Page]:
        """Say why it is not read."""
        raise self.error


def open_crm(kind: str, *, address: str, secret: str, folder: Path, company: Company) -> CrmSource:
    """Return the source; `secret` is the place where the secret is kept.

    Raises:
        FixConfig: there is no secret, or no way to the CRM with it.
    """
    connector, grant = connector_of(kind), None
    text = read_secret(secret, folder)
    try:
        if text.startswith("{") and connector.oauth:
            path = secret_file(secret, folder)
            grant = Grant(connector.oauth, address, path, read_tokens(text))
        door = grant.door() if grant else connector.door(address, text)
    except (ValueError, KeyError):
        raise FixConfig(connector.misfit, place=secret, address=address) from None
    return CrmSource(
        connector,
        door,
        company.salt,
        company.currency,
        company.meanings,
        grant=grant,
        account="" if "address" in CONNECTORS[kind] else address,
    )
