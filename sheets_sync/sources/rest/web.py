"""Calls to a CRM, through httpx: politely, again where that helps, and with the secret unseen.

The secret is put into a request at the very door, in the transport: neither logs nor errors nor
the `repr` of anything before it have seen it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Self, TypeVar

import httpx
import stamina

from sheets_sync.errors import LookAtSource
from sheets_sync.ledger import ledger
from sheets_sync.limits import Keeping, Window, alone
from sheets_sync.sources.rest.connector import (
    Answer,
    Call,
    Connector,
    Door,
    Json,
    Request,
    Trouble,
    read_json,
    trouble_of,
)
from sheets_sync.sources.rest.oauth import Grant, Ungranted

T = TypeVar("T")

ATTEMPTS = 8
CONNECT, READ = 10.0, 120.0  # seconds
LONGEST_REST = 600.0
LONGEST_REASON = 200
SAID = ("error", "error_description", "error_info", "title", "detail", "message")

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
    """How often all workspaces of this computer may call a CRM: it counts by our address."""

    windows: tuple[tuple[str, Window], ...]  # the end of the paths that each counts
    quiet: deque[float] = field(default_factory=lambda: deque(maxlen=1))  # asked to be, so long
    keeping: Keeping = alone
    lock: threading.Lock = field(default_factory=threading.Lock)

    def _held(self, now: float) -> AbstractContextManager[None]:
        return self.keeping([self.quiet, *(window.calls for _, window in self.windows)], now)

    def pause(self, now: float, path: str) -> float:
        """Book a call; return how long it has to wait."""
        with self.lock, self._held(now):
            counting = [window for end, window in self.windows if path.endswith(end)]
            pauses = [*(until - now for until in self.quiet), 0.0]
            pause = max([*pauses, *(window.wait(now) for window in counting)])
            for window in counting:
                window.take(now + pause)
            return pause

    def rest(self, now: float, pause: float) -> None:
        """Call nobody for so long."""
        with self.lock, self._held(now):
            self.quiet.append(max([now + pause, *self.quiet]))


_LIMITERS: dict[str, Limiter] = {}


def limiter_of(connector: Connector) -> Limiter:
    """Return the limiter that all accounts of a CRM share."""
    found = replace(fresh_limiter(connector), keeping=ledger(f"crm {connector.name}"))
    return _LIMITERS.setdefault(connector.name, found)


def fresh_limiter(connector: Connector) -> Limiter:
    """Return a limiter that has seen no call yet.

    >>> from sheets_sync.sources.rest import connector_of
    >>> fresh_limiter(connector_of("amocrm")).pause(0.0, "leads")
    0.0
    """
    return Limiter(
        tuple((each.path, Window(each.calls, each.seconds)) for each in connector.limits)
    )


def _client_of(door: Callable[[], Door]) -> httpx.Client:
    """Return a client whose every request goes through the door of that moment."""
    return httpx.Client(
        transport=_Behind(door),
        timeout=httpx.Timeout(READ, connect=CONNECT),
        headers={"Accept": "application/json"},
    )


class _Behind(httpx.BaseTransport):
    """A transport that knows the secret."""

    def __init__(self, door: Callable[[], Door]) -> None:
        self._door = door
        is_plain = door().site.startswith("http://")  # a server on this machine
        self._inner = httpx.HTTPTransport(verify=not is_plain)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        door = self._door()
        path = door.path + request.url.raw_path.decode().removeprefix("/") + door.tail
        return self._inner.handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(raw_path=path.encode()),
                headers={**request.headers, **door.headers},
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
    calls: int = 0
    allowance: tuple[int, int] | None = None  # how much is left for the day, of how much
    grant: Grant | None = None
    _is_renewed: bool = False  # the door, since it last let us in
    _client: httpx.Client | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        """Open the door."""
        self._client = _client_of(lambda: self.door)
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
        return self._insist(request, self.connector.wire(request))

    def put(self, call: Call) -> Json:
        """Write what is the same when it is written twice; return the body of the answer.

        Raises:
            LookAtSource: the CRM cannot be reached, or does not take it.
        """
        return self._insist(_asked(call), call)

    def put_new(self, call: Call, found: Callable[[], T | None]) -> T | None:
        """Write what would be doubled: before every attempt it is looked for, and returned.

        Raises:
            LookAtSource: the CRM cannot be reached, or does not take it.
        """
        with self._worded(_asked(call)):
            for attempt in _attempts():
                with attempt:
                    there = found()
                    if there is None:
                        self._once(_asked(call), call)
                    return there
        raise AssertionError

    def _insist(self, request: Request, call: Call) -> Json:
        with self._worded(request):
            for attempt in _attempts():
                with attempt:
                    return self._once(request, call)
        raise AssertionError

    @contextmanager
    def _worded(self, request: Request) -> Iterator[None]:
        try:
            yield
        except _Again as error:
            raise self._error("crm_busy", request, why=str(error)) from None
        except httpx.TransportError as error:
            why = type(error).__name__
            raise self._error("crm_unreachable", request, why=why) from None

    def _once(self, request: Request, call: Call) -> Json:
        if self.grant and not self._is_renewed and not self.grant.is_fresh(self.clock.wall()):
            self._renew(request)
        self._refuse_overdraft(request)
        if pause := self.limiter.pause(self.clock.now(), call.path):
            self.clock.sleep(pause)
        self.calls += 1
        answer = self._send(call)
        self.allowance = self._told(answer) or self.allowance
        body = _body(answer, self.connector.reads)
        trouble = self.connector.trouble(request, answer.status_code, body)
        if trouble is Trouble.AGAIN:
            self._refuse_overdraft(request)
            self._rest(answer, request)
            raise _Again(_said(body) or f"HTTP {answer.status_code}")
        if trouble is Trouble.TOKEN and self.grant and not self._is_renewed:
            self._renew(request)
            raise _Again(_said(body))
        if trouble:
            raise self._error(ERRORS[trouble], request, why=_said(body))
        self._is_renewed = False
        self.now = _date(answer) or int(self.clock.wall())
        return body

    def _told(self, answer: httpx.Response) -> tuple[int, int] | None:
        """Return what an answer tells of the day's budget."""
        if self.connector.budget is None:
            return None
        told = (self.connector.budget.left, self.connector.budget.limit)
        left, limit = (answer.headers.get(name, "") for name in told)
        return (int(left), int(limit)) if left.isdigit() and limit.isdigit() else None

    def _refuse_overdraft(self, request: Request) -> None:
        """Leave the last part of the day's budget to others; tomorrow one goes on."""
        if self.connector.budget is None or self.allowance is None:
            return
        left, limit = self.allowance
        if left <= limit * self.connector.budget.kept:
            parts = {"site": self.door.site, "what": request.path, "left": left, "limit": limit}
            raise LookAtSource("crm_budget", **parts)

    def _renew(self, request: Request) -> None:
        """Get a new token, once until it has let us in."""
        if self.grant is None:
            return
        try:
            self.door = self.grant.renew(self.clock.wall(), _given)
        except Ungranted:
            raise self._error("crm_grant", request, why=self.grant.path.name) from None
        except OSError as error:
            raise self._error("crm_grant_lost", request, why=str(error)) from None
        self._is_renewed = True

    def _send(self, call: Call) -> httpx.Response:
        if self._client is None:
            raise RuntimeError("closed")
        place = f"{self.door.site}/{call.path}"
        if call.verb == "GET":
            return self._client.get(place, params=call.params)
        return self._client.request(call.verb, place, json=call.params)

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
        self.limiter.rest(self.clock.now(), pause)

    def _error(self, id_: str, request: Request, why: str) -> LookAtSource:
        return LookAtSource(id_, site=self.door.site, what=request.path, why=why)


