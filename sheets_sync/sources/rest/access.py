"""What a secret lets us see: whose it is, which rights it lacks, how many records there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource
from sheets_sync.sources.rest.opening import ClosedCrm
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


def access(source: CrmSource | ClosedCrm) -> Access:
    """Ask the CRM whom it takes us for.

    Raises:
        LookAtSource: it cannot be reached, or does not take the secret.
    """
    with source.api() as api:
        request, read = api.connector.owner
        owner, is_admin = read(api.ask(request))
        missing = tuple(right.what for right in api.connector.rights if not _has(api, right))
        return Access(owner, is_admin, missing)


def _has(api: Api, right: Right) -> bool:
    try:
        return right.is_given(api.ask(right.request))
    except LookAtSource as error:
        if error.id == "crm_denied":
            return False
        raise


def counts(source: CrmSource | ClosedCrm) -> Mapping[str, int]:
    """Return how many records of each kind there are."""
    found: dict[str, set[str]] = {}
    with source.api() as api:
        for sweep in api.connector.sweeps:
            first = next(iter(sweep.ids))
            told = {id_ for name, id_ in existing(api, sweep) if name == first}
            found[sweep.what] = found.get(sweep.what, set()) | told
    return {what: len(ids) for what, ids in found.items()}
