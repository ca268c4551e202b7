"""From the address of a spreadsheet to one that can be called."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from sheets_sync.credentials import access, nobody
from sheets_sync.google.budget import budget_of
from sheets_sync.google.transport import GOOGLE, Clock, Spreadsheet

ADDRESS = re.compile(
    r"(?:(?P<host>https://docs\.google\.com|http://127\.0\.0\.1:\d+)/spreadsheets/d/)?"
    r"(?P<id>[\w-]+)(?:[/?#].*)?"
)
"""What a browser shows, or the id alone; besides Google's, only a server on this machine."""


def connect(
    address: str,
    *,
    now: datetime,
    key: Path | None = None,
    impersonate: str = "",
    clock: Clock | None = None,
) -> Spreadsheet:
    """Find credentials for a spreadsheet.

    >>> from datetime import UTC
    >>> connect("http://127.0.0.1:8765/spreadsheets/d/demo/edit", now=datetime.now(UTC)).base
    'http://127.0.0.1:8765'

    Raises:
        FixConfig, AskAccess: there are no credentials, or they cannot be used.
    """
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(address)
    is_local = bool(found["host"]) and not found["host"].startswith("https")
    who = nobody() if is_local else access(key, impersonate, now)
    base = found["host"] if is_local else GOOGLE
    budget = budget_of(f"{base} {who.user}", f"{base} {who.project}")
    return Spreadsheet(found["id"], who, budget, base, clock or Clock())
