"""Pipedrive, API v2 (v1 where that has no such list): deals, leads, persons and stages' history.

A deal that was made of no lead is one itself: most companies begin with deals. A lead that became
a deal is gone from the lists of leads, and lives on in its deal. The history of stages is one call
a deal, so it is asked for only of deals that have moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from sheets_sync.sources.contact import contact_key
from sheets_sync.sources.rest import readings as read
from sheets_sync.sources.rest.connector import (
    Connector,
    Dictionary,
    Fields,
    Json,
    Known,
    Limit,
    Listing,
    Reading,
    Request,
    Right,
    Sweep,
    Telling,
    get,
    trouble_of,
)
from sheets_sync.sources.rest.parts import changed, right, token_door, whole
from sheets_sync.sources.rest.readings import word
from sheets_sync.sources.rest.verdicts import is_target, lost_as

PAGE, PERSONS = 500, 100  # records of a call
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
DEALS, LEADS = "api/v2/deals", "api/v1/leads"
ARCHIVED = ("", "/archived")
"""What is archived is listed apart, and counts all the same."""

Asking = Generator[Request, Json, dict[str, Json]]


def _rows(body: Json) -> list[Json]:
    found: list[Json] = body["data"] or []
    return found


def _next(request: Request, body: Json, _rows: Sequence[Json]) -> Request | None:
    """Go on at the cursor."""
    cursor = (body.get("additional_data") or {}).get("next_cursor")
    return Request(request.path, {**request.params, "cursor": cursor}) if cursor else None


def _next_half(request: Request, body: Json, rows: Sequence[Json]) -> Request | None:
    """Go on half a page further: what moves up as others are deleted is met again."""
    paging = (body.get("additional_data") or {}).get("pagination") or {}
    if not rows or not paging.get("more_items_in_collection"):
        return None
    start = request.params["start"] + max(1, len(rows) // 2)
    return Request(request.path, {**request.params, "start": start})


def _deals_since(path: str) -> Callable[[int | None, int], Request]:
    every = {"limit": PAGE, "sort_by": "id", "sort_direction": "asc"}
    return lambda since, _now: Request(path, {**every, **_updated(since)})


def _leads_since(path: str) -> Callable[[int | None, int], Request]:
    """List leads in the order of their making; of archived ones no time can be asked for."""
    every = {"limit": PAGE, "start": 0, "sort": "add_time ASC"}
    is_timed = path == LEADS
    return lambda since, _now: Request(path, {**every, **(_updated(since) if is_timed else {})})


def _updated(since: int | None) -> dict[str, Json]:
    if since is None:
        return {}
    return {"updated_since": datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _with_persons(records: Sequence[Json], _since: int | None) -> Telling:
    """Put the person beside each record."""
    persons = yield from _persons(sorted({each["person_id"] for each in records} - {None}))
    return [{**each, "person": persons.get(str(each["person_id"]))} for each in records]


def _persons(ids: Sequence[int]) -> Asking:
    found: dict[str, Json] = {}
    for place in range(0, len(ids), PERSONS):
        named = ",".join(map(str, ids[place : place + PERSONS]))
        body = yield Request("api/v2/persons", {"ids": named, "limit": PERSONS})
        found |= {str(person["id"]): person for person in _rows(body)}
    return found


def _moves(deals: Sequence[Json], since: int | None) -> Telling:
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
    cursors: set[str] = set()
    while request:
        body = yield request
        found += [] if body is None else _rows(body)
        request = _next(request, body or {}, ())
        if request and request.params["cursor"] in cursors:
            break
        cursors |= {request.params["cursor"]} if request else set()
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


def _moment(key: str) -> Reading:
    """Read a time; API v1 writes it without the zone, which is UTC."""

    def found(record: Json, _known: Known) -> datetime | None:
        value = record.get(key)
        is_bare = isinstance(value, str) and len(value) == len("2026-11-23 12:00:00")
        return read.moment(f"{value}+00:00" if is_bare else value)

    return found


def _utm(name: str) -> Reading:
    """Read a field of one's own by its name: its key is known from the list of fields."""

    def found(record: Json, known: Known) -> str | None:
        key = known.names.get("field", {}).get(name)
        value = (record.get("custom_fields") or record).get(key) if key else None
        return word(value.get("value") if isinstance(value, dict) else value)

    return found


