"""Pipedrive, API v2 (v1 where that has no such list): deals, leads, persons and stages' history.

A deal is a lead too: most companies begin with deals. A lead that became a deal is gone from the
lists of leads, and lives on in its deal; what it told itself, as when it came, stays. The history
of stages is one call a deal, so it is asked for only of deals that have moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from sheets_sync.sources.contact import contact_key
from sheets_sync.sources.rest import pipedrive_calls as calls
from sheets_sync.sources.rest import readings as read
from sheets_sync.sources.rest.connector import (
    UNSEEN,
    Budget,
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
    get,
    trouble_of,
)
from sheets_sync.sources.rest.parts import changed, right, token_door, whole
from sheets_sync.sources.rest.readings import word
from sheets_sync.sources.rest.verdicts import is_target, lost_as

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
BEFORE_ALL = datetime.fromtimestamp(0, UTC)


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


def _known_since(record: Json, known: Known) -> object:
    """Date what a deal tells of its lead before all that the lead has told itself."""
    return BEFORE_ALL if _has_lead(record) else SHARED["updated_at"](record, known)


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
    "lead_id": read.first_of(read.text("source_lead_id"), read.own_id("id")),
    "deal_id": read.own_id("id"),
    **SHARED,
    "updated_at": _known_since,
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


def _of(record: Json, known: Known) -> object:
    return word(record.get("lead_id")) or read.id_of("deal_id")(record, known)


TOUCH: Fields = {
    "touch_id": read.unless(lambda record: not record.get("done"), read.own_id("id")),
    "entity": lambda record, _known: "lead" if record.get("lead_id") else "deal",
    "entity_id": _of,
    "at": read.first_of(_moment("marked_as_done_time"), _moment("update_time")),
    "manager": read.named("users", "owner_id"),
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
        Request(path, {"limit": calls.PAGE}),
        calls.rows,
        calls.next_page,
        lambda record: [(dictionary, str(record["id"]), str(record["name"]))],
    )


def _deals(archived: str) -> Listing:
    return Listing(
        what=f"deals{archived}",
        objects={"deal": DEAL, "lead": LEAD_OF_DEAL},
        first=calls.listed(f"{calls.DEALS}{archived}"),
        rows=calls.rows,
        following=calls.next_page,
        mark=changed("update_time"),
        place=_place("deal"),
        more=calls.with_persons,
    )


def _leads(archived: str) -> Listing:
    return Listing(
        what=f"leads{archived}",
        objects={"lead": LEAD},
        first=calls.leads_listed(f"{calls.LEADS}{archived}"),
        rows=calls.rows,
        following=calls.next_half,
        mark=changed("update_time"),
        place=_place("leads/inbox"),
        more=calls.with_persons,
    )


def _history(archived: str) -> Listing:
    return Listing(
        what=f"deal_history{archived}",
        objects={"stage_event": EVENT},
        first=calls.listed(f"{calls.DEALS}{archived}", calls.MOVED),
        rows=calls.rows,
        following=calls.next_page,
        mark=changed("update_time"),
        place=_place("deal", "of"),
        more=calls.moves,
    )


def _sweeps(archived: str) -> tuple[Sweep, Sweep]:
    deals = calls.listed(f"{calls.DEALS}{archived}")(None, 0)
    leads = calls.leads_listed(f"{calls.LEADS}{archived}")(None, 0)
    ids: dict[str, Callable[[Json], Json]] = {
        "deal": lambda record: record["id"],
        "lead": lambda record: record.get("source_lead_id") or record["id"],
    }
    return (
        Sweep("deals", deals, calls.rows, calls.next_page, ids),
        Sweep("leads", leads, calls.rows, calls.next_half, {"lead": ids["deal"]}),
    )


def _right(what: str, path: str) -> Right:
    return right(what, Request(path, {"limit": 1}))


CONNECTOR = Connector(
    name="pipedrive",
    limits=(Limit(18, 2.1),),  # of 20 in 2 s, on the smallest plan
    budget=Budget("x-daily-ratelimit-token-remaining", "x-daily-ratelimit-token-limit"),
    wire=get,
    door=partial(token_door, path="/", header="x-api-token", prefix=""),
    misfit="crm_door_pipedrive",
    trouble=lambda _request, status, _body: trouble_of(status),
    owner=(
        Request("api/v1/users/me"),
        lambda body: (str(body["data"]["name"]), bool(body["data"].get("is_admin"))),
    ),
    rights=(
        _right("deals", calls.DEALS),
        _right("inbox", calls.LEADS),
        _right("names", "api/v1/users"),
    ),
    dictionaries=(
        Dictionary(
            Request("api/v1/users"),
            calls.rows,
            whole,
            lambda record: [("users", str(record["id"]), str(record["name"]))],
        ),
        _named("pipeline", "api/v2/pipelines"),
        _named("stage", "api/v2/stages"),
        Dictionary(
            Request("api/v2/dealFields", {"limit": calls.PAGE}),
            calls.rows,
            calls.next_page,
            _fields,
        ),
    ),
    listings=(
        *map(_deals, calls.ARCHIVED),
        *map(_leads, calls.ARCHIVED),
        *map(_history, calls.ARCHIVED),
        Listing(
            what="activities",
            objects={"touch": TOUCH},
            first=calls.listed("api/v2/activities"),
            rows=calls.rows,
            following=calls.next_page,
            mark=changed("update_time"),
            place=lambda record, known: f"{known.site}/activities/{record['id']}",
            excused=UNSEEN,
        ),
    ),
    sweeps=(*_sweeps(""), *_sweeps("/archived")),
)