def _attempts() -> Iterable[stamina.Attempt]:
    return stamina.retry_context(
        on=(_Again, httpx.TransportError),
        attempts=ATTEMPTS,
        timeout=None,
        wait_initial=0.5,
        wait_max=30.0,
    )


def _asked(call: Call) -> Request:
    """Return what errors say of a call that writes: where it goes."""
    return Request(call.path)


def _given(door: Door, body: Json) -> Json | None:
    """Ask for a token; None where it is refused."""
    with _client_of(lambda: door) as client:
        answer = client.post(door.site, json=body) if body else client.get(door.site)
    if trouble_of(answer.status_code) is Trouble.AGAIN:
        raise _Again(f"HTTP {answer.status_code}")
    found = _body(answer, read_json)
    return found if answer.is_success and isinstance(found, dict) else None


def _body(answer: httpx.Response, reads: Callable[[Answer], Json]) -> Json:
    """Return what the answer says; an answer cut off is worth another try, an error page is not."""
    try:
        return reads(Answer(answer.status_code, dict(answer.headers), answer.text))
    except (ValueError, TypeError, KeyError):
        if answer.is_success:
            raise _Again("JSON") from None
        return None


def _said(body: Json) -> str:
    """Return how the CRM itself says what is wrong."""
    if not isinstance(body, dict):
        return ""
    found = [body.get(key) for key in SAID]
    return ": ".join(str(part) for part in found if part)[:LONGEST_REASON]


def _parsed(text: str) -> int | None:
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (TypeError, ValueError):
        return None


def _date(answer: httpx.Response) -> int | None:
    return _parsed(answer.headers.get("Date", ""))
