"""Bitrix24, by a webhook or as an application: leads, deals and their stages' history.

All is listed by id from the last one on, which stays right while records change and spares the
portal counting. A first page that is full is followed by batches of fifty such pages: each takes
the last id of the page before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sheets_sync.sources.contact import contact_key
from sheets_sync.sources.rest import bitrix24_calls as calls
from sheets_sync.sources.rest.connector import (
    ABSENT,
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
    Right,
    Sweep,
)
from sheets_sync.sources.rest.parts import changed
from sheets_sync.sources.rest.readings import (
    chosen,
    constant,
    first_of,
    id_of,
    iso,
    moment,
    money,
    named,
    own_id,
    percent,
    text,
    unless,
    when,
    word,
)

ENDS = {"S", "F"}  # stages of success and of failure
DIRECTORIES = {"STATUS": "lead_stage", "SOURCE": "source"}
DEAL_STAGES = "DEAL_STAGE"  # and DEAL_STAGE_7, of the pipeline 7


def _place(kind: str, id_: str = "ID") -> Callable[[Json, Known], str]:
    return lambda record, known: f"{known.site}/crm/{kind}/details/{record[id_]}/"


def _is_over(record: Json) -> bool:
    return record.get("STAGE_SEMANTIC_ID") in ENDS


def _contact(record: Json, known: Known) -> str | None:
    """Hash the first phone or e-mail."""
    phone, email = (
        word((record.get(kind) or [{}])[0].get("VALUE")) or "" for kind in ("PHONE", "EMAIL")
    )
    return contact_key(known.salt, phone=phone, email=email)


def _day(key: str) -> Reading:
    def read(record: Json, _known: Known) -> date | None:
        made = moment(record.get(key))
        return made.date() if made else None

    return read


ORIGIN: Fields = {
    "channel": named("source", "SOURCE_ID"),
    "campaign": text("UTM_CAMPAIGN"),
    "utm_source": text("UTM_SOURCE"),
    "utm_medium": text("UTM_MEDIUM"),
    "utm_content": text("UTM_CONTENT"),
    "utm_term": text("UTM_TERM"),
}

LEAD: Fields = {
    "lead_id": own_id("ID"),
    "created_at": iso("DATE_CREATE"),
    "updated_at": iso("DATE_MODIFY"),
    "contact_key": _contact,
    "manager": named("users", "ASSIGNED_BY_ID"),
    **ORIGIN,
    "stage": named("lead_stage", "STATUS_ID"),
    "budget": text("OPPORTUNITY"),
    "is_target": chosen("STATUS_SEMANTIC_ID", {"S": True, "F": False}),
    "target_reason": when(
        lambda record: record.get("STATUS_SEMANTIC_ID") == "F", named("lead_stage", "STATUS_ID")
    ),
    "verdict_at": when(lambda record: record.get("STATUS_SEMANTIC_ID") in ENDS, iso("DATE_CLOSED")),
    "link": _place("lead"),
}

DEAL: Fields = {
    "deal_id": own_id("ID"),
    "lead_id": id_of("LEAD_ID"),
    "title": text("TITLE"),
    "created_at": iso("DATE_CREATE"),
    "updated_at": iso("DATE_MODIFY"),
    "closed_at": when(_is_over, first_of(iso("MOVED_TIME"), iso("CLOSEDATE"))),
    "pipeline": named("pipeline", "CATEGORY_ID", nobody=""),
    "stage": named("deal_stage", "STAGE_ID"),
    "status": first_of(chosen("STAGE_SEMANTIC_ID", {"S": "won", "F": "lost"}), constant("open")),
    "lost_reason": when(
        lambda record: record.get("STAGE_SEMANTIC_ID") == "F", named("deal_stage", "STAGE_ID")
    ),
    "amount": money("OPPORTUNITY"),
    "currency": first_of(text("CURRENCY_ID"), lambda _record, known: known.currency),
    "probability": percent("PROBABILITY"),
    "expected_close": when(lambda record: not _is_over(record), _day("CLOSEDATE")),
    "manager": named("users", "ASSIGNED_BY_ID"),
    **ORIGIN,
    "link": _place("deal"),
}

OWNERS = {"1": "lead", "2": "deal"}
MEETING, CALL, LETTER = "1", "2", "4"
OUTGOING = "2"


def _is_touch(record: Json) -> bool:
    """Tell whether we turned to the customer: met, talked, or wrote ourselves."""
    kind, is_ours = str(record.get("TYPE_ID")), str(record.get("DIRECTION")) == OUTGOING
    is_held = kind in {MEETING, CALL} and record.get("COMPLETED") == "Y"
    return is_held or (kind in {CALL, LETTER} and is_ours)


TOUCH: Fields = {
    "touch_id": unless(lambda record: not _is_touch(record), own_id("ID")),
    "entity": chosen("OWNER_TYPE_ID", OWNERS),
    "entity_id": own_id("OWNER_ID"),
    "at": first_of(iso("START_TIME"), iso("CREATED")),
    "manager": named("users", "RESPONSIBLE_ID"),
}


def _event(entity: str, stage: str) -> Fields:
    def event_id(record: Json, _known: Known) -> str:
        return f"{entity}-{record['ID']}"

    return {
        "event_id": event_id,
        "entity": constant(entity),
        "entity_id": own_id("OWNER_ID"),
        "at": iso("CREATED_TIME"),
        "to_stage": named(f"{entity}_stage", stage),
    }


def _history(entity: str, number: int, stage: str) -> Listing:
    """Declare the history of stages, of which records are only ever added."""
    every = calls.every(
        calls.HISTORY, ["ID", "OWNER_ID", "CREATED_TIME", stage], entityTypeId=number
    )
    return Listing(
        what=f"{entity}_history",
        objects={"stage_event": _event(entity, stage)},
        first=calls.since(every, "CREATED_TIME"),
        rows=calls.rows,
        following=calls.by_id,
        mark=changed("CREATED_TIME"),
        place=_place(entity, "OWNER_ID"),
        excused=ABSENT if entity == "lead" else frozenset(),
    )


def _statuses(record: Json) -> Iterator[tuple[str, str, str]]:
    """Tell the name of a stage or a source."""
    kind = str(record["ENTITY_ID"])
    name = DIRECTORIES.get(kind, "deal_stage" if kind.startswith(DEAL_STAGES) else "")
    if name:
        yield name, str(record["STATUS_ID"]), str(record["NAME"])


def _users(record: Json) -> Iterator[tuple[str, str, str]]:
    """Tell the name of a person, whether still there or not."""
    if spelled := _person(record):
        yield "users", str(record["ID"]), spelled


def _person(record: Json) -> str:
    return " ".join(filter(None, (word(record.get(key)) for key in ("NAME", "LAST_NAME"))))


def _scope(*names: str) -> Callable[[Json], bool]:
    return lambda body: bool({*names} & {*body["result"]})


LEADS = calls.every(
    "crm.lead.list",
    ["ID", "DATE_CREATE", "DATE_MODIFY", "DATE_CLOSED", "ASSIGNED_BY_ID", "STATUS_ID",
     "STATUS_SEMANTIC_ID", "SOURCE_ID", "OPPORTUNITY", "PHONE", "EMAIL", "UTM_SOURCE",
     "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT", "UTM_TERM"],
)  # fmt: skip
DEALS = calls.every(
    "crm.deal.list",
    ["ID", "LEAD_ID", "TITLE", "DATE_CREATE", "DATE_MODIFY", "CLOSEDATE", "MOVED_TIME",
     "CATEGORY_ID", "STAGE_ID", "STAGE_SEMANTIC_ID", "OPPORTUNITY", "CURRENCY_ID", "PROBABILITY",
     "ASSIGNED_BY_ID", "SOURCE_ID", "UTM_SOURCE", "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT",
     "UTM_TERM"],
)  # fmt: skip


def _sweep(entity: str, every: Request) -> Sweep:
    request = Request(every.path, {**every.params, "select": ["ID"]})
    ids = {entity: lambda record: record["ID"]}
    excused = ABSENT if entity == "lead" else frozenset()
    return Sweep(f"{entity}s", request, calls.rows, calls.by_id, ids, excused)


ACTIVITIES = calls.every(
    "crm.activity.list",
    ["ID", "OWNER_TYPE_ID", "OWNER_ID", "TYPE_ID", "DIRECTION", "COMPLETED", "START_TIME",
     "CREATED", "LAST_UPDATED", "RESPONSIBLE_ID"],
)  # fmt: skip

CONNECTOR = Connector(
    name="bitrix24",
    limits=(Limit(40, 21.0),),  # a bucket of 50 that loses 2 a second
    wire=calls.wire,
    door=calls.door,
    misfit="crm_door_bitrix24",
    trouble=calls.trouble,
    owner=(
        Request("profile"),
        lambda body: (_person(body["result"]), body["result"].get("ADMIN")),
    ),
    rights=(
        Right("crm", Request("scope"), _scope("crm")),
        Right("user", Request("scope"), _scope("user", "user_basic", "user_brief")),
    ),
    dictionaries=(
        Dictionary(Request("user.get"), calls.rows, calls.next_page, _users),
        Dictionary(Request("crm.status.list"), calls.rows, calls.next_page, _statuses),
        Dictionary(
            Request("crm.category.list", {"entityTypeId": 2}),
            calls.rows,
            calls.next_page,
            lambda record: [("pipeline", str(record["id"]), str(record["name"]))],
        ),
    ),
    listings=(
        Listing(
            what="leads",
            objects={"lead": LEAD},
            first=calls.since(LEADS, "DATE_MODIFY"),
            rows=calls.rows,
            following=calls.by_id,
            mark=changed("DATE_MODIFY"),
            place=_place("lead"),
            excused=ABSENT,
        ),
        Listing(
            what="deals",
            objects={"deal": DEAL},
            first=calls.since(DEALS, "DATE_MODIFY"),
            rows=calls.rows,
            following=calls.by_id,
            mark=changed("DATE_MODIFY"),
            place=_place("deal"),
        ),
        _history("lead", 1, "STATUS_ID"),
        _history("deal", 2, "STAGE_ID"),
        Listing(
            what="activities",
            objects={"touch": TOUCH},
            first=calls.since(ACTIVITIES, "LAST_UPDATED"),
            rows=calls.rows,
            following=calls.by_id,
            mark=changed("LAST_UPDATED"),
            place=lambda record, known: f"{known.site}/crm/activity/?open_view={record['ID']}",
            excused=UNSEEN,
        ),
    ),
    sweeps=(_sweep("lead", LEADS), _sweep("deal", DEALS)),
    oauth=OAuth(
        calls.asking, calls.granted, told=("client_endpoint", "server_endpoint", "member_id")
    ),
)
