"""amoCRM and Kommo, API v4: leads, which are deals too, and their stages.

Its lists are numbered pages, from which records fall out while they change. So a listing goes on
from the time of the last record instead, and only where one second fills a whole page is that
second read page by page: to its end, and back to its beginning. What falls out of a page moves
towards the beginning, and is met on the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sheets_sync.sources.contact import contact_key
from sheets_sync.sources.rest import amocrm_calls as calls
from sheets_sync.sources.rest.connector import (
    UNSEEN,
    Connector,
    Dictionary,
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
from sheets_sync.sources.rest.parts import right, token_door, whole
from sheets_sync.sources.rest.readings import (
    chosen,
    constant,
    first_of,
    money,
    named,
    own_id,
    seconds,
    since_1970,
    text,
    unless,
    when,
    word,
)
from sheets_sync.sources.rest.verdicts import is_target, lost_as

UNSORTED = 1  # the type of the stage in which a lead waits to be accepted
WON, LOST = 142, 143  # these stages are in every pipeline


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


def _incoming(record: Json) -> Json:
    """Return the lead that waits to be accepted."""
    return record["_embedded"]["leads"][0]


def _before(record: Json, _known: Known) -> datetime | None:
    """Date what is known of a lead that waits before all that it says once it is accepted."""
    made = since_1970(record.get("created_at"))
    return made and made - timedelta(seconds=1)


def _waiting_place(record: Json, known: Known) -> str:
    return f"{known.site}/leads/detail/{_incoming(record)['id']}"


INCOMING: Fields = {
    "lead_id": lambda record, known: own_id("id")(_incoming(record), known),
    "created_at": seconds("created_at"),
    "updated_at": _before,
    "contact_key": _contact,
    "channel": first_of(text("source_name"), text("category")),
    "stage": named("unsorted", "pipeline_id"),
    "link": _waiting_place,
}


def _entity_id(record: Json, known: Known) -> str | None:
    """Name a lead by its id, a contact by its key."""
    id_ = word(record.get("entity_id"))
    is_contact = record.get("entity_type") == "contact"
    return contact_key(known.salt, key=id_ or "") if is_contact else id_


TOUCH: Fields = {
    "touch_id": unless(
        lambda record: record.get("entity_type") not in {"lead", "contact"}, own_id("id")
    ),
    "entity": text("entity_type"),
    "entity_id": _entity_id,
    "at": seconds("created_at"),
    "manager": named("users", "created_by"),
}


def _pipelines(record: Json) -> Iterator[tuple[str, str, str]]:
    """Tell the name of a pipeline and of each of its stages."""
    yield "pipeline", str(record["id"]), str(record["name"])
    for status in record["_embedded"]["statuses"]:
        yield "stage", f"{record['id']}:{status['id']}", str(status["name"])
        if status.get("type") == UNSORTED:
            yield "unsorted", str(record["id"]), str(status["name"])


def _account(body: Json) -> list[Json]:
    return [body]


def _currency(record: Json) -> Iterator[tuple[str, str, str]]:
    if record.get("currency"):
        yield "currency", str(record["id"]), str(record["currency"])


def _names(name: str) -> Callable[[Json], list[tuple[str, str, str]]]:
    return lambda record: [(name, str(record["id"]), str(record["name"]))]


ACCOUNT = Request("account")
PAGED = {"limit": calls.PAGE, "page": 1}
USERS = Request("users", PAGED)
WAITING = Request("leads/unsorted", {**PAGED, "order[created_at]": "asc"})

CONNECTOR = Connector(
    name="amocrm",
    limits=(Limit(6, 1.1),),  # 7 a second, or the address is locked out
    wire=get,
    door=partial(token_door, path=calls.PATH),
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
        Dictionary(USERS, calls.listed("users"), calls.next_page, _names("users")),
        Dictionary(Request("leads/pipelines"), calls.listed("pipelines"), whole, _pipelines),
        Dictionary(
            Request("leads/loss_reasons", PAGED),
            calls.listed("loss_reasons"),
            calls.next_page,
            _names("loss_reason"),
        ),
    ),
    listings=(
        Listing(
            what="unsorted",
            objects={"lead": INCOMING},
            first=lambda _since, _now: WAITING,
            rows=calls.listed("unsorted"),
            following=calls.next_page,
            mark=lambda record: int(record["created_at"]),
            place=_waiting_place,
            excused=UNSEEN,
        ),
        Listing(
            what="leads",
            objects={"lead": LEAD, "deal": DEAL},
            first=calls.changed_since,
            rows=calls.listed("leads"),
            following=calls.by_time,
            mark=lambda record: int(record["updated_at"]),
            place=_lead_place,
        ),
        Listing(
            what="deal_history",
            objects={"stage_event": EVENT},
            first=calls.events_since("lead_status_changed"),
            rows=calls.listed("events"),
            following=calls.next_page,
            mark=lambda record: int(record["created_at"]),
            place=lambda record, known: f"{known.site}/leads/detail/{record['entity_id']}",
        ),
        Listing(
            what="touches",
            objects={"touch": TOUCH},
            first=calls.events_since("outgoing_call", "outgoing_chat_message", "outgoing_sms"),
            rows=calls.listed("events"),
            following=calls.next_page,
            mark=lambda record: int(record["created_at"]),
            place=lambda record, known: (
                f"{known.site}/{record['entity_type']}s/detail/{record['entity_id']}"
            ),
            excused=UNSEEN,
        ),
    ),
    sweeps=(
        Sweep(
            what="unsorted",
            request=WAITING,
            rows=calls.listed("unsorted"),
            following=calls.next_page,
            ids={"lead": lambda record: _incoming(record)["id"]},
            excused=UNSEEN,
        ),
        Sweep(
            what="leads",
            request=calls.from_time("created_at", 1),
            rows=calls.listed("leads"),
            following=calls.by_time,
            ids=dict.fromkeys(("lead", "deal"), lambda record: record["id"]),
        ),
    ),
    oauth=OAuth(calls.asking, calls.granted),
)
