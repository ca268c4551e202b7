"""The server of the add-in: calls of functions, the pages of the add-in, the state of the data.

Nothing that a cell holds is logged: a request leaves its number, its counts and its milliseconds.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from excel_addin import auth, gauges, wire
from excel_addin.batch import (
    LIMITS,
    Limits,
    Result,
    Unusable,
    decode,
    encode,
    error,
    respond,
    spoken,
)
from excel_addin.door import Door, Entry
from excel_addin.pages import OFFICE, Page, pages
from excel_addin.pane import Syncing, state
from formulas.functions import FUNCTIONS, Code, Function, Setting
from formulas.functions.arguments import Given, Refused
from sheets_sync.errors import SmarketingError
from templates.brand import UNBRANDED, Brand
from templates.words import Words, load

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

T = TypeVar("T")
LOG = logging.getLogger("smarketing.serve")
BODY = 8 * 2**20
SECONDS = 10.0
WORKERS = 4
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(slots=True)
class Server:
    """What the requests share."""

    door: Door
    syncing: Syncing
    limits: Limits = LIMITS
    body: int = BODY
    seconds: float = SECONDS
    office: str = OFFICE
    brand: Brand = UNBRANDED
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(WORKERS))

    async def read(self, request: Request) -> bytes:
        """Read the body, no more of it than is allowed and no longer."""
        parts, size = [], 0
        async with asyncio.timeout(self.seconds):
            async for part in request.stream():
                size += len(part)
                if size > self.body:
                    raise Unusable(413, "too_large", size=self.body // 2**20)
                parts.append(part)
        return b"".join(parts)

    async def work(self, task: Callable[[], T]) -> T:
        """Compute beside the event loop."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self.seconds + 1):
            return await loop.run_in_executor(self.pool, task)

    def batch(self, body: bytes, entry: Entry, number: str) -> bytes:
        """Answer a batch."""
        clock = self.door.clock
        began = clock()
        asked = decode(body, self.limits)
        words = load(asked.language)
        numbers = entry.desk.numbers
        setting = Setting(asked.language, numbers.workspace.questionnaire, numbers)

        def answer(function: Function, given: Sequence[Given]) -> Result:
            if clock() - began > self.seconds:
                raise Unusable(413, "too_long", seconds=int(self.seconds))
            if function.is_stored and entry.scope is not auth.Scope.DATA:
                return {"error": Code.NA.value, "message": words("addin.problem.no_scope")}
            return _answer(function, given, setting, words)

        done = respond(asked, FUNCTIONS, answer, words, self.limits)
        LOG.info(
            "%s batch: %d calls, %d computed, %d cells, %.1f ms",
            *(number, len(asked.calls), done.computed, asked.cells, (clock() - began) * 1000),
        )
        return encode(done.results, numbers.version)


def _answer(function: Function, given: Sequence[Given], setting: Setting, words: Words) -> Result:
    """Answer one call; a mistake of ours has a number, under which it is logged."""
    try:
        return spoken(function.answer(given, setting), words)
    except SmarketingError as told:
        return {"error": Code.NA.value, "message": told.say(words)}
    except Exception as fault:  # noqa: BLE001 - one cell says so, the others have their values
        incident = _logged(fault)
        said = words("addin.problem.fault", incident=incident)
        return {"error": Code.VALUE.value, "message": said}


def _logged(fault: BaseException) -> str:
    """Log where something went wrong, not what was given."""
    incident = secrets.token_hex(4)
    trace = "".join(traceback.format_tb(fault.__traceback__))
    LOG.error("incident %s: %s\n%s", incident, type(fault).__name__, trace)
    return incident


def create_app(server: Server) -> FastAPI:
    """Make the application."""
    app = FastAPI(title="smarketing", docs_url=None, redoc_url=None, openapi_url=None)
    policy = {**HEADERS, "Content-Security-Policy": wire.policy(server.office)}
    app.add_middleware(Guard, server=server, policy=policy)

    @app.post("/batch", openapi_extra=wire.BATCH, responses=wire.RESPONSES)
    async def batch(request: Request) -> Response:
        """Compute many calls at once."""
        entry = await _admitted(server, request)
        body = await server.read(request)
        number = secrets.token_hex(4)
        answer = await server.work(lambda: server.batch(body, entry, number))
        return Response(answer, media_type="application/json")

    @app.get("/state", responses=wire.RESPONSES)
    async def state_of(request: Request, lang: str = "en") -> Response:
        """Say how old the data are and what the five statistics are."""
        entry = await _admitted(server, request)
        entry.need_data()
        words = load(lang if lang in wire.LANGUAGES else "en")
        found = await server.work(lambda: state(entry.desk.numbers, server.syncing, words))
        return JSONResponse(found)

    @app.post("/sync", status_code=202, responses=wire.RESPONSES)
    async def sync(request: Request) -> Response:
        """Begin a sync, unless one is under way."""
        entry = await _admitted(server, request)
        entry.need_data()
        server.syncing.begin(entry.desk.numbers.workspace.folder)
        return JSONResponse({"is_syncing": True}, 202)

    _add_watch(app, server)
    signing = server.door.signing
    application = signing[1].application if signing else None
    made = pages(server.door.url, server.office, application, server.brand)
    for path, page in made.items():
        app.add_api_route(path, _showing(page), methods=["GET"], include_in_schema=False)
    _catch(app)
    return app


