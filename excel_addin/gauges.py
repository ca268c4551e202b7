"""How the syncs of a workspace go, as Prometheus reads it; what is not known is left out."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from sheets_sync.store_published import FACTS

if TYPE_CHECKING:
    from sheets_sync.workspace import Workspace

CONTENT_TYPE = CONTENT_TYPE_LATEST

GAUGES: Mapping[str, str] = {
    "synced_timestamp_seconds": "When the last sync that succeeded began.",
    "sync_timestamp_seconds": "When the last sync began.",
    "sync_exit_code": "How the last sync that ended did: 0 well, see docs/operations.md.",
    "sync_duration_seconds": "How long that took.",
    "sync_failures": "Syncs that failed one after the other, up to now.",
    "sources_failed": "Sources that the last sync could not read.",
    "store_bytes": "The size of the facts.",
}


def exposition(workspace: Workspace) -> bytes:
    """Return what Prometheus reads."""
    registry = CollectorRegistry()
    name = workspace.folder.resolve().name
    for id_, value in _known(workspace).items():
        gauge = Gauge(f"smarketing_{id_}", GAUGES[id_], ["workspace"], registry=registry)
        gauge.labels(name).set(value)
    return generate_latest(registry)


def _known(workspace: Workspace) -> dict[str, float]:
    syncs = workspace.state.syncs()
    ended = [sync for sync in syncs if sync.finished]
    good = [sync for sync in ended if sync.exit_code == 0]
    known: dict[str, float] = {}
    if syncs:
        known["sync_timestamp_seconds"] = syncs[0].started.timestamp()
    if good:
        known["synced_timestamp_seconds"] = good[0].started.timestamp()
    if ended:
        last = ended[0]
        known["sync_exit_code"] = last.exit_code or 0
        known["sync_duration_seconds"] = (last.finished or last.started).timestamp() - (
            last.started.timestamp()
        )
        known["sync_failures"] = len(list(takewhile(lambda sync: sync.exit_code, ended)))
        known["sources_failed"] = len(last.failed)
    facts = workspace.hidden / FACTS
    if facts.exists():
        known["store_bytes"] = facts.stat().st_size
    return known
