"""amoCRM and Kommo, API v4: leads, which are deals too, and their stages.

Its lists are numbered pages, from which records fall out while they change. So a listing goes on
from the time of the last record instead, and only where one second fills a whole page is that
second read page by page: to its end, and back to its beginning. What falls out of a page moves
towards the beginning, and is met on the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sheets_sync.sources.contact import contact_key
from sheets_sync.sources.rest.connector import (
    Connector,
    Dictionary,
    Door,
    Fields,
    Json,
    Known,
    Limit,
    Listing,
    OAuth,
    Reading,
    Request,
    Sweep,
    get,
    trouble_of,
)
from sheets_sync.sources.rest.oauth import asked_for
from sheets_sync.sources.rest.parts import right, site_of, token_door, whole
from sheets_sync.sources.rest.readings import (
    chosen,
    constant,
    first_of,
    money,
    named,
    own_id,
    seconds,
    text,
    when,
    word,
)
from sheets_sync.sources.rest.verdicts import is_target, lost_as

PATH = "/api/v4/"
PAGE, EVENTS = 250, 100  # records of an answer
WON, LOST = 142, 143  # these stages are in every pipeline
THERE, BACK = "there", "back"


def _asking(address: str, kept: Mapping[str, Json]) -> tuple[Door, Json]:
    """Ask for a token: each answer ends the refresh token before it."""
    door = Door(site_of(address), "/oauth2/access_token")
    return door, {**asked_for(kept), "redirect_uri": kept.get("redirect_uri", "")}


def _granted(address: str, kept: Mapping[str, Json]) -> Door:
    return token_door(address, kept.get("access_token") or "none", path=PATH)


def _listed(name: str) -> Callable[[Json], list[Json]]:
    """Find the records in a body; there is none where there are no records."""

    def rows(body: Json) -> list[Json]:
        found: list[Json] = body["_embedded"][name] if body else []
        return found

    return rows


def _has_next(body: Json) -> bool:
    return bool(body) and "next" in body.get("_links", {})


def _next_page(request: Request, body: Json, rows: Sequence[Json]) -> Request | None:
    """Go on with the next page of what does not change while it is read."""
    if not rows or not _has_next(body):
        return None
    return _turned(request, int(request.params["page"]) + 1, request.walk)


def _turned(request: Request, page: int, walk: str) -> Request:
    return Request(request.path, {**request.params, "page": page}, walk)


def _by_time(request: Request, body: Json, rows: Sequence[Json]) -> Request | None:
    """Go on from the last time; walk to the end of a second that fills a page, and back."""
    page, time = int(request.params["page"]), _time(request)
    is_more = bool(rows) and _has_next(body)
    if request.walk == THERE and is_more:
        return _turned(request, page + 1, THERE)
    if request.walk and page > 1:
        return _turned(request, page - 1, BACK)
    if request.walk:
        return _from(time, int(request.params[f"filter[{time}][from]"]) + 1)
    if not is_more:
        return None
    times = [record[time] for record in rows if isinstance(record[time], int)]
    return _from(time, times[-1]) if times[0] < times[-1] else _within(time, times[-1])


def _time(request: Request) -> str:
    """Return the field by whose time a request lists."""
    return next(key for key in request.params if key.endswith("[from]"))[
        len("filter[") : -len("][from]")
    ]


def _from(time: str, since: int) -> Request:
    """Ask for leads from a time on; they come in its order."""
    return _leads({f"filter[{time}][from]": since, f"order[{time}]": "asc"})


def _within(time: str, second: int) -> Request:
    """Ask for the leads of one second."""
    one = {f"filter[{time}][from]": second, f"filter[{time}][to]": second, "order[id]": "asc"}
    return replace(_leads(one), walk=THERE)


def _leads(which: Mapping[str, Json]) -> Request:
    return Request("leads", {"limit": PAGE, "with": "contacts,loss_reason", **which, "page": 1})


def _changed_since(since: int | None, _now: int) -> Request:
    return _from("updated_at", since or 1)


def _events_since(since: int | None, now: int) -> Request:
    """Ask for events up to now: these do not change any more."""
    return Request(
        "events",
        {
            "limit": EVENTS,
            "filter[type]": "lead_status_changed",
            "filter[created_at][from]": since or 1,
            "filter[created_at][to]": now,
            "page": 1,
        },
    )


def _lead_place(record: Json, known: Known) -> str:
    return f"{known.site}/leads/detail/{record['id']}"


def _stage(record: Json, known: Known) -> str | None:
    """Name the stage: in each pipeline the same stage has a name of its own."""
    return _stage_of(known, record.get("pipeline_id"), record.get("status_id"))


def _stage_of(known: Known, pipeline: Json, status: Json) -> str | None:
    return known.name("stage", f"{pipeline}:{status}") if status else None


def _reason(record: Json, known: Known) -> str | None:
    """Name the reason of a loss."""
    found = word(record.get("loss_reason_id"))
    if record.get("status_id") != LOST or found in {None, "0"}:
        return None
    return known.name("loss_reason", str(found))


def _is_target(record: Json, known: Known) -> bool | None:
    """A lead is a deal here: it is qualified once its stage says so, and not if its loss does."""
    status = record.get("status_id")
    return is_target(
        is_won=status == WON,
        is_lost=status == LOST,
        stage=_stage(record, known),
        reason=_reason(record, known),
        known=known,
    )


def _is_spam(record: Json, known: Known) -> bool | None:
    return True if lost_as(_reason(record, known)) == "spam" else None


def _contact(record: Json, known: Known) -> str | None:
    """Hash which person it is: the main contact of the lead."""
    contacts = record.get("_embedded", {}).get("contacts") or []
    main = next((each for each in contacts if each.get("is_main")), contacts[0] if contacts else {})
    return contact_key(known.salt, key=word(main.get("id")) or "")


def _utm(name: str) -> Reading:
    """Read a field of the statistics by its code."""
    code = f"UTM_{name.upper()}"

    def read(record: Json, _known: Known) -> str | None:
        for field in record.get("custom_fields_values") or ():
            if field.get("field_code") == code:
                return word(field["values"][0].get("value"))
        return None

    return read


def _status(value: Mapping[str, Any]) -> Reading:
    return first_of(chosen("status_id", value), constant("open"))


def _is_over(record: Json) -> bool:
    return record.get("status_id") in {WON, LOST}


SHARED: Fields = {
    "created_at": seconds("created_at"),
    "updated_at": seconds("updated_at"),
    "manager": named("users", "responsible_user_id"),
    "campaign": _utm("campaign"),
    "utm_source": _utm("source"),
    "utm_medium": _utm("medium"),
    "utm_content": _utm("content"),
    "utm_term": _utm("term"),
    "stage": _stage,
    "link": _lead_place,
}

LEAD: Fields = {
    "lead_id": own_id("id"),
    "deal_id": own_id("id"),
    **SHARED,
    "contact_key": _contact,
    "budget": text("price"),
    "is_target": _is_target,
    "is_spam": _is_spam,
    "target_reason": _reason,
}

DEAL: Fields = {
    "deal_id": own_id("id"),
    "lead_id": own_id("id"),
    "title": text("name"),
    **SHARED,
    "closed_at": when(_is_over, seconds("closed_at")),
    "pipeline": named("pipeline", "pipeline_id"),
    "status": _status({str(WON): "won", str(LOST): "lost"}),
    "lost_reason": _reason,
    "amount": money("price"),
    "currency": lambda _record, known: next(
        iter(known.names.get("currency", {}).values()), known.currency
    ),
}


def _moved(when_: str) -> Reading:
    """Read a stage of an event, before or after it."""

    def read(record: Json, known: Known) -> str | None:
        for value in record.get(when_) or ():
            if status := value.get("lead_status"):
                return _stage_of(known, status.get("pipeline_id"), status.get("id"))
        return None

    return read


EVENT: Fields = {
    "event_id": own_id("id"),
    "entity": constant("deal"),
    "entity_id": own_id("entity_id"),
    "at": seconds("created_at"),
    "from_stage": _moved("value_before"),
    "to_stage": _moved("value_after"),
}


def _pipelines(record: Json) -> Iterator[tuple[str, str, str]]:
    """Tell the name of a pipeline and of each of its stages."""
    yield "pipeline", str(record["id"]), str(record["name"])
    for status in record["_embedded"]["statuses"]:
        yield "stage", f"{record['id']}:{status['id']}", str(status["name"])


def _account(body: Json) -> list[Json]:
    return [body]


def _currency(record: Json) -> Iterator[tuple[str, str, str]]:
    if record.get("currency"):
        yield "currency", str(record["id"]), str(record["currency"])


def _names(name: str) -> Callable[[Json], list[tuple[str, str, str]]]:
    return lambda record: [(name, str(record["id"]), str(record["name"]))]


ACCOUNT = Request("account")
PAGED = {"limit": PAGE, "page": 1}

CONNECTOR = Connector(
    name="amocrm",
    limits=(Limit(6, 1.1),),  # 7 a second, or the address is locked out
    wire=get,
    door=partial(token_door, path=PATH),
    misfit="crm_door_amocrm",
    trouble=lambda _request, status, _body: trouble_of(status),
    owner=(ACCOUNT, lambda body: (str(body.get("name", "")), None)),
    rights=(
        right("crm", ACCOUNT),
        right("users", Request("users", {"limit": 1, "page": 1})),
        right("leads", Request("leads", {"limit": 1, "page": 1})),
        right("events", Request("events", {"limit": 1, "page": 1})),
    ),
    dictionaries=(
        Dictionary(ACCOUNT, _account, whole, _currency),
        Dictionary(Request("users", PAGED), _listed("users"), _next_page, _names("users")),
        Dictionary(Request("leads/pipelines"), _listed("pipelines"), whole, _pipelines),
        Dictionary(
            Request("leads/loss_reasons", PAGED),
            _listed("loss_reasons"),
            _next_page,
            _names("loss_reason"),
        ),
    ),
    listings=(
        Listing(
            what="leads",
            objects={"lead": LEAD, "deal": DEAL},
            first=_changed_since,
            rows=_listed("leads"),
            following=_by_time,
            mark=lambda record: int(record["updated_at"]),
            place=_lead_place,
        ),
        Listing(
            what="deal_history",
            objects={"stage_event": EVENT},
            first=_events_since,
            rows=_listed("events"),
            following=_next_page,
            mark=lambda record: int(record["created_at"]),
            place=lambda record, known: f"{known.site}/leads/detail/{record['entity_id']}",
        ),
    ),
    sweeps=(
        Sweep(
            what="leads",
            request=_from("created_at", 1),
            rows=_listed("leads"),
            following=_by_time,
            ids=dict.fromkeys(("lead", "deal"), lambda record: record["id"]),
        ),
    ),
    oauth=OAuth(_asking, _granted),
)
