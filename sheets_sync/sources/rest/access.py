"""What a secret lets us see: whose it is, which rights it lacks, how many records there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource
from sheets_sync.sources.rest.opening import ClosedCrm
from sheets_sync.sources.rest.source import CrmSource, existing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from sheets_sync.sources.rest.connector import Right
    from sheets_sync.sources.rest.web import Api
    from sheets_sync.sources.rest.yandex_direct import DirectSource


@dataclass(frozen=True, slots=True)
class Access:
    """As whom we come, and what that is not allowed."""

    owner: str
    is_admin: bool | None  # None: the CRM does not tell
    missing: tuple[str, ...]
    allowance: tuple[int, int] | None = None  # how much is left for the day, of how much


def access(source: CrmSource | ClosedCrm | DirectSource) -> Access:
    """Ask the CRM, or the advertising account, whom it takes us for.

    Raises:
        LookAtSource: it cannot be reached, or does not take the secret.
    """
    with source.api() as api:
        request, read = api.connector.owner
        owner, is_admin = read(api.ask(request))
        missing = tuple(right.what for right in api.connector.rights if not _has(api, right))
        return Access(owner, is_admin, missing, api.allowance)


def _has(api: Api, right: Right) -> bool:
    try:
        return right.is_given(api.ask(right.request))
    except LookAtSource as error:
        if error.id == "crm_denied":
            return False
        raise


def sights(connection: DuckDBPyConnection, source: str) -> Iterator[tuple[str, int, int]]:
    """Yield of which records some are not seen: how many are seen, and how many others name.

    A deal that the history of stages tells of, or a lead that a deal was made of, and that no list
    has brought, was deleted before it could be read, or is hidden from the secret.
    """
    for what, sql in NAMED.items():
        [(seen, named)] = connection.execute(sql, [source, source, source]).fetchall()
        if named > seen:
            yield what, seen, named


SIGHT = """
with seen as (select {id} as id from {object} where source = ?),
told as (select id from seen union {told})
select (select count(*) from seen), (select count(*) from told)
"""

NAMED = {
    "leads": SIGHT.format(
        id="lead_id",
        object="lead",
        told="select lead_id from deal where source = ? and lead_id is not null union"
        " select entity_id from stage_event where source = ? and entity = 'lead'",
    ),
    "deals": SIGHT.format(
        id="deal_id",
        object="deal",
        told="select deal_id from lead where source = ? and deal_id is not null union"
        " select entity_id from stage_event where source = ? and entity = 'deal'",
    ),
}
"""By kind: how many records are seen, and how many are named by them or by others."""


def counts(source: CrmSource | ClosedCrm) -> Mapping[str, int]:
    """Return how many records of each kind there are."""
    found: dict[str, set[str]] = {}
    with source.api() as api:
        for sweep in api.connector.sweeps:
            first = next(iter(sweep.ids))
            told = {id_ for name, id_ in existing(api, sweep) if name == first}
            found[sweep.what] = found.get(sweep.what, set()) | told
    return {what: len(ids) for what, ids in found.items()}