def _contact(record: Json, known: Known) -> str | None:
    """Hash which person it is."""
    person = record.get("person") or {}
    phone, email = (
        word(next((each.get("value") for each in person.get(kind) or ()), None)) or ""
        for kind in ("phones", "emails")
    )
    key = word(record.get("person_id")) or ""
    return contact_key(known.salt, phone=phone, email=email, key=key)


def _place(kind: str, id_: str = "id") -> Callable[[Json, Known], str]:
    return lambda record, known: f"{known.site}/{kind}/{record[id_]}"


def _has_lead(record: Json) -> bool:
    return bool(record.get("source_lead_id"))


def _is(status: str) -> Callable[[Json], bool]:
    return lambda record: bool(record.get("status") == status)


def _reason(record: Json, _known: Known) -> str | None:
    return word(record.get("lost_reason")) if _is("lost")(record) else None


STAGE = read.named("stage", "stage_id")


def _is_target(record: Json, known: Known) -> bool | None:
    """A deal without a lead is one: it is qualified once its stage says so."""
    return is_target(
        is_won=_is("won")(record),
        is_lost=_is("lost")(record),
        stage=known.name("stage", str(record.get("stage_id"))),
        reason=_reason(record, known),
        known=known,
    )


def _is_spam(record: Json, known: Known) -> bool | None:
    return True if lost_as(_reason(record, known)) == "spam" else None


ORIGIN: Fields = {
    "campaign": _utm("utm_campaign"),
    **{name: _utm(name) for name in UTM if name != "utm_campaign"},
}

SHARED: Fields = {
    "created_at": _moment("add_time"),
    "updated_at": read.first_of(_moment("update_time"), _moment("add_time")),
    "manager": read.named("users", "owner_id"),
    "channel": read.named("channel", "channel"),
    **ORIGIN,
}

DEAL: Fields = {
    "deal_id": read.own_id("id"),
    "lead_id": read.first_of(read.text("source_lead_id"), read.own_id("id")),
    "title": read.text("title"),
    **SHARED,
    "closed_at": read.first_of(
        read.when(_is("won"), _moment("won_time")),
        read.when(_is("lost"), _moment("lost_time")),
        read.when(lambda record: not _is("open")(record), _moment("close_time")),
    ),
    "pipeline": read.named("pipeline", "pipeline_id"),
    "stage": STAGE,
    "status": read.chosen("status", {"open": "open", "won": "won", "lost": "lost"}),
    "lost_reason": _reason,
    "amount": read.money("value"),
    "currency": read.first_of(read.text("currency"), lambda _record, known: known.currency),
    "probability": read.percent("probability"),
    "expected_close": read.day("expected_close_date"),
    "link": _place("deal"),
}

LEAD_OF_DEAL: Fields = {
    "lead_id": read.unless(_has_lead, read.own_id("id")),
    "deal_id": read.own_id("id"),
    **SHARED,
    "contact_key": _contact,
    "stage": STAGE,
    "budget": read.text("value"),
    "is_target": _is_target,
    "is_spam": _is_spam,
    "target_reason": _reason,
    "link": _place("deal"),
}

LEAD: Fields = {
    "lead_id": read.own_id("id"),
    **SHARED,
    "channel": read.first_of(read.named("channel", "channel"), read.text("source_name")),
    "contact_key": _contact,
    "budget": lambda record, _known: word((record.get("value") or {}).get("amount")),
    "link": _place("leads/inbox"),
}

