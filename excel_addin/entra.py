"""Signing in with Microsoft: a token of Entra ID, and what it opens.

The application and the directory are named in smarketing.toml. A token is believed if a key that
the directory publishes has signed it (RS256) and it is for this application, of this directory,
and of this hour. It is never kept and never logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import jwt

from excel_addin.auth import Scope
from excel_addin.batch import Unusable

LOG = logging.getLogger("smarketing.serve")
MICROSOFT = "https://login.microsoftonline.com"
ALGORITHM = "RS256"
NEEDED = ("aud", "exp", "iss", "nbf", "sub", "tid")
SIGNED_IN = "access_as_user"
"""The scope of a token that somebody got in Excel."""
DATA = "smarketing.data"
"""The role that opens the numbers of the last sync, too."""
LEEWAY = 60.0
"""Seconds by which clocks may differ."""
PATIENCE = 5.0
PAUSE = 15.0
"""Seconds between looks at the keys, however many tokens name one that is not known."""
HOUR, DAY = 3_600.0, 86_400.0
"""Keys are read again after an hour; after a day without an answer they are believed no longer."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who signed in: an id that means nothing elsewhere, and what is open to them."""

    id: str
    scope: Scope


def opened(claims: Mapping[str, Any]) -> Scope:
    """Return what a token opens.

    Raises:
        Unusable: it was not made for the add-in.

    >>> opened({"scp": "access_as_user"}).value
    'formulas'
    >>> opened({"scp": "access_as_user", "roles": ["smarketing.data"]}).value
    'formulas+data'
    """
    if SIGNED_IN not in str(claims.get("scp", "")).split():
        raise Unusable(403, "no_entra_scope", scope=SIGNED_IN)
    roles = claims.get("roles")
    return Scope.DATA if isinstance(roles, list) and DATA in roles else Scope.FORMULAS


@dataclass(slots=True)
class Entra:
    """The directory and the application whose tokens open a workspace; `clock` counts seconds."""

    tenant: str
    application: str
    clock: Callable[[], float]
    authority: str = MICROSOFT
    known: Mapping[str, Any] = field(default_factory=dict)
    read_at: float = float("-inf")
    tried_at: float = float("-inf")
    lock: Lock = field(default_factory=Lock)

    def guest(self, token: str) -> Guest:
        """Return who a token was made for; this may ask Microsoft for its keys, and wait.

        Raises:
            Unusable: the token is wrong or too old, or there are no keys to look at it with.
        """
        try:
            claims = self._claims(token)
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
            raise Unusable(401, "old_token") from None
        except jwt.PyJWTError:
            raise Unusable(401, "wrong_token") from None
        return Guest(f"entra {claims['sub']}", opened(claims))

    def _claims(self, token: str) -> Mapping[str, Any]:
        """Return what a token says, once all of it is believed."""
        header = jwt.get_unverified_header(token)
        if header.get("alg") != ALGORITHM or "kid" not in header:
            raise jwt.InvalidAlgorithmError
        claims: Mapping[str, Any] = jwt.decode(
            token,
            self._key(header["kid"]),
            algorithms=[ALGORITHM],
            audience=self.application,
            issuer=f"{self.authority}/{self.tenant}/v2.0",
            leeway=LEEWAY,
            options={"require": list(NEEDED), "strict_aud": True},
        )
        if claims["tid"] != self.tenant:
            raise jwt.InvalidIssuerError
        return claims

    def _key(self, id_: str) -> Any:
        """Return a key; the keys are read again where it is new or they are old."""
        now = self.clock()
        is_stale = id_ not in self.known or now - self.read_at > HOUR
        if is_stale and not self._read(now) and id_ not in self.known:
            raise Unusable(503, "busy")
        if now - self.read_at > DAY:
            raise Unusable(503, "no_entra", seconds=int(PAUSE))
        if id_ not in self.known:
            raise jwt.InvalidKeyError
        return self.known[id_]

    def _read(self, now: float) -> bool:
        """Read the keys of the directory, unless that was tried just now.

        Returns whether what is known is all there is to know: not while somebody else reads.
        """
        if not self.lock.acquire(blocking=False):
            return False
        try:
            if now - self.tried_at < PAUSE:
                return True
            self.tried_at = now
            address = f"{self.authority}/{self.tenant}/discovery/v2.0/keys"
            client = jwt.PyJWKClient(address, timeout=PATIENCE)
            found = client.get_signing_keys(refresh=True)
            self.known = {str(each.key_id): each.key for each in found if each.key_type == "RSA"}
            self.read_at = now
        except (jwt.PyJWTError, OSError, ValueError, RecursionError) as failed:
            LOG.warning("the keys of Entra were not read: %s", type(failed).__name__)
        finally:
            self.lock.release()
        return True
