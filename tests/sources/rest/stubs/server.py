"""A made-up CRM behind real HTTP: it holds records, a clock, and mishaps yet to come."""

import json
import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

BEGINNING = 1_790_000_000
COST = 10  # tokens of a call
STAGES = ("New", "Proposal", "Won", "Lost")
"""The last two end a deal."""
VERDICTS = {45: "Qualified", 46: "Unqualified", 47: "Junk"}
"""The list of the field that takes verdicts."""


@dataclass
class Deal:
    id: int
    created: int
    updated: int
    title: str = "Deal"
    amount: object = 100
    stage: int = 0
    manager: int = 1
    utm: str = "yandex"
    contact: str = "+7 (912) 345-67-89"
    closed: int | None = None


@dataclass
class Move:
    id: int
    deal: int
    at: int
    before: int
    after: int


@dataclass
class Crm:
    """What is in the CRM; `page` records come at once."""

    page: int = 3
    now: int = BEGINNING
    deals: dict[int, Deal] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    users: dict[int, str] = field(default_factory=lambda: {1: "Ann Lee", 2: "Bob Fox"})
    mishaps: deque = field(default_factory=deque)  # what becomes of the next answers
    meanwhile: deque = field(default_factory=deque)  # what is done after the next answers
    asked: list = field(default_factory=list)
    kept: dict = field(default_factory=dict)  # the last answer of each path
    token: str = "secret-token-7"
    lacks: frozenset = frozenset()
    allowance: int = 0  # tokens that may be spent in a day; 0: none are counted
    spent: int = 0
    lag: int = 0  # seconds until a change is found by searching
    archived: set[int] = field(default_factory=set)
    leads_of: dict[int, str] = field(default_factory=dict)  # of which lead a deal was made
    touches: list[dict] = field(default_factory=list)  # as each CRM tells them
    people: dict[int, dict] = field(default_factory=dict)
    inbox: dict[str, dict] = field(default_factory=dict)  # leads, where these are no deals
    born: int = 0
    custom: dict[str, dict] = field(default_factory=dict)  # by record: fields of one's own
    tasks: dict[int, dict] = field(default_factory=dict)  # of, text, mark, due, owner, done
    wrote: list[tuple] = field(default_factory=list)  # what others wrote: of, field, before, after
    refused: dict[str, int] = field(default_factory=dict)  # the status for writing to a record

    def begin(self):
        """Forget everything that happened."""
        self.__init__(self.page)

    def create(self, **fields):
        self.born += 1
        self.deals[self.born] = Deal(self.born, self.now, self.now, **fields)
        self.moves.append(Move(len(self.moves) + 1, self.born, self.now, 0, 0))

    def edit(self, id_, **fields):
        deal = self.deals[id_]
        if "stage" in fields and fields["stage"] != deal.stage:
            move = Move(len(self.moves) + 1, id_, self.now, deal.stage, fields["stage"])
            self.moves.append(move)
            deal.closed = self.now if fields["stage"] >= 2 else None
        for name, value in fields.items():
            setattr(deal, name, value)
        deal.updated = self.now

    def delete(self, id_):
        del self.deals[id_]

    def fill_in(self, id_, name, value):
        own = self.custom.setdefault(str(id_), {})
        before = str(own.get(name) or "") or None
        own[name] = value
        if before != (str(value or "") or None):
            self.wrote.append((str(id_), name, before, str(value or "") or None))

    def own(self, id_):
        return self.custom.get(str(id_), {})

    def add_task(self, of, **told):
        id_ = max(self.tasks, default=100) + 1
        self.tasks[id_] = {"of": str(of), "done": False, **told}
        return id_

    def tasks_of(self, of):
        return {id_: task for id_, task in self.tasks.items() if task["of"] == str(of)}


def answer(crm, respond, request):
    """Return status, headers and bytes: what the CRM says, or a mishap."""
    crm.asked.append(request)
    mishap = crm.mishaps.popleft() if crm.mishaps else None
    date = {"Date": formatdate(crm.now, usegmt=True)}
    if crm.allowance:
        crm.spent += COST
        left = str(max(0, crm.allowance - crm.spent))
        date |= {f"x-daily-ratelimit-token-{name}": told for name, told in
                 (("limit", str(crm.allowance)), ("remaining", left))}  # fmt: skip
        if crm.spent > crm.allowance:
            return 429, {**date, "Retry-After": "40000"}, b"{}"
    if mishap in {429, 500, 502, 503}:
        return mishap, date, b"<html>busy</html>"
    if mishap == "lost":  # done, and nobody hears of it
        respond(crm, request)
        return 502, date, b""
    if isinstance(mishap, tuple):
        status, after = mishap
        return status, {**date, "Retry-After": str(after)}, b"{}"
    status, body = respond(crm, request)
    path, *_ = request
    if mishap == "repeat":
        body = crm.kept.get(path, body)
    crm.kept[path] = body
    text = b"" if body is None else json.dumps(body).encode()
    if crm.meanwhile and (action := crm.meanwhile.popleft()):
        action()
    return status, date, text[: len(text) // 2] if mishap == "cut" else text


@contextmanager
def served(crm, respond, answer=answer):
    """Serve the CRM; yield its address."""

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self):
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size)
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            asked = (self.path, json.loads(body)) if body else (parts.path, query)
            self.headers["verb"] = self.command
            request = (*asked, self.headers)
            status, headers, content = answer(crm, respond, request)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PATCH = do_DELETE = do_GET

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    server = Server(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
