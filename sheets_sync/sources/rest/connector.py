"""What a connector is: where its CRM is, what it lists, and how a record becomes our fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it is sent: GET with a query, or another verb with JSON."""

    verb: str
    path: str
    params: Json = None


def get(request: Request) -> Call:
    """Ask with a query."""
    return Call("GET", request.path, dict(request.params))


def post(request: Request) -> Call:
    """Ask with JSON."""
    return Call("POST", request.path, dict(request.params))


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any stretch of `seconds`, of those whose path ends with `path`."""

    calls: int
    seconds: float
    path: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """What an account may spend in a day, all its programs together, as each answer tells it."""

    left: str  # the header
    limit: str  # the header
    kept: float = 0.1  # so large a part is left to the others


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


def read_json(answer: Answer) -> Json:
    """Return the JSON of an answer, None where it is empty; raise `ValueError` where it is cut off.

    >>> read_json(Answer(200, {}, '{"a": 1}')), read_json(Answer(204, {}, ""))
    ({'a': 1}, None)
    """
    return json.loads(answer.text) if answer.text else None


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

Telling = Generator[Request, Json, Sequence[Json]]
More = Callable[[Sequence[Json], int | None], Telling]
"""Asks for what a list does not tell of its records, and returns them with it.

It yields requests and is sent their bodies, None for what this CRM does not have; it is told since
when the records are listed.
"""


ABSENT = frozenset({"crm_absent"})
"""Some accounts have none of these."""

UNSEEN = frozenset({"crm_absent", "crm_denied"})
"""Some accounts have none of these, some secrets do not see them; they are no loss."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A list of names, read whole before everything else."""

    request: Request
    rows: Rows
    following: Following
    entries: Callable[[Json], Iterable[tuple[str, str, str]]]
    """The dictionary, the id and the name that a record tells."""
    excused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listing:
    """Records that are listed by the time of their last change.

    `first` makes the first request of what changed since a time (None: of all), at most until
    `now`; both in seconds since 1970, as are marks.
    """

    what: str
    objects: Mapping[str, Fields]
    first: Callable[[int | None, int], Request]
    rows: Rows
    following: Following
    mark: Callable[[Json], int]
    place: Callable[[Json, Known], str]
    """Where a person finds the record: said when it cannot be read."""
    more: More | None = None
    excused: frozenset[str] = frozenset()
    """The errors after which one goes on without these records."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A list of what exists: a record that is in none of the lists of its object is deleted."""

    what: str
    request: Request
    rows: Rows
    following: Following
    ids: Mapping[str, Callable[[Json], Json]]
    """By object of our model: which of its ids a record tells, None for none."""
    excused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Door:
    """Where a CRM is, and as whom one comes: `site` is known to all, the rest is secret.

    A request goes to `path`, its own path, and `tail`.
    """

    site: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    tail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OAuth:
    """How an account lets in an application whose tokens are renewed."""

    asking: Callable[[str, Mapping[str, Json]], tuple[Door, Json]]
    """By the address and what is kept: where a token is asked for, and the JSON; None to get it."""
    door: Callable[[str, Mapping[str, Json]], Door]
    told: tuple[str, ...] = ()
    """What else an answer tells that is to be kept."""


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
    limits: tuple[Limit, ...]  # below what the CRM documents
    wire: Callable[[Request], Call]
    door: Callable[[str, str], Door]
    """Where to go, by the address and the secret; raises `ValueError`."""
    misfit: str  # the error that says what these should look like
    trouble: Callable[[Request, int, Json], Trouble | None]
    """What is wrong with an answer, by its status and its body."""
    owner: tuple[Request, Callable[[Json], tuple[str, bool | None]]]
    """Whose secret it is: the name, and whether that is an administrator."""
    rights: tuple[Right, ...]
    dictionaries: tuple[Dictionary, ...]
    listings: tuple[Listing, ...]
    sweeps: tuple[Sweep, ...]
    overlap: int = 600
    """Seconds after which a change is sure to be listed."""
    oauth: OAuth | None = None
    budget: Budget | None = None
    reads: Callable[[Answer], Json] = read_json


def trouble_of(status: int) -> Trouble | None:
    """Return what a status says by itself.

    >>> trouble_of(200) is None, trouble_of(503).value, trouble_of(401).value
    (True, 'again', 'token')
    """
    if status < 300:  # noqa: PLR2004
        return None
    known = {401: Trouble.TOKEN, 403: Trouble.DENIED, 404: Trouble.ABSENT, 429: Trouble.AGAIN}
    return known.get(status) or (Trouble.AGAIN if status >= 500 else Trouble.REFUSED)  # noqa: PLR2004
