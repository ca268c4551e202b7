"""The server: one thread a connection, one state, one request at a time."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sheets_emulator import api, discovery, drive
from tests.sheets_emulator.book import Book, Tab
from tests.sheets_emulator.faults import Fault, Script, When, error
from tests.sheets_emulator.page import page

LARGEST = 10_485_760
WRITES = {"batchUpdate", "values.update", "values.batchUpdate", "values.batchUpdateByDataFilter",
          "values.append", "values.clear", "values.batchClear", "values.batchClearByDataFilter",
          "sheets.copyTo", "create"}  # fmt: skip


@dataclass(slots=True)
class Request:
    """A request that came in."""

    method: str
    sent: int
    received: int
    body: Any
    at: float
    spreadsheet: str = ""

    @property
    def is_write(self) -> bool:
        """Tell whether it counts as a write."""
        return self.method in WRITES


@dataclass(slots=True)
class World:
    """Everything that the server knows, for tests to look at and to change."""

    books: dict[str, Book] = field(default_factory=dict)
    log: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    before: Callable[[int, str], None] = lambda _n, _m: None
    watch: Callable[[Book, Book], None] | None = None  # a spreadsheet before and after a write
    script: Script = lambda _n, _m: None
    quirks: dict[str, Any] = field(default_factory=dict)
    quota: int = 0  # of reads and of writes a minute; 0: none
    clock: Callable[[], float] = time.monotonic
    url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    late: deque[tuple[int, Callable[[], object]]] = field(default_factory=deque)

    def add(self, id_: str = "demo", locale: str = "ru_RU", title: str = "") -> Book:
        """Make a spreadsheet as people do: one empty tab."""
        first = "Sheet1" if locale.startswith("en") else "Лист1"
        book = Book(id_, title or id_, locale, tabs=[Tab(0, first)])
        self.books[id_] = book
        return book

    def address(self, id_: str = "demo") -> str:
        """Return the address of a spreadsheet, as a browser shows it."""
        return f"{self.url}/spreadsheets/d/{id_}/edit"

    def settle(self) -> None:
        """Let everything arrive that is late."""
        while self.late:
            self.late.popleft()[1]()

    def exceeded(self, request: Request) -> bool:
        """Tell whether a request comes too soon after sixty of its kind."""
        since = self.clock() - 60
        alike = [r for r in self.log if r.at > since and r.is_write == request.is_write]
        return bool(self.quota) and len(alike) > self.quota


Answer = tuple[Fault | None, int, bytes]
"""What goes wrong, if anything; the status; the body."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _any(self) -> None:
        world = self.server.world
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if self.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        with world.lock:
            fault, status, answer = answered(world, self.command, self.path, raw)
        if fault and fault.hang:
            time.sleep(fault.hang)
        if fault and not fault.status:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            **(fault.headers if fault else {}),
        }
        self._send(status, answer, headers)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        if body.startswith(b"<!DOCTYPE"):
            headers = {**headers, "Content-Type": "text/html; charset=UTF-8"}
        asks = ("Accept-Encoding", "User-Agent")  # both, as Google documents it
        if len(body) > 1000 and all("gzip" in self.headers.get(name, "") for name in asks):
            body, headers = gzip.compress(body, 1), {**headers, "Content-Encoding": "gzip"}
        head = f"HTTP/1.1 {status} {'OK' if status < 400 else 'No'}\r\n"
        lines = {**headers, "Content-Length": str(len(body))}
        head += "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
        self.wfile.write(head.encode() + body)


def answered(world: World, verb: str, target: str, raw: bytes) -> Answer:
    """Answer a request, as far as nothing goes wrong with it."""
    split = urlsplit(target)
    query = parse_qs(split.query, keep_blank_values=True)
    if split.path == "/token":
        return None, 200, b'{"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}'
    if split.path.startswith("/spreadsheets/d/"):
        return None, 200, page(world.books.get(split.path.split("/")[3])).encode()
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        return None, 400, error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.")
    if split.path.startswith("/drive/v3/"):
        return None, *_tried(lambda: drive.call(world.books, verb, split.path, query, body))
    return _sheets(world, verb, split.path, query, raw, body)


def _sheets(
    world: World, verb: str, path: str, query: dict[str, list[str]], raw: bytes, body: Any
) -> Answer:
    try:
        method, names = discovery.found(verb, path)
        discovery.check(method, query, body)
    except discovery.InvalidError as wrong:
        world.violations.append(f"{verb} {path}: {wrong}")
        return None, 400, error(400, "INVALID_ARGUMENT", str(wrong))
    number = len(world.log) + 1
    world.before(number, method.id)
    request = Request(method.id, len(raw), 0, body, world.clock(), names.get("spreadsheetId", ""))
    world.log.append(request)
    while world.late and world.late[0][0] < number:
        world.late.popleft()[1]()
    if len(raw) > LARGEST:
        return (
            None,
            400,
            error(400, "INVALID_ARGUMENT", "Request payload size exceeds the limit"),
        )
    fault = world.script(number, method.id)
    if fault is None and world.exceeded(request):
        return None, 429, error(429, "RESOURCE_EXHAUSTED", "Quota exceeded",
                                reason="RATE_LIMIT_EXCEEDED")  # fmt: skip

    def effect() -> tuple[int, bytes]:
        book = world.books.get(request.spreadsheet) if world.watch else None
        past = book.snapshot() if book and request.is_write else None
        done = _tried(lambda: _called(world, method.id, names, query, body))
        if past and book and world.watch:
            world.watch(past, book)
        return done

    if fault is None:
        status, answer = effect()
        request.received = len(answer)
        return None, status, answer
    if fault.when is When.AFTER:
        effect()
    elif fault.when is When.LATE:
        world.late.append((number + fault.by, effect))
    return fault, fault.status, fault.body


def _called(world: World, method: str, names: dict[str, str], query: dict[str, list[str]], body: Any
            ) -> Any:  # fmt: skip
    if method == "create":
        title = (body or {}).get("properties", {}).get("title", "Untitled spreadsheet")
        return {
            "spreadsheetId": drive.call(
                world.books, "POST", "/drive/v3/files", {}, {"name": title}
            )["id"]
        }
    book = world.books.get(names["spreadsheetId"])
    if book is None:
        raise api.NotFoundError
    return api.call(book, method, names, query, body, world.quirks)


def _tried(call: Callable[[], Any]) -> tuple[int, bytes]:
    try:
        return 200, json.dumps(call(), ensure_ascii=False, separators=(",", ":")).encode()
    except discovery.InvalidError as wrong:
        return 400, error(400, "INVALID_ARGUMENT", str(wrong))
    except api.NotFoundError:
        return 404, error(404, "NOT_FOUND", "Requested entity was not found.")
    except Exception as wrong:  # noqa: BLE001  (said as a server says it)
        return 500, error(500, "INTERNAL", f"emulator: {wrong!r}")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    world: World


def start(port: int = 0) -> tuple[World, Callable[[], None]]:
    """Start a server; return its world and how to stop it."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.world = World(url=f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return server.world, stop


@contextmanager
def running(port: int = 0) -> Iterator[World]:
    """Run a server for a while."""
    world, stop = start(port)
    try:
        yield world
    finally:
        stop()
