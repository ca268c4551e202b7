"""How Bitrix24 is asked: from the last id on, fifty pages at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from sheets_sync.sources.rest.connector import (
    Call,
    Door,
    Json,
    Request,
    Trouble,
    post,
    trouble_of,
)
from sheets_sync.sources.rest.oauth import asked_for
from sheets_sync.sources.rest.parts import site_of

SERVER = "https://oauth.bitrix.info"
HISTORY = "crm.stagehistory.list"
PAGE = 50  # records of a call, calls of a batch
AGAIN = {"QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "OVERLOAD_LIMIT", "INTERNAL_SERVER_ERROR"}
ABSENT = {"ERROR_METHOD_NOT_FOUND", "NOT_FOUND", "OWNER_NOT_FOUND", "NOT FOUND"}
TOKEN = {"INVALID_CREDENTIALS", "NO_AUTH_FOUND", "EXPIRED_TOKEN", "INVALID_TOKEN"}
DENIED = {"ACCESS_DENIED", "ACCESS DENIED", "INSUFFICIENT_SCOPE", "ERROR_SCOPE"}


def door(_address: str, secret: str) -> Door:
    """Take a webhook apart: the portal is known to all, the rest is the secret."""
    parts = urlsplit(secret.strip())
    if parts.scheme not in {"https", "http"} or not parts.netloc or not parts.path.strip("/"):
        raise ValueError
    return Door(f"{parts.scheme}://{parts.netloc}", f"{parts.path.rstrip('/')}/")


def asking(_address: str, kept: Mapping[str, Json]) -> tuple[Door, Json]:
    """Ask for a token, which is got: so all of the request is secret."""
    site = site_of(kept.get("server_endpoint") or SERVER)
    return Door(site, f"/oauth/token/?{urlencode(asked_for(kept))}"), None


def granted(_address: str, kept: Mapping[str, Json]) -> Door:
    """Go to the portal that granted it, which may have moved since."""
    site = site_of(kept.get("client_endpoint") or kept["domain"])
    return Door(site, "/rest/", tail=f"?{urlencode({'auth': kept.get('access_token', '')})}")


def trouble(_request: Request, status: int, body: Json) -> Trouble | None:
    """Tell what went wrong by the code of the error, which may come with status 200.

    Where the code is empty, the description says it.
    """
    if not isinstance(body, dict):
        return trouble_of(status)
    is_told = "error" in body
    said = body["error"] if body.get("error") else body.get("error_description", "")
    for error in [said] if is_told else _batch_errors(body):
        code = str(error).upper().rstrip(".")
        for codes, trouble in (
            (AGAIN, Trouble.AGAIN),
            (ABSENT, Trouble.ABSENT),
            (TOKEN, Trouble.TOKEN),
            (DENIED, Trouble.DENIED),
        ):
            if code in codes:
                return trouble
        return trouble_of(status) or Trouble.REFUSED
    return trouble_of(status)


def _batch_errors(body: Json) -> Iterator[Json]:
    """Yield the error of the first call of a batch that should have brought something."""
    errors = body["result"].get("result_error") if _is_batch(body) else None
    if isinstance(errors, dict) and errors and not _is_last(list(_pages(body))):
        yield next(iter(errors.values())).get("error", "")


def _is_batch(body: Json) -> bool:
    return isinstance(body.get("result"), dict) and "result_error" in body["result"]


def _pages(body: Json) -> Iterator[list[Json]]:
    """Yield the pages of a call or a batch, up to the last one, which is not full.

    What a batch brings after that has been asked for from an id that there is not.
    """
    if not _is_batch(body):
        yield _listed(body["result"])
        return
    results = body["result"]["result"]
    for place in range(PAGE):
        if not isinstance(results, dict) or f"p{place}" not in results:
            return
        page = _listed(results[f"p{place}"])
        yield page
        if len(page) < PAGE:
            return


def _listed(result: Json) -> list[Json]:
    if isinstance(result, dict):
        result = result.get("items", result.get("categories"))
    if not isinstance(result, list):
        raise TypeError
    return result


def _is_last(pages: Sequence[Sequence[Json]]) -> bool:
    return any(len(page) < PAGE for page in pages)


def rows(body: Json) -> list[Json]:
    """Find the records in a body."""
    return [record for page in _pages(body) for record in page]


def by_id(request: Request, body: Json, rows: Sequence[Json]) -> Request | None:
    """Go on from the last id, with a batch."""
    if not rows or _is_last(list(_pages(body))):
        return None
    beyond = {**request.params["filter"], ">ID": str(rows[-1]["ID"])}
    return Request(request.path, {**request.params, "filter": beyond}, "batch")


def wire(request: Request) -> Call:
    """Write a batch: calls of one kind, each from the last id of the one before."""
    if request.walk != "batch":
        return post(request)
    commands, last = {}, request.params["filter"][">ID"]
    inner = "[items]" if request.path == HISTORY else ""
    for place in range(PAGE):
        params = {**request.params, "filter": {**request.params["filter"], ">ID": last}}
        commands[f"p{place}"] = f"{request.path}?{urlencode(list(_flat(params)))}"
        last = f"$result[p{place}]{inner}[{PAGE - 1}][ID]"
    return post(Request("batch", {"halt": 0, "cmd": commands}))


def _flat(params: Json, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield nested parameters as a query writes them."""
    if isinstance(params, Mapping):
        for key, value in params.items():
            yield from _flat(value, f"{name}[{key}]" if name else key)
    elif isinstance(params, list):
        for value in params:
            yield from _flat(value, f"{name}[]")
    else:
        yield name, str(params)


def next_page(request: Request, body: Json, _rows: Sequence[Json]) -> Request | None:
    """Go on where the portal says: lists of names are short."""
    start = body.get("next")
    return Request(request.path, {**request.params, "start": start}) if start else None


def every(method: str, select: list[str], **params: Json) -> Request:
    """List by id, without counting."""
    order: Json = {"order": {"ID": "ASC"}, "filter": {">ID": "0"}, "start": -1}
    return Request(method, {**params, **order, "select": select})


def since(listed: Request, time: str) -> Callable[[int | None, int], Request]:
    """Ask for what has changed since a time, in whose field `time` it stands."""

    def first(since: int | None, _now: int) -> Request:
        if since is None:
            return listed
        after = {f">={time}": datetime.fromtimestamp(since, UTC).isoformat()}
        return Request(listed.path, {**listed.params, "filter": {**after, ">ID": "0"}})

    return first
