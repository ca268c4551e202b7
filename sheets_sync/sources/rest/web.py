"""Calls to a CRM, through httpx: politely, again where that helps, and with the secret unseen.

The secret is put into a request at the very door, in the transport: neither logs nor errors nor
the `repr` of anything before it have seen it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Self

import httpx
import stamina

from sheets_sync.errors import LookAtSource
from sheets_sync.limits import Window
from sheets_sync.sources.rest.connector import Connector, Door, Json, Request, Trouble

ATTEMPTS = 8
CONNECT, READ = 10.0, 120.0  # seconds
LONGEST_REST = 600.0
NO_CONTENT = 204
LONGEST_REASON = 200

ERRORS = {
    Trouble.TOKEN: "crm_token",
    Trouble.DENIED: "crm_denied",
    Trouble.ABSENT: "crm_absent",
    Trouble.REFUSED: "crm_refused",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and how to let it pass; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wall: Callable[[], float] = time.time


@dataclass(slots=True)
class Limiter:
    """How often all workspaces of this process may call a CRM: it counts by the address we have."""

    windows: tuple[Window, ...]
    until: float = 0.0  # asked to be quiet so long
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pause(self, now: float) -> float:
        """Book a call; return how long it has to wait."""
        with self.lock:
            pause = max([self.until - now, 0.0, *(window.wait(now) for window in self.windows)])
            for window in self.windows:
                window.take(now + pause)
            return pause

    def rest(self, until: float) -> None:
        """Call nobody before a time."""
        with self.lock:
            self.until = max(self.until, until)


_LIMITERS: dict[str, Limiter] = {}


def limiter_of(connector: Connector) -> Limiter:
    """Return the limiter that all accounts of a CRM share."""
    windows = tuple(Window(most, seconds) for most, seconds in connector.limits)
    return _LIMITERS.setdefault(connector.name, Limiter(windows))


class _Behind(httpx.BaseTransport):
    """A transport that knows the secret."""

    def __init__(self, door: Door) -> None:
        self._door = door
        is_plain = door.site.startswith("http://")  # a server on this machine
        self._inner = httpx.HTTPTransport(verify=not is_plain)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = self._door.path.encode() + request.url.raw_path.removeprefix(b"/")
        headers = {**request.headers, **self._door.headers}
        return self._inner.handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(raw_path=path),
                headers=headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        )

    def close(self) -> None:
        self._inner.close()


class _Again(Exception):
    """An answer that asks to be asked for again."""


@dataclass(slots=True)
class Api:
    """A CRM that is being called."""

    connector: Connector
    door: Door
    limiter: Limiter
    clock: Clock = field(default_factory=Clock)
    now: int = 0  # on the CRM's own clock, as of its last answer
    _client: httpx.Client | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        """Open the door."""
        self._client = httpx.Client(
            base_url=self.door.site,
            transport=_Behind(self.door),
            timeout=httpx.Timeout(READ, connect=CONNECT),
            headers={"Accept": "application/json"},
        )
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        if self._client:
            self._client.close()

    def ask(self, request: Request) -> Json:
        """Return the body of the answer, None where it is empty.

        Raises:
            LookAtSource: the CRM cannot be reached, or does not give it.
        """
        try:
            for attempt in stamina.retry_context(
                on=(_Again, httpx.TransportError),
                attempts=ATTEMPTS,
                timeout=None,
                wait_initial=0.5,
                wait_max=30.0,
            ):
                with attempt:
                    return self._once(request)
        except _Again as error:
            raise self._error("crm_busy", request, why=str(error)) from None
        except httpx.TransportError as error:
            why = type(error).__name__
            raise self._error("crm_unreachable", request, why=why) from None
        raise AssertionError

    def _once(self, request: Request) -> Json:
        if pause := self.limiter.pause(self.clock.now()):
            self.clock.sleep(pause)
        answer = self._send(request)
        body = _body(answer)
        trouble = self.connector.trouble(answer.status_code, body)
        if trouble is Trouble.AGAIN:
            self._rest(answer, request)
            raise _Again(_said(body) or f"HTTP {answer.status_code}")
        if trouble:
            raise self._error(ERRORS[trouble], request, why=_said(body))
        self.now = _date(answer) or int(self.clock.wall())
        return body

    def _send(self, request: Request) -> httpx.Response:
        if self._client is None:
            raise RuntimeError("closed")
        sent = self.connector.wire(request)
        if self.connector.verb == "GET":
            return self._client.get(sent.path, params=dict(sent.params))
        return self._client.post(sent.path, json=dict(sent.params))

    def _rest(self, answer: httpx.Response, request: Request) -> None:
        """Be quiet as long as the answer asks for; who asks for too long is left alone."""
        asked = answer.headers.get("Retry-After", "")
        try:
            pause = float(asked)
        except ValueError:
            until = _parsed(asked)
            pause = until - (_date(answer) or self.clock.wall()) if until else 0.0
        if pause > LONGEST_REST:
            raise self._error("crm_busy", request, why=f"Retry-After: {pause:.0f} s")
        self.limiter.rest(self.clock.now() + pause)

    def _error(self, id_: str, request: Request, why: str) -> LookAtSource:
        return LookAtSource(id_, site=self.door.site, what=request.path, why=why)


def _body(answer: httpx.Response) -> Json:
    """Return what the answer says; an answer cut off is worth another try, an error page is not."""
    if answer.status_code == NO_CONTENT or not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        if answer.is_success:
            raise _Again("JSON") from None
        return None


def _said(body: Json) -> str:
    """Return how the CRM itself says what is wrong."""
    if not isinstance(body, dict):
        return ""
    found = [body.get(key) for key in ("error", "error_description", "title", "detail")]
    return ": ".join(str(part) for part in found if part)[:LONGEST_REASON]


def _parsed(text: str) -> int | None:
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (TypeError, ValueError):
        return None


def _date(answer: httpx.Response) -> int | None:
    return _parsed(answer.headers.get("Date", ""))
