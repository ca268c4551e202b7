"""What can go wrong between a client and the server, scripted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class When(StrEnum):
    """When a fault strikes, seen from the effect of the request."""

    INSTEAD = "instead"  # the request has no effect
    AFTER = "after"  # it has, and the client does not learn it
    LATE = "late"  # it has, once other requests were answered


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer other than the right one; no status is a connection that is cut or hangs."""

    status: int = 0
    when: When = When.INSTEAD
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: float = 0.0  # seconds before the connection is cut
    by: int = 1  # requests after which a late effect comes


Script = Callable[[int, str], Fault | None]
"""The number of a request, from 1, and its method, to what goes wrong with it."""


def error(status: int, kind: str, message: str = "", **details: str) -> bytes:
    """Return an error as Google words it."""
    said: dict[str, object] = {"code": status, "message": message or kind, "status": kind}
    if details:
        said["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", **details}]
    return json.dumps({"error": said}).encode()


HTML = (
    b"<!DOCTYPE html><html><title>502. That's an error.</title><p>Try again in 30 seconds.</html>"
)

_TOO_MANY = "Quota exceeded for quota metric 'Write requests' and limit 'per minute per user'"
QUOTA = Fault(429, body=error(429, "RESOURCE_EXHAUSTED", _TOO_MANY, reason="RATE_LIMIT_EXCEEDED"))
QUOTA_WITH_TIME = Fault(429, body=QUOTA.body, headers={"Retry-After": "7"})
FAULTS: Mapping[str, Fault] = {
    "429": QUOTA,
    "429 with Retry-After": QUOTA_WITH_TIME,
    "500": Fault(500, body=error(500, "INTERNAL", "Internal error encountered.")),
    "503": Fault(503, body=error(503, "UNAVAILABLE", "The service is currently unavailable.")),
    "html": Fault(502, body=HTML, headers={"Content-Type": "text/html"}),
    "html 200": Fault(200, body=HTML, headers={"Content-Type": "text/html"}),
    "reset before": Fault(),
    "timeout before": Fault(hang=1.0),
    "500 after": Fault(500, When.AFTER, error(500, "INTERNAL")),
    "503 after": Fault(503, When.AFTER, error(503, "UNAVAILABLE")),
    "html after": Fault(502, When.AFTER, HTML, {"Content-Type": "text/html"}),
    "truncated": Fault(200, When.AFTER, b'{"spreadsheetId": "x", "repl'),
    "reset after": Fault(0, When.AFTER),
    "timeout after": Fault(0, When.AFTER, hang=1.0),
    "late": Fault(503, When.LATE, error(503, "UNAVAILABLE")),
    "very late": Fault(0, When.LATE, by=3),
}
"""Every kind of fault by name."""


def at(number: int, fault: Fault) -> Script:
    """Let a single request go wrong."""
    return lambda n, _method: fault if n == number else None


def always(fault: Fault, method: str = "") -> Script:
    """Let every request go wrong, or every one of a method."""
    return lambda _n, name: fault if not method or name == method else None
