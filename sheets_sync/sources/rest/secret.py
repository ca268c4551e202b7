"""Where a secret is kept: in a variable of the environment or in a file, never in the config."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sheets_sync.errors import FixConfig

PATTERN = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"
FOLDER = ".smarketing"


def read_secret(place: str, folder: Path) -> str:
    """Return the secret that `env:NAME` or `file:PATH` holds.

    Raises:
        FixConfig: there is none, or others can read the file.
    """
    kind, _, name = place.partition(":")
    if kind == "env":
        found = os.environ.get(name, "")
    else:
        path = folder / name
        try:
            others = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            found = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise FixConfig("secret_missing", place=place) from None
        if os.name != "nt" and others:
            raise FixConfig("secret_readable", path=path)
    if not found.strip():
        raise FixConfig("secret_missing", place=place)
    return found.strip()


def secret_file(place: str, folder: Path) -> Path:
    """Return the file of a secret that will have to be written.

    Raises:
        FixConfig: it is a variable of the environment.
    """
    kind, _, name = place.partition(":")
    if kind != "file":
        raise FixConfig("secret_in_file", place=place)
    return folder / name


def keep_secret(secret: str, name: str, folder: Path) -> str:
    """Keep a secret in a file that nobody else can read; return its place."""
    path = folder / FOLDER / f"{name}.secret"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    path.write_text(secret, encoding="utf-8")
    return f"file:{FOLDER}/{path.name}"
