"""CRMs read over HTTP: each connector is a file of declarations, one runner executes them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheets_sync.sources.rest.connector import Connector
    from sheets_sync.sources.rest.writing import Writing

CONNECTORS: Mapping[str, tuple[str, ...]] = {
    "bitrix24": ("secret",),
    "amocrm": ("address", "secret"),
    "hubspot": ("secret",),
    "pipedrive": ("address", "secret"),
}
"""The connectors by name, each a module of this folder, and what each has to be told."""


def connector_of(kind: str) -> Connector:
    """Return the connector of that name.

    >>> connector_of("amocrm").name
    'amocrm'
    """
    found: Connector = import_module(f"{__name__}.{kind}").CONNECTOR
    return found


def writing_of(kind: str) -> Writing:
    """Return how that CRM is written to: the module `<name>_writing`.

    >>> sorted(writing_of("pipedrive").records)
    ['deal', 'lead']
    """
    found: Writing = import_module(f"{__name__}.{kind}_writing").WRITING
    return found
