"""Calls to Google, through gspread: bounded in time, repeated only where that is safe."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from gspread.http_client import HTTPClient

from sheets_sync.errors import AskAccess, SmarketingError, TargetNotWritten
from sheets_sync.google import failures
from sheets_sync.google.budget import Budget
from sheets_sync.google.failures import Refused, UnknownOutcome

if TYPE_CHECKING:
    from sheets_sync.credentials import Access

Json = dict[str, Any]

GOOGLE = "https://sheets.googleapis.com"
CONNECT, READ = 10.0, 190.0  # seconds; Google itself gives up after 180
DEADLINE = 300.0
LONGEST_PAUSE = 64.0
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "User-Agent": "smarketing (gzip)",  # without that word Google does not compress its answers
}
LARGEST = 1_900_000
"""Bytes of a request: Google recommends at most 2 MB."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, how to let it pass, and chance; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    wall: Callable[[], float] = time.time


@dataclass(slots=True)
class Spreadsheet:
    """A spreadsheet of Google's, and what calls of it have cost so far."""

    id: str
    access: Access
    budget: Budget
    base: str = GOOGLE
    clock: Clock = field(default_factory=Clock)
    timeout: tuple[float, float] = (CONNECT, READ)
    deadline: float = DEADLINE
    requests: int = 0
    bytes_sent: int = 0
    _client: HTTPClient | None = None
    _until: float = 0.0

    def begin(self) -> None:
        """Start the time within which a sync has to come to an end."""
        self._until = self.clock.now() + self.deadline

    def rest(self, attempt: int) -> None:
        """Wait after a write of which nobody knows what became of it, ever longer."""
        self._pause(self.clock.chance() * min(LONGEST_PAUSE, 2.0**attempt), failures.AGAIN)

    def structure(self, fields: str) -> Json:
        """Read what is not in cells."""
        return self._call("GET", "", {"fields": fields})

    def read(self, filters: Sequence[Json], option: str) -> Json:
        """Read the ranges that filters match at this moment."""
        body = {
            "dataFilters": list(filters),
            "majorDimension": "COLUMNS",
            "valueRenderOption": option,
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        return self._call("POST", "/values:batchGetByDataFilter", {}, body)

    def typed(self, filters: Sequence[Json], fields: str) -> Json:
        """Read cells as they were typed, and what lies on the tabs around them."""
        body = {"dataFilters": list(filters)}
        return self._call("POST", ":getByDataFilter", {"fields": fields}, body)

    def write(self, items: Sequence[Json], option: str) -> Json:
        """Write columns by their anchors."""
        body = {"valueInputOption": option, "data": list(items)}
        call = "/values:batchUpdateByDataFilter"
        return self._call("POST", call, {}, body, is_write=True)

    def batch(self, changes: Sequence[Json]) -> Json:
        """Apply changes in order, all of them or none."""
        body = {"requests": list(changes)}
        return self._call("POST", ":batchUpdate", {"fields": "spreadsheetId"}, body, is_write=True)

    def _call(
        self,
        verb: str,
        path: str,
        params: Mapping[str, str],
        body: Json | None = None,
        *,
        is_write: bool = False,
    ) -> Json:
        """Call until there is an answer.

        Raises:
            UnknownOutcome: a write may have had its effect or not.
            Refused: Google found the request wrong.
            AskAccess, TargetNotWritten: see the error.
        """
        data = None if body is None else encoded(body)
        last = ""
        for attempt in range(1_000):
            self._pause(self.budget.book(self.clock.now(), is_write=is_write), last)
            found = self._once(verb, path, params, data)
            if isinstance(found, dict):
                return found
            last = found.kind
            if found.kind == failures.REFUSED:
                raise Refused(found.said)
            if found.kind == failures.MISSING and attempt:
                raise TargetNotWritten("sheet_not_found")
            if is_write and found.kind == failures.AGAIN:
                raise UnknownOutcome(found.said)
            self._pause(self._wait(found, attempt), last)
        raise TargetNotWritten("sheet_unreachable")

    def _wait(self, found: failures.Answer, attempt: int) -> float:
        """Return how long to wait: what the server asks for, else a random part of ever more."""
        if found.wait is not None:
            return found.wait + self.clock.chance()
        return self.clock.chance() * min(LONGEST_PAUSE, 2.0**attempt)

    def _pause(self, seconds: float, last: str) -> None:
        if self.clock.now() + seconds > self._until:
            raise TargetNotWritten("sheet_busy" if last in ("", "quota") else "sheet_unreachable")
        if seconds:
            self.clock.sleep(seconds)

    def _once(
        self, verb: str, path: str, params: Mapping[str, str], data: bytes | None
    ) -> Json | failures.Answer:
        self.requests += 1
        self.bytes_sent += len(data or b"")
        try:
            response = self._http().session.request(
                verb,
                f"{self.base}/v4/spreadsheets/{self.id}{path}",
                params=params,
                data=data,
                headers=HEADERS,
                timeout=self.timeout,
            )
            content = response.content
        except requests.RequestException:
            return failures.Answer(failures.AGAIN)
        except SmarketingError:
            raise
        except Exception as error:
            if self.access.is_refusal(error):
                raise AskAccess("credentials_refused", bot=self.access.name) from None
            if self.access.is_transient(error):
                return failures.Answer(failures.AGAIN)
            raise
        if response.ok and (answer := _object(content)) is not None:
            return answer
        after = response.headers.get("Retry-After")
        status = response.status_code
        return failures.read(status, content, after, self.clock.wall(), self.access.name)

    def _http(self) -> HTTPClient:
        if self._client is None:
            self._client = HTTPClient(self.access.credentials)
            self._client.session.trust_env = self.base == GOOGLE  # no proxy leads to this machine
        return self._client


def encoded(body: object) -> bytes:
    """Write JSON without blanks and escapes: a third of the bytes for Russian text."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _object(content: bytes) -> Json | None:
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
