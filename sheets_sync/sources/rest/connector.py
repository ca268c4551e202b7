"""What a connector is: where its CRM is, what it lists, and how a record becomes our fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Request:
    """A call, without where and as whom; `walk` is for the connector, and is not sent."""

    path: str
    params: Mapping[str, Json] = field(default_factory=dict)
    walk: str = ""


class Trouble(StrEnum):
    """What an answer says when it brings no rows."""

    AGAIN = "again"  # too often, or broken: ask again later
    TOKEN = "token"  # noqa: S105  (the secret is not taken)
    DENIED = "denied"  # the secret is taken, and may not read this
    ABSENT = "absent"  # this CRM has no such thing
    REFUSED = "refused"  # the request is wrong


@dataclass(slots=True)
class Known:
    """What readings need beside the record; an id without a name is named by itself for now."""

    site: str
    salt: str = ""
    currency: str | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)  # of stages, by name
    names: dict[str, dict[str, str]] = field(default_factory=dict)

    def name(self, dictionary: str, id_: str) -> str:
        """Return the name of an id."""
        return self.names.setdefault(dictionary, {}).setdefault(id_, f"#{id_}")


Reading = Callable[[Json, Known], object]
"""A field of our model, out of a record; raises `Unreadable`."""

Fields = Mapping[str, Reading]
Rows = Callable[[Json], Sequence[Json]]
"""The records in a body."""

Following = Callable[[Request, Json, Sequence[Json]], Request | None]
"""The request after one, given its body and rows; None at the end."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A list of names, read whole before everything else."""

    request: Request
    rows: Rows
    following: Following
    entries: Callable[[Json], Iterable[tuple[str, str, str]]]
    """The dictionary, the id and the name that a record tells."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Records that are listed by the time of their last change.

    `first` makes the first request of what changed since a time (None: of all), at most until
    `now`; both in seconds since 1970, as are marks. `ids` lists the ids of all that exist, where
    records may vanish.
    """

    what: str
    objects: Mapping[str, Fields]
    first: Callable[[int | None, int], Request]
    rows: Rows
    following: Following
    mark: Callable[[Json], int]
    place: Callable[[Json, Known], str]
    """Where a person finds the record: said when it cannot be read."""
    ids: Request | None = None
    id: str = "id"
    is_optional: bool = False
    """Some portals have none of these."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a CRM is, and as whom one comes: `path` and `headers` are secret, `site` is not."""

    site: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Right:
    """Something that a secret has to allow; `missing` in the body of `request` when it does not."""

    what: str
    request: Request
    is_given: Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class Connector:
    """A CRM, as data."""

    name: str
    verb: str  # GET with a query, POST with JSON
    limits: tuple[tuple[int, float], ...]  # calls, seconds: below what the CRM documents
    wire: Callable[[Request], Request]
    """A request as it is sent."""
    door: Callable[[str, str], Door]
    """Where to go, by the address and the secret; raises `ValueError`."""
    misfit: str  # the error that says what these should look like
    trouble: Callable[[int, Json], Trouble | None]
    owner: tuple[Request, Callable[[Json], tuple[str, bool | None]]]
    """Whose secret it is: the name, and whether that is an administrator."""
    rights: tuple[Right, ...]
    dictionaries: tuple[Dictionary, ...]
    listings: tuple[Listing, ...]


def trouble_of(status: int) -> Trouble | None:
    """Return what a status says by itself.

    >>> trouble_of(200) is None, trouble_of(503).value, trouble_of(401).value
    (True, 'again', 'token')
    """
    if status < 300:  # noqa: PLR2004
        return None
    known = {401: Trouble.TOKEN, 403: Trouble.DENIED, 404: Trouble.ABSENT, 429: Trouble.AGAIN}
    return known.get(status) or (Trouble.AGAIN if status >= 500 else Trouble.REFUSED)  # noqa: PLR2004
