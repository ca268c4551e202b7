"""How Pipedrive is asked: lists, the persons beside records, and the changes of a deal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import UTC, datetime

from sheets_sync.sources.rest import readings as read
from sheets_sync.sources.rest.connector import (
    Json,
    Request,
    Telling,
)
from sheets_sync.sources.rest.readings import word

PAGE, PERSONS = 500, 100  # records of a call
MOVED = 100  # deals of a call, where each then takes a call of its own
DEALS, LEADS = "api/v2/deals", "api/v1/leads"
ARCHIVED = ("", "/archived")
"""What is archived is listed apart, and counts all the same."""
Asking = Generator[Request, Json, dict[str, Json]]


def rows(body: Json) -> list[Json]:
    """Find the records in a body."""
    found: list[Json] = body["data"] or []
    return found


def next_page(request: Request, body: Json, _rows: Sequence[Json]) -> Request | None:
    """Go on at the cursor."""
    cursor = (body.get("additional_data") or {}).get("next_cursor")
    return Request(request.path, {**request.params, "cursor": cursor}) if cursor else None


def next_half(request: Request, body: Json, rows: Sequence[Json]) -> Request | None:
    """Go on half a page further: what moves up as others are deleted is met again."""
    paging = (body.get("additional_data") or {}).get("pagination") or {}
    if not rows or not paging.get("more_items_in_collection"):
        return None
    start = request.params["start"] + max(1, len(rows) // 2)
    return Request(request.path, {**request.params, "start": start})


def listed(path: str, limit: int = PAGE) -> Callable[[int | None, int], Request]:
    """List what has changed since a time, by id."""
    every = {"limit": limit, "sort_by": "id", "sort_direction": "asc"}
    return lambda since, _now: Request(path, {**every, **_updated(since)})


def leads_listed(path: str) -> Callable[[int | None, int], Request]:
    """List leads in the order of their making; of archived ones no time can be asked for."""
    every = {"limit": PAGE, "start": 0, "sort": "add_time ASC"}
    is_timed = path == LEADS
    return lambda since, _now: Request(path, {**every, **(_updated(since) if is_timed else {})})


def _updated(since: int | None) -> dict[str, Json]:
    if since is None:
        return {}
    return {"updated_since": datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def with_persons(records: Sequence[Json], _since: int | None) -> Telling:
    """Put the person beside each record."""
    persons = yield from _persons(sorted({each["person_id"] for each in records} - {None}))
    return [{**each, "person": persons.get(str(each["person_id"]))} for each in records]


def _persons(ids: Sequence[int]) -> Asking:
    found: dict[str, Json] = {}
    for place in range(0, len(ids), PERSONS):
        named = ",".join(map(str, ids[place : place + PERSONS]))
        body = yield Request("api/v2/persons", {"ids": named, "limit": PERSONS})
        found |= {str(person["id"]): person for person in rows(body)}
    return found


def moves(deals: Sequence[Json], since: int | None) -> Telling:
    """Tell through which stages deals went: those that never moved need not be asked for."""
    told: list[Json] = []
    for deal in deals:
        moved = read.moment(deal.get("stage_change_time"))
        if moved is None:
            told += _steps(deal, [])
        elif since is None or moved.timestamp() >= since:
            told += _steps(deal, (yield from _changes(deal)))
    return told


def _changes(deal: Json) -> Generator[Request, Json, list[Json]]:
    """Ask for the changes of a deal's stage, the oldest first."""
    found: list[Json] = []
    request: Request | None = Request(f"api/v1/deals/{deal['id']}/changelog", {"limit": PAGE})
    while request:
        body = yield request
        found += [] if body is None else rows(body)
        request = next_page(request, body or {}, ())
    stages = [change for change in found if change["field_key"] == "stage_id"]
    return stages[::-1] if _is_backward(stages, word(deal["stage_id"])) else stages


def _is_backward(changes: Sequence[Json], stage: str | None) -> bool:
    """Tell whether changes begin with the newest: it is the one that led to the stage of now."""
    if not changes:
        return False
    newest = [word(change["new_value"]) == stage for change in (changes[0], changes[-1])]
    is_later = bool(changes[0]["time"] > changes[-1]["time"])
    return is_later or (changes[0]["time"] == changes[-1]["time"] and newest == [True, False])


def _steps(deal: Json, changes: Sequence[Json]) -> Iterator[Json]:
    """Yield the stage in which a deal was made, and each after it."""
    first = changes[0]["old_value"] if changes else deal["stage_id"]
    yield {"id": f"{deal['id']}-made", "of": deal["id"], "at": deal["add_time"], "to": first}
    seen: Counter[str] = Counter()
    for change in changes:
        name = f"{deal['id']}-{change['time']}-{change['new_value']}"
        seen[name] += 1
        yield {
            "id": name if seen[name] == 1 else f"{name}-{seen[name]}",
            "of": deal["id"],
            "at": change["time"],
            "from": change["old_value"],
            "to": change["new_value"],
        }
