"""What a secret lets us see: whose it is, which rights it lacks, how many records there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource
from sheets_sync.sources.rest.source import CrmSource, existing

if TYPE_CHECKING:
    from sheets_sync.sources.rest.connector import Right
    from sheets_sync.sources.rest.web import Api


@dataclass(frozen=True, slots=True)
class Access:
    """As whom we come, and what that is not allowed."""

    owner: str
    is_admin: bool | None  # None: the CRM does not tell
    missing: tuple[str, ...]


def access(source: CrmSource) -> Access:
    """Ask the CRM whom it takes us for.

    Raises:
        LookAtSource: it cannot be reached, or does not take the secret.
    """
    with source.api() as api:
        request, read = source.connector.owner
        owner, is_admin = read(api.ask(request))
        missing = tuple(right.what for right in source.connector.rights if not _has(api, right))
        return Access(owner, is_admin, missing)


def _has(api: Api, right: Right) -> bool:
    try:
        return right.is_given(api.ask(right.request))
    except LookAtSource as error:
        if error.id == "crm_denied":
            return False
        raise


def counts(source: CrmSource) -> Iterator[tuple[str, int]]:
    """Yield how many records of each kind there are."""
    with source.api() as api:
        for listing in source.connector.listings:
            if listing.ids:
                yield listing.what, len({*existing(api, listing)})
