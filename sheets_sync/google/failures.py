"""What Google's refusals mean, and what the reader should do about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from sheets_sync.errors import AskAccess, TargetNotWritten

QUOTA, REFUSED, MISSING, AGAIN = "quota", "refused", "missing", "again"
_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND, _TOO_MANY = 400, 403, 404, 429
_SERVER = 500
_STORAGE = ("storageQuotaExceeded", "usageLimits")
_LONGEST = 200


class UnknownOutcome(Exception):
    """Nobody knows whether a write had its effect: read again."""


class Refused(Exception):
    """Google found the request wrong: our picture of the sheet is old, or we are."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer other than the right one: what kind it is, and what Google said."""

    kind: str
    said: str = ""
    wait: float | None = None  # seconds, where the server asks for them


def read(status: int, body: bytes, retry_after: str | None, now: float, bot: str) -> Answer:
    """Say what an answer means.

    Raises:
        AskAccess: somebody has to share the spreadsheet or a range of it.
        TargetNotWritten: it cannot be written as it is.
    """
    error = _error(body)
    said = str(error.get("message") or "")[:_LONGEST]
    if status == _TOO_MANY:
        return Answer(QUOTA, said, _seconds(retry_after, now))
    if status == _NOT_FOUND:
        return Answer(MISSING, said)
    if status == _FORBIDDEN:
        if any(word in json.dumps(error) for word in _STORAGE):
            raise TargetNotWritten("sheet_storage")
        if "rotected" in said:
            raise AskAccess("sheet_protected", bot=bot)
        raise AskAccess("sheet_not_shared", bot=bot)
    if status == _BAD_REQUEST and error:
        _impossible(said)
        return Answer(REFUSED, said)
    return Answer(AGAIN, said, _seconds(retry_after, now) if status >= _SERVER else None)


def _impossible(said: str) -> None:
    """Raise what no reading of the sheet can mend."""
    if "Office file" in said or "not supported for this document" in said:
        raise TargetNotWritten("sheet_is_xlsx")
    if "10000000 cells" in said or "limit of 10,000,000" in said:
        raise TargetNotWritten("sheet_full")


def _error(body: bytes) -> dict[str, Any]:
    """Return what Google says of an error; a gateway may answer with a page."""
    try:
        error = json.loads(body).get("error", {})
    except (ValueError, AttributeError):
        return {}
    return error if isinstance(error, dict) else {}


def _seconds(text: str | None, now: float) -> float | None:
    """Read Retry-After: seconds, or a moment.

    >>> _seconds("7", 0.0), _seconds(None, 0.0), _seconds("soon", 0.0)
    (7.0, None, None)
    """
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None
