"""How HubSpot is asked: searches by id, what is linked with what, and the history of a stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from sheets_sync.sources.rest import readings as read
from sheets_sync.sources.rest.connector import (
    Call,
    Json,
    More,
    Request,
    Telling,
    Trouble,
    get,
    post,
    trouble_of,
)  # fmt: skip

VERSION = "2026-03"
FOUND, LISTED, READ, WITH_HISTORY = 200, 100, 100, 50  # records of a call
MIGRATING, LOCKED = 477, 423
UTM = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"]
SOURCE = ["hs_analytics_source", "hs_analytics_source_data_1", "hs_analytics_source_data_2", *UTM]
CONTACT = [
    "createdate", "lastmodifieddate", "hubspot_owner_id", "lifecyclestage", "hs_lead_status",
    "phone", "mobilephone", "email", "hs_first_outreach_date", "hs_sa_first_engagement_date",
    "hs_lifecyclestage_salesqualifiedlead_date", "hs_lifecyclestage_opportunity_date", *SOURCE,
]  # fmt: skip
LEAD_ASKED = [
    "hs_createdate", "hs_lastmodifieddate", "hs_pipeline_stage", "hs_lead_disqualification_reason",
]  # fmt: skip
ENTERED = "hs_v2_date_entered_current_stage"


def objects(kind: str, rest: str = "") -> str:
    """Return where records of a kind are.

    >>> objects("deals")
    'crm/objects/2026-03/deals'
    """
    return f"crm/objects/{VERSION}/{kind}{rest}"


def wire(request: Request) -> Call:
    """Post what is searched for or read by ids, get the rest."""
    return post(request) if request.path.endswith(("/search", "/batch/read")) else get(request)


def trouble(request: Request, status: int, _body: Json) -> Trouble | None:
    """Tell what is wrong; a plan without leads says so in several ways."""
    if status in {MIGRATING, LOCKED}:
        return Trouble.AGAIN
    found = trouble_of(status)
    is_refusal = found in {Trouble.DENIED, Trouble.REFUSED, Trouble.ABSENT}
    return Trouble.ABSENT if is_refusal and "leads" in request.path.split("/") else found


def rows(body: Json) -> list[Json]:
    """Find the records in a body."""
    return [_flat(record) for record in body["results"]]


def _flat(record: Json) -> Json:
    """Return the properties of a record beside its id."""
    return {**record["properties"], "id": str(record["id"])}


def plain(body: Json) -> list[Json]:
    """Find what has no properties."""
    found: list[Json] = body["results"]
    return found


def search(kind: str, asked: list[str], time: str) -> Callable[[int | None, int], Request]:
    """Search what has changed since a time, which stands in the property `time`."""

    def first(since: int | None, _now: int) -> Request:
        after = [_filter(time, "GTE", str(since * 1000))] if since is not None else []
        return _beyond(kind, asked, [*after], "0")

    return first


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": value}


def _beyond(kind: str, properties: list[str], filters: list[Json], last: str) -> Request:
    every = [*filters, _filter("hs_object_id", "GT", last)]
    return Request(
        objects(kind, "/search"),
        {
            "filterGroups": [{"filters": every}],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": properties,
            "limit": FOUND,
            "after": "0",
        },
    )


def by_id(request: Request, body: Json, rows: Sequence[Json]) -> Request | None:
    """Search on from the last id."""
    if not rows or not body.get("paging"):
        return None
    *filters, _ = request.params["filterGroups"][0]["filters"]
    kind = request.path.split("/")[-2]
    return _beyond(kind, request.params["properties"], filters, rows[-1]["id"])


def next_page(request: Request, body: Json, _rows: Sequence[Json]) -> Request | None:
    """Go on where the list says."""
    after = _after(body)
    return Request(request.path, {**request.params, "after": after}) if after else None


def _after(body: Json) -> str | None:
    """Return where the rest of a list begins, None at its end."""
    found: str | None = body.get("paging", {}).get("next", {}).get("after")
    return found


def linked(source: str, target: str, ids: Sequence[str]) -> Generator[Request, Json, Any]:
    """Ask which records are linked with others: the ids of the first by those of the latter."""
    path = f"crm/associations/{VERSION}/{source}/{target}/batch/read"
    found: dict[str, set[str]] = {}
    inputs: list[Json] = [{"id": id_} for id_ in ids]
    while inputs:
        results = ((yield Request(path, {"inputs": inputs})) or {}).get("results", ())
        for each in results:
            ids_ = found.setdefault(str(each["from"]["id"]), set())
            ids_.update(str(to["toObjectId"]) for to in each["to"])
        inputs = [
            {"id": str(each["from"]["id"]), "after": after}
            for each in results
            if (after := _after(each))
        ]
    return {id_: sorted(ids_, key=int) for id_, ids_ in found.items() if ids_}


def records(kind: str, ids: Sequence[str], asked: list[str]) -> Generator[Request, Json, Any]:
    """Ask for records by their ids."""
    found: dict[str, Json] = {}
    for place in range(0, len(ids), READ):
        inputs = [{"id": id_} for id_ in ids[place : place + READ]]
        body = yield by_ids(kind, inputs, asked)
        found |= {record["id"]: record for record in (rows(body) if body else ())}
    return found


def by_ids(
    kind: str, inputs: list[Json], asked: list[str], with_history: Sequence[str] = ()
) -> Request:
    """Read records by their ids."""
    told = {"inputs": inputs, "properties": asked, "propertiesWithHistory": [*with_history]}
    return Request(objects(kind, "/batch/read"), told)


def with_leads(contacts: Sequence[Json], _since: int | None) -> Telling:
    """Put the newest lead beside each contact."""
    links = yield from linked("contacts", "leads", [each["id"] for each in contacts])
    newest = {contact: leads[-1] for contact, leads in links.items()}
    leads = yield from records("leads", sorted(newest.values(), key=int), LEAD_ASKED)
    return [{**each, "lead": leads.get(newest.get(each["id"]))} for each in contacts]


def of_leads(leads: Sequence[Json], since: int | None) -> Telling:
    """Read the contacts of leads again."""
    links = yield from linked("leads", "contacts", [each["id"] for each in leads])
    ids = sorted({id_ for contacts in links.values() for id_ in contacts}, key=int)
    contacts = yield from records("contacts", ids, CONTACT)
    if not contacts:
        return ()
    return (yield from with_leads(list(contacts.values()), since))


def with_contacts(deals: Sequence[Json], _since: int | None) -> Telling:
    """Put the first contact beside each deal."""
    links = yield from linked("deals", "contacts", [each["id"] for each in deals])
    return [{**each, "contact": (links.get(each["id"]) or [None])[0]} for each in deals]


def moves(kind: str, stage: str) -> More:
    """Ask through which stages records went, of those that have moved."""

    def more(rows: Sequence[Json], since: int | None) -> Telling:
        moved = [each["id"] for each in rows if _has_moved(each, since)]
        told: list[Json] = []
        for place in range(0, len(moved), WITH_HISTORY):
            inputs = [{"id": id_} for id_ in moved[place : place + WITH_HISTORY]]
            body = yield by_ids(kind, inputs, [stage], [stage])
            for record in body["results"] if body else ():
                steps = record.get("propertiesWithHistory", {}).get(stage, ())
                told += _steps(str(record["id"]), steps)
        return told

    return more


def _has_moved(record: Json, since: int | None) -> bool:
    entered = read.moment(record.get(ENTERED))
    return since is None or entered is None or entered.timestamp() >= since


def _steps(id_: str, newest_first: Sequence[Json]) -> Iterator[Json]:
    """Yield the changes of a stage; what was set again is none."""
    seen: Counter[str] = Counter()
    before = None
    for step in reversed(newest_first):
        stage, at = str(step["value"]), str(step["timestamp"])
        if stage != before:
            name = f"{id_}-{at}-{stage}"
            seen[name] += 1
            event = f"{name}-{seen[name]}" if seen[name] > 1 else name
            yield {"id": event, "of": id_, "at": at, "from": before, "to": stage}
        before = stage
