"""What several connectors are put together from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from sheets_sync.sources.rest.connector import Door, Json, Request, Right
from sheets_sync.sources.rest.readings import moment


def site_of(address: str) -> str:
    """Return an address without its path.

    >>> site_of("company.amocrm.ru/leads")
    'https://company.amocrm.ru'

    Raises:
        ValueError: it is no address.
    """
    parts = urlsplit(address if "//" in address else f"https://{address}")
    if not parts.netloc:
        raise ValueError(address)
    return f"{parts.scheme}://{parts.netloc}"


def token_door(
    address: str, secret: str, *, path: str, header: str = "Authorization", prefix: str = "Bearer "
) -> Door:
    """Go to an address with a token.

    >>> token_door("company.amocrm.ru", "abc", path="/api/v4/").site
    'https://company.amocrm.ru'

    Raises:
        ValueError: it is no address, or no token.
    """
    token = secret.strip()
    if not token.isascii() or not token or any(map(str.isspace, token)):
        raise ValueError
    return Door(site_of(address), path, {header: f"{prefix}{token}"})


def whole(_request: Request, _body: Json, _rows: Sequence[Json]) -> None:
    """End after the first answer."""


def changed(key: str) -> Callable[[Json], int]:
    """Return how the time of a change is read that is written as ISO 8601.

    >>> changed("at")({"at": "1970-01-02T00:00:00Z"})
    86400
    """

    def mark(record: Json) -> int:
        made = moment(record[key])
        if made is None:
            raise ValueError(key)
        return int(made.timestamp())

    return mark


def right(what: str, request: Request) -> Right:
    """Return a right that is missing when the CRM denies a request."""
    return Right(what, request, lambda _body: True)
