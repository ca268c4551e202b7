"""What an account has granted to an application: tokens that are renewed, kept in a file.

Each renewal ends the refresh token before it. So what an answer brings is on the disk before it is
used: whatever happens after that, the next sync comes in. Two programs may share the file; the one
whose token was used up takes what the other has kept.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sheets_sync.sources.rest.connector import Door, Json, OAuth

EARLY = 60.0  # seconds before its end from which a token is not relied on
SPENT = ("code",)
WAY_IN = ("access_token", "refresh_token", "expires_in")


class Ungranted(Exception):
    """The account takes neither the token nor the code; somebody has to let us in again."""


@dataclass(slots=True)
class Grant:
    """The file of an application's tokens."""

    oauth: OAuth
    address: str
    path: Path
    kept: Mapping[str, Any] = field(repr=False)

    def door(self) -> Door:
        """Return the door that the token in hand opens; it may be the wrong one by now."""
        return self.oauth.door(self.address, self.kept)

    def is_fresh(self, now: float) -> bool:
        """Tell whether the token in hand should still do."""
        is_known = bool(self.kept.get("access_token"))
        return is_known and now + EARLY < float(self.kept.get("expires_at", now + 2 * EARLY))

    def renew(self, now: float, ask: Callable[[Door, Json], Json | None]) -> Door:
        """Return the door of a new token, which is kept by then; `ask` brings what is given.

        Raises:
            Ungranted: the account does not give one.
            OSError: the token cannot be kept; the old one is used up.
        """
        if self._is_renewed_elsewhere():
            return self.door()
        answer = ask(*self.oauth.asking(self.address, self.kept))
        if not answer or not answer.get("access_token"):
            if self._is_renewed_elsewhere():
                return self.door()
            raise Ungranted
        ends = now + float(answer.get("expires_in") or 0)
        told = {key: answer[key] for key in (*WAY_IN, *self.oauth.told) if answer.get(key)}
        rest = {key: value for key, value in self.kept.items() if key not in SPENT}
        self._keep({**rest, **told, "expires_at": ends})
        return self.door()

    def _is_renewed_elsewhere(self) -> bool:
        """Take what another program has kept since, if it has."""
        found = read_tokens(self.path.read_text(encoding="utf-8-sig"))
        is_other = found.get("access_token") != self.kept.get("access_token")
        self.kept = found
        return is_other

    def _keep(self, tokens: Mapping[str, Any]) -> None:
        """Put tokens on the disk, whole or not at all, for nobody else to read."""
        fresh = self.path.with_name(f"{self.path.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(tokens, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        self.kept = tokens


def read_tokens(text: str) -> Mapping[str, Any]:
    """Read what the file of an application holds.

    >>> read_tokens('{"client_id": "a", "client_secret": "b", "code": "c"}')["code"]
    'c'

    Raises:
        ValueError: it does not say who asks, or with what.
    """
    found = json.loads(text)
    is_whole = isinstance(found, dict) and found.get("client_id") and found.get("client_secret")
    if not is_whole or not (found.get("code") or found.get("refresh_token")):
        raise ValueError
    return dict(found)


def asked_for(kept: Mapping[str, Any]) -> dict[str, str]:
    """Return what a token is asked for with: the refresh token, else the code of the consent.

    >>> asked_for({"client_id": "a", "client_secret": "b", "code": "c"})["grant_type"]
    'authorization_code'
    """
    who = {key: str(kept[key]) for key in ("client_id", "client_secret")}
    if token := kept.get("refresh_token"):
        return {**who, "grant_type": "refresh_token", "refresh_token": str(token)}
    return {**who, "grant_type": "authorization_code", "code": str(kept["code"])}
