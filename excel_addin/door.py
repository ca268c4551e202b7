"""Who comes in: the host and the origin that a request names, its key, and how often it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from excel_addin import auth
from excel_addin.auth import RATE, WRONG_BURST, WRONG_RATE, Key, Scope, Turnstile
from excel_addin.batch import Unusable
from excel_addin.published import Published

if TYPE_CHECKING:
    from excel_addin.entra import Entra, Guest

OURSELVES = ("localhost", "127.0.0.1", "::1")
KEYS_LAST = 5.0
"""Seconds for which keys are remembered: one that is forgotten is refused from then on."""


@dataclass(slots=True)
class Desk:
    """A workspace that the server answers for, the keys to it, and whose sign-in opens it."""

    numbers: Published
    entra: Entra | None = None
    keys: Sequence[Key] = ()
    read_at: float = float("-inf")

    def keys_at(self, now: float) -> Sequence[Key]:
        """Return the keys, as they were read a few seconds ago at most."""
        if now - self.read_at > KEYS_LAST:
            self.keys, self.read_at = auth.keys(self.numbers.workspace.state), now
        return self.keys


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody may ask of which workspace."""

    desk: Desk
    scope: Scope

    def need_data(self) -> None:
        """Refuse whoever may not see the numbers of the last sync."""
        if self.scope is not Scope.DATA:
            raise Unusable(403, "no_scope")


@dataclass(slots=True)
class Door:
    """Lets requests in; `clock` counts seconds.

    Where the server answers at this computer alone, formulas need no key; numbers always do.
    """

    desks: Sequence[Desk]
    url: str
    clock: Callable[[], float]
    visits: Turnstile = field(default_factory=lambda: Turnstile(RATE, RATE * auth.BURST))
    wrong: Turnstile = field(default_factory=lambda: Turnstile(WRONG_RATE, WRONG_BURST))

    def check_names(self, method: str, headers: Mapping[str, str]) -> None:
        """Refuse a request that a page of somebody else has sent, whatever name it gave us."""
        host = headers.get("host", "")
        if _name(f"//{host}") not in {*OURSELVES, _name(self.url)}:
            raise Unusable(421, "wrong_host")
        origin = headers.get("origin")
        if method in ("GET", "HEAD") or origin is None:
            return
        if _place(origin) not in (host, _place(self.url)):
            raise Unusable(403, "wrong_origin")

    @property
    def signing(self) -> tuple[Desk, Entra] | None:
        """The workspace that a sign-in with Microsoft opens; there is one at most."""
        return next(((desk, desk.entra) for desk in self.desks if desk.entra), None)

    def admit_guest(self, desk: Desk, guest: Guest) -> Entry:
        """Let in somebody who has signed in with Microsoft.

        Raises:
            Unusable: there are too many requests.
        """
        self._count(self.visits, guest.id, self.clock())
        return Entry(desk, guest.scope)

    def note_wrong(self, address: str) -> None:
        """Count what did not open the door.

        Raises:
            Unusable: there was too much of it.
        """
        self._count(self.wrong, address, self.clock())

    def admit(self, address: str, authorization: str | None) -> Entry:
        """Let somebody in.

        Raises:
            Unusable: there is no key, a wrong one, or too many requests.
        """
        now = self.clock()
        if authorization is None:
            if not (_name(self.url) in OURSELVES and is_loopback(address)):
                raise Unusable(401, "no_key")
            self._count(self.visits, address, now)
            return Entry(self.desks[0], Scope.FORMULAS)
        given = authorization.removeprefix("Bearer ")
        found: tuple[Desk, Key] | None = None
        for desk in self.desks:
            key = auth.matching(desk.keys_at(now), given)
            if key:
                found = desk, key
        if found is None:
            self.note_wrong(address)
            raise Unusable(401, "wrong_key")
        desk, key = found
        self._count(self.visits, key.hash, now, key.rate)
        return Entry(desk, key.scope)

    @staticmethod
    def _count(turnstile: Turnstile, name: str, now: float, rate: float | None = None) -> None:
        wait = turnstile.take(name, now, rate)
        if wait:
            raise Unusable(429, "too_often", seconds=int(wait) + 1)


def _name(url: str) -> str:
    """Return the host that an address names, or nothing where it is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _place(url: str) -> str:
    """Return the host and port of an address, or what no host is."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return "?"


def is_loopback(address: str) -> bool:
    """Tell whether an address is this computer.

    >>> is_loopback("127.0.0.2"), is_loopback("::1"), is_loopback("10.0.0.1"), is_loopback("a")
    (True, True, False, False)
    """
    if address == "localhost":
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
