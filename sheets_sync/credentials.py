"""Who we are to Google: credentials of the surroundings, of a person, or of a key file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sheets_sync.errors import AskAccess, FixConfig

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
PERSONAL = ("https://www.googleapis.com/auth/drive.file",)
"""What a person grants: only files that they open with the product."""

KEY = "GOOGLE_APPLICATION_CREDENTIALS"
OLD_DAYS = 90
SERVICE, PERSON = "service_account", "authorized_user"


@dataclass(frozen=True, slots=True)
class Access:
    """Credentials, and the address with which a spreadsheet is shared; never a secret in sight."""

    credentials: Any
    name: str = ""  # the bot's address; empty where it is not known
    user: str = ""  # the same for all credentials of one user, to count by; no secret
    project: str = ""
    key_days: int | None = None  # how old a key file is
    is_refusal: Callable[[Exception], bool] = lambda _: False
    is_transient: Callable[[Exception], bool] = lambda _: False

    def __repr__(self) -> str:
        """Show who, not with what."""
        return f"Access({self.name!r})"

    @property
    def is_old(self) -> bool:
        """Tell whether a key file should be replaced."""
        return self.key_days is not None and self.key_days > OLD_DAYS


def nobody() -> Access:
    """Return the access that a server on this machine asks for: none."""
    from google.auth.credentials import AnonymousCredentials

    return Access(AnonymousCredentials(), name="local", user="local")  # type: ignore[no-untyped-call]


def access(key: Path | None, impersonate: str, now: datetime) -> Access:
    """Find credentials: a file that is named, else those of the surroundings.

    A file may hold workload identity, a person's consent, or a key, which nobody else may be able
    to read.

    Raises:
        FixConfig: the file is missing, is none of these, or can be read by others.
        AskAccess: there are no credentials at all.
    """
    import google.auth
    from google.auth import exceptions

    named = key or (Path(os.environ[KEY]) if os.environ.get(KEY) else None)
    about = _checked(named) if named else {}
    try:
        if named:
            found, project = _loaded(about), about.get("project_id")
        else:
            found, project = google.auth.default(scopes=SCOPES)
    except (exceptions.GoogleAuthError, ValueError, KeyError, TypeError):
        if named:
            raise FixConfig("key_wrong", path=named) from None
        raise AskAccess("no_credentials", variable=KEY) from None
    if impersonate:
        from google.auth import impersonated_credentials as borrowed

        found = borrowed.Credentials(found, impersonate, list(SCOPES))  # type: ignore[no-untyped-call]
    address = impersonate or str(getattr(found, "service_account_email", "") or "")
    return Access(
        found,
        name=address,
        user=address or _user(found, about),
        project=str(project or ""),
        key_days=_days(named, now) if named and about["type"] == SERVICE else None,
        is_refusal=lambda error: isinstance(error, exceptions.RefreshError),
        is_transient=lambda error: isinstance(error, exceptions.TransportError),
    )


def _user(found: Any, about: Mapping[str, Any]) -> str:
    """Tell users apart who have no address: by a digest of their consent, wherever it is kept."""
    token = getattr(found, "refresh_token", None)
    rests_on = token or json.dumps(about, sort_keys=True)
    return sha256(str(rests_on).encode()).hexdigest()


def _loaded(about: Mapping[str, Any]) -> Any:
    """Make credentials of the kind that a file says it holds; none of them runs a program."""
    from google.auth import aws, identity_pool, impersonated_credentials
    from google.oauth2 import credentials, service_account

    source = about.get("credential_source", {})
    outside = aws if "environment_id" in source else identity_pool
    makers: Mapping[str, Any] = {
        SERVICE: service_account.Credentials.from_service_account_info,
        PERSON: credentials.Credentials.from_authorized_user_info,
        "external_account": outside.Credentials.from_info,
        "impersonated_service_account": (
            impersonated_credentials.Credentials.from_impersonated_service_account_info
        ),
    }
    kind = about["type"]
    return makers[kind](about, scopes=list(PERSONAL if kind == PERSON else SCOPES))


def _checked(path: Path) -> Mapping[str, Any]:
    """Read a file with credentials."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FixConfig("key_missing", path=path) from None
    except (OSError, ValueError):
        raise FixConfig("key_wrong", path=path) from None
    if not isinstance(about, dict):
        raise FixConfig("key_wrong", path=path)
    others = stat.S_IRWXG | stat.S_IRWXO
    if about.get("type") == SERVICE and os.name != "nt" and path.stat().st_mode & others:
        raise FixConfig("key_readable", path=path)
    return about


def _days(path: Path, now: datetime) -> int:
    return (now - datetime.fromtimestamp(path.stat().st_mtime, UTC)).days