def _add_watch(app: FastAPI, server: Server) -> None:
    """Let the application be watched."""

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        """Say how the syncs go, to Prometheus."""
        entry = await _admitted(server, request)
        entry.need_data()
        found = await server.work(lambda: gauges.exposition(entry.desk.numbers.workspace))
        return Response(found, headers={"content-type": gauges.CONTENT_TYPE})

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the server is there."""
        return {"status": "ok"}


async def _admitted(server: Server, request: Request) -> Entry:
    """Let a request in.

    A token has dots, a key has none; it is looked at beside the event loop, as the keys that
    signed it may have to be read first.
    """
    door, given = server.door, request.headers.get("authorization")
    address = request.client.host if request.client else ""
    token = (given or "").removeprefix("Bearer ")
    if door.signing is None or "." not in token:
        return door.admit(address, given)
    desk, entra = door.signing
    try:
        guest = await server.work(lambda: entra.guest(token))
    except Unusable as refused:
        if refused.status == 401:  # noqa: PLR2004
            door.note_wrong(address)
        raise
    return door.admit_guest(desk, guest)


def _showing(page: Page) -> Callable[[], Awaitable[Response]]:
    """Make what shows a page."""

    async def show() -> Response:
        return Response(page.content, media_type=page.kind)

    return show


@dataclass(slots=True)
class Guard:
    """Looks at every request before anything else does, and at every answer after."""

    app: ASGIApp
    server: Server
    policy: Mapping[str, str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what comes from elsewhere; tell browsers what our pages may do."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.policy)
            await send(message)

        request = Request(scope)
        try:
            self.server.door.check_names(request.method, request.headers)
        except Unusable as unusable:
            await _refused(request, unusable)(scope, receive, told)
        else:
            await self.app(scope, receive, told)


def _catch(app: FastAPI) -> None:
    """Answer in words whatever goes wrong."""

    @app.exception_handler(Unusable)
    async def unusable(request: Request, refused: Unusable) -> Response:
        return _refused(request, refused)

    @app.exception_handler(Refused)
    async def refused(request: Request, refusal: Refused) -> Response:
        return JSONResponse(error(refusal.fault, _words(request)), 409)

    @app.exception_handler(SmarketingError)
    async def told(request: Request, said: SmarketingError) -> Response:
        return JSONResponse({"error": said.id, "message": said.say(_words(request))}, 409)

    @app.exception_handler(TimeoutError)
    async def late(request: Request, _: TimeoutError) -> Response:
        return _refused(request, Unusable(503, "busy"))

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, _: ClientDisconnect) -> Response:
        return _refused(request, Unusable(400, "not_json"))

    @app.exception_handler(HTTPException)
    async def other(request: Request, wrong: HTTPException) -> Response:
        id_ = {404: "no_page", 405: "no_method"}.get(wrong.status_code, "not_json")
        answer = _refused(request, Unusable(wrong.status_code, id_))
        answer.headers.update(wrong.headers or {})
        return answer


def _refused(request: Request, unusable: Unusable) -> Response:
    """Say why a request was not answered."""
    said = _words(request)(f"addin.problem.{unusable.id}", **unusable.parts)
    headers: Mapping[str, str] = {}
    if unusable.status in (429, 503):
        headers = {"Retry-After": str(unusable.parts.get("seconds", 1))}
    elif unusable.status == 401:  # noqa: PLR2004
        headers = {"WWW-Authenticate": "Bearer"}
    LOG.info("%s %s: %d %s", request.method, request.url.path, unusable.status, unusable.id)
    answer = {"error": unusable.id, "message": said}
    return JSONResponse(answer, unusable.status, headers=headers)


def _words(request: Request) -> Words:
    wanted = request.headers.get("accept-language", "")
    return load("ru" if wanted.lower().startswith("ru") else "en")
