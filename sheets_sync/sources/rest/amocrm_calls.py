"""How amoCRM is asked: from the time of the last record on, and through a full second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sheets_sync.sources.rest.connector import (
    Door,
    Json,
    Request,
)
from sheets_sync.sources.rest.oauth import asked_for
from sheets_sync.sources.rest.parts import site_of, token_door

PATH = "/api/v4/"
PAGE, EVENTS = 250, 100  # records of an answer
THERE, BACK = "there", "back"


def asking(address: str, kept: Mapping[str, Json]) -> tuple[Door, Json]:
    """Ask for a token: each answer ends the refresh token before it."""
    door = Door(site_of(address), "/oauth2/access_token")
    return door, {**asked_for(kept), "redirect_uri": kept.get("redirect_uri", "")}


def granted(address: str, kept: Mapping[str, Json]) -> Door:
    """Go to the account with the token in hand."""
    return token_door(address, kept.get("access_token") or "none", path=PATH)


def listed(name: str) -> Callable[[Json], list[Json]]:
    """Find the records in a body; there is none where there are no records."""

    def rows(body: Json) -> list[Json]:
        found: list[Json] = body["_embedded"][name] if body else []
        return found

    return rows


def _has_next(body: Json) -> bool:
    return bool(body) and "next" in body.get("_links", {})


def next_page(request: Request, body: Json, rows: Sequence[Json]) -> Request | None:
    """Go on with the next page of what does not change while it is read."""
    if not rows or not _has_next(body):
        return None
    return _turned(request, int(request.params["page"]) + 1, request.walk)


def _turned(request: Request, page: int, walk: str) -> Request:
    return Request(request.path, {**request.params, "page": page}, walk)


def by_time(request: Request, body: Json, rows: Sequence[Json]) -> Request | None:
    """Go on from the last time; walk to the end of a second that fills a page, and back."""
    page, time = int(request.params["page"]), _time(request)
    is_more = bool(rows) and _has_next(body)
    if request.walk == THERE and is_more:
        return _turned(request, page + 1, THERE)
    if request.walk and page > 1:
        return _turned(request, page - 1, BACK)
    if request.walk:
        return from_time(time, int(request.params[f"filter[{time}][from]"]) + 1)
    if not is_more:
        return None
    times = [record[time] for record in rows if isinstance(record[time], int)]
    return from_time(time, times[-1]) if times[0] < times[-1] else _within(time, times[-1])


def _time(request: Request) -> str:
    """Return the field by whose time a request lists."""
    return next(key for key in request.params if key.endswith("[from]"))[
        len("filter[") : -len("][from]")
    ]


def from_time(time: str, since: int) -> Request:
    """Ask for leads from a time on; they come in its order."""
    return _leads({f"filter[{time}][from]": since, f"order[{time}]": "asc"})


def _within(time: str, second: int) -> Request:
    """Ask for the leads of one second."""
    one = {f"filter[{time}][from]": second, f"filter[{time}][to]": second, "order[id]": "asc"}
    return replace(_leads(one), walk=THERE)


def _leads(which: Mapping[str, Json]) -> Request:
    return Request("leads", {"limit": PAGE, "with": "contacts,loss_reason", **which, "page": 1})


def changed_since(since: int | None, _now: int) -> Request:
    """List what has changed since a time."""
    return from_time("updated_at", since or 1)


def events_since(*kinds: str) -> Callable[[int | None, int], Request]:
    """Ask for events up to now: these do not change any more."""

    def first(since: int | None, now: int) -> Request:
        named = {f"filter[type][{place}]": kind for place, kind in enumerate(kinds)}
        window = {"filter[created_at][from]": since or 1, "filter[created_at][to]": now}
        return Request("events", {"limit": EVENTS, **named, **window, "page": 1})

    return first