EVENT: Fields = {
    "event_id": read.own_id("id"),
    "entity": read.constant("deal"),
    "entity_id": read.own_id("of"),
    "at": _moment("at"),
    "from_stage": read.named("stage", "from"),
    "to_stage": read.named("stage", "to"),
}


def _fields(record: Json) -> Iterator[tuple[str, str, str]]:
    """Tell the keys of the UTM fields, and the names of marketing channels."""
    name = str(record["field_name"]).strip().casefold().replace(" ", "_")
    if name in UTM:
        yield "field", name, str(record["field_code"])
    if record["field_code"] == "channel":
        for option in record.get("options") or ():
            yield "channel", str(option["id"]), str(option["label"])


def _named(dictionary: str, path: str) -> Dictionary:
    return Dictionary(
        Request(path, {"limit": PAGE}),
        _rows,
        _next,
        lambda record: [(dictionary, str(record["id"]), str(record["name"]))],
    )


def _deals(archived: str) -> Listing:
    return Listing(
        what=f"deals{archived}",
        objects={"deal": DEAL, "lead": LEAD_OF_DEAL},
        first=_deals_since(f"{DEALS}{archived}"),
        rows=_rows,
        following=_next,
        mark=changed("update_time"),
        place=_place("deal"),
        more=_with_persons,
    )


def _leads(archived: str) -> Listing:
    return Listing(
        what=f"leads{archived}",
        objects={"lead": LEAD},
        first=_leads_since(f"{LEADS}{archived}"),
        rows=_rows,
        following=_next_half,
        mark=changed("update_time"),
        place=_place("leads/inbox"),
        more=_with_persons,
    )


def _history(archived: str) -> Listing:
    return Listing(
        what=f"deal_history{archived}",
        objects={"stage_event": EVENT},
        first=_deals_since(f"{DEALS}{archived}"),
        rows=_rows,
        following=_next,
        mark=changed("update_time"),
        place=_place("deal", "of"),
        more=_moves,
    )


def _sweeps(archived: str) -> tuple[Sweep, Sweep]:
    deals = _deals_since(f"{DEALS}{archived}")(None, 0)
    leads = _leads_since(f"{LEADS}{archived}")(None, 0)
    ids: dict[str, Callable[[Json], Json]] = {
        "deal": lambda record: record["id"],
        "lead": lambda record: record.get("source_lead_id") or record["id"],
    }
    return (
        Sweep("deals", deals, _rows, _next, ids),
        Sweep("leads", leads, _rows, _next_half, {"lead": ids["deal"]}),
    )


def _right(what: str, path: str) -> Right:
    return right(what, Request(path, {"limit": 1}))


CONNECTOR = Connector(
    name="pipedrive",
    limits=(Limit(18, 2.1),),  # of 20 in 2 s, on the smallest plan
    wire=get,
    door=partial(token_door, path="/", header="x-api-token", prefix=""),
    misfit="crm_door_pipedrive",
    trouble=lambda _request, status, _body: trouble_of(status),
    owner=(
        Request("api/v1/users/me"),
        lambda body: (str(body["data"]["name"]), bool(body["data"].get("is_admin"))),
    ),
    rights=(
        _right("deals", DEALS),
        _right("inbox", LEADS),
        _right("names", "api/v1/users"),
    ),
    dictionaries=(
        Dictionary(
            Request("api/v1/users"),
            _rows,
            whole,
            lambda record: [("users", str(record["id"]), str(record["name"]))],
        ),
        _named("pipeline", "api/v2/pipelines"),
        _named("stage", "api/v2/stages"),
        Dictionary(Request("api/v2/dealFields", {"limit": PAGE}), _rows, _next, _fields),
    ),
    listings=(
        *map(_deals, ARCHIVED),
        *map(_leads, ARCHIVED),
        *map(_history, ARCHIVED),
    ),
    sweeps=(*_sweeps(""), *_sweeps("/archived")),
)
