"""Who we are to Google: credentials of the surroundings, of a person, or of a key file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sheets_sync.errors import AskAccess, FixConfig

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
PERSONAL = ("https://www.googleapis.com/auth/drive.file",)
"""What a person grants: only files that they open with the product."""

KEY = "GOOGLE_APPLICATION_CREDENTIALS"
OLD_DAYS = 90


@dataclass(frozen=True, slots=True)
class Access:
    """Credentials, and the address with which a spreadsheet is shared; never a secret in sight."""

    credentials: Any
    name: str = ""  # the bot's address; empty where it is not known
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

    return Access(AnonymousCredentials(), name="local")  # type: ignore[no-untyped-call]


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
    kind = _checked(named) if named else ""
    scopes = PERSONAL if kind == "authorized_user" else SCOPES
    try:
        if named:
            read = google.auth.load_credentials_from_file
            found, project = read(str(named), scopes=scopes)  # type: ignore[no-untyped-call]
        else:
            found, project = google.auth.default(scopes=scopes)
    except (exceptions.DefaultCredentialsError, ValueError):
        if named:
            raise FixConfig("key_wrong", path=named) from None
        raise AskAccess("no_credentials", variable=KEY) from None
    if impersonate:
        from google.auth import impersonated_credentials as borrowed

        found = borrowed.Credentials(found, impersonate, list(SCOPES))  # type: ignore[no-untyped-call]
    address = impersonate or str(getattr(found, "service_account_email", "") or "")
    age = _days(named, now) if named and kind == "service_account" else None
    return Access(
        found,
        name=address,
        project=str(project or ""),
        key_days=age,
        is_refusal=lambda error: isinstance(error, exceptions.RefreshError),
        is_transient=lambda error: isinstance(error, exceptions.TransportError),
    )


def _checked(path: Path) -> str:
    """Return what kind of credentials a file holds."""
    try:
        kind = json.loads(path.read_text(encoding="utf-8")).get("type")
    except FileNotFoundError:
        raise FixConfig("key_missing", path=path) from None
    except (OSError, ValueError, AttributeError):
        raise FixConfig("key_wrong", path=path) from None
    if kind == "service_account" and os.name != "nt" and path.stat().st_mode & (
        stat.S_IRWXG | stat.S_IRWXO
    ):  # fmt: skip
        raise FixConfig("key_readable", path=path)
    return str(kind)


def _days(path: Path, now: datetime) -> int:
    return (now - datetime.fromtimestamp(path.stat().st_mtime, UTC)).days
