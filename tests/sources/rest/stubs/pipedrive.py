"""Pipedrive as its documentation and its own client describe it, over the made-up CRM."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime

from tests.sources.rest.stubs.server import VERDICTS

VERDICT, REASON = "b" * 40, "c" * 40
STAGE = (31, 32, 33, 34)
STATUS = ("open", "open", "won", "lost")
NAMES = ("New", "Proposal", "Won", "Lost")
FORGETS = True  # the history of what is deleted
UTM = "a" * 40


def secret(_address):
    return "secret-token-7"


def respond(crm, request):
    path, query, headers = request
    if headers["x-api-token"] != crm.token:
        return 401, {"success": False, "error": "unauthorized access", "error_info": "…"}
    name = path.removeprefix("/api/")
    if name in crm.lacks:
        return 403, {"success": False, "error": "Scope and URL mismatch"}
    kind, *rest = name.split("/")[1:]
    if headers["verb"] != "GET":
        return write(crm, headers["verb"], kind, rest, query)
    return read(crm, kind, rest, query)


def read(crm, kind, rest, query):
    if kind == "users":
        users = [{"id": id_, "name": named} for id_, named in crm.users.items()]
        return 200, {"data": {**users[0], "is_admin": 1} if rest else users}
    if rest and rest[-1] == "changelog":
        return changelog(crm, int(rest[0]), query)
    if kind == "leads":
        return one_lead(crm, *rest) if rest not in ([], ["archived"]) else leads(crm, query, rest)
    if kind == "activities":
        found = tasks(crm, query) if {"deal_id", "lead_id"} & {*query} else crm.touches
        return 200, {"data": found, "additional_data": {"next_cursor": None}}
    if kind == "deals":
        return deals(crm, query, is_archived=bool(rest))
    if kind == "persons":
        asked = query["ids"].split(",")
        assert len(asked) <= 100
        found = [{"id": int(id_), **crm.people.get(int(id_), {})} for id_ in asked]
        return 200, {"data": found, "additional_data": {"next_cursor": None}}
    return 200, {"data": dictionary(kind), "additional_data": {"next_cursor": None}}


def dictionary(kind):
    if kind == "pipelines":
        return [{"id": 5, "name": "Main"}]
    if kind == "stages":
        return [{"id": id_, "name": name} for id_, name in zip(STAGE, NAMES, strict=True)]
    channels = [{"id": 4, "label": "Site"}]
    return [
        {"field_name": "UTM source", "field_code": UTM},
        {"field_name": "Marketing channel", "field_code": "channel", "options": channels},
        {"field_name": "Verdict", "field_code": VERDICT, "field_type": "enum",
         "is_custom_field": True,
         "options": [{"id": id_, "label": label} for id_, label in VERDICTS.items()]},
        {"field_name": "Why not", "field_code": REASON, "field_type": "varchar",
         "is_custom_field": True},
    ]  # fmt: skip


def iso(at):
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def bare(at):
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"


def deal(crm, each):
    moves = [move for move in crm.moves if move.deal == each.id]
    return {
        "id": each.id,
        "title": each.title,
        "owner_id": each.manager,
        "person_id": 77,
        "pipeline_id": 5,
        "stage_id": STAGE[each.stage],
        "value": each.amount,
        "currency": "RUB",
        "channel": 4,
        "add_time": iso(each.created),
        "update_time": iso(each.updated),
        "stage_change_time": iso(moves[-1].at) if len(moves) > 1 else None,
        "status": STATUS[each.stage],
        "won_time": iso(each.closed) if each.stage == 2 else None,
        "lost_time": iso(each.closed) if each.stage == 3 else None,
        "source_lead_id": crm.leads_of.get(each.id),
        "custom_fields": {UTM: each.utm, **crm.own(each.id)},
    }


def deals(crm, query, *, is_archived):
    assert (query.get("sort_by", "id"), query.get("sort_direction", "asc")) == ("id", "asc")
    last = int(b64decode(query["cursor"])) if "cursor" in query else 0
    asked = query["ids"].split(",") if "ids" in query else [*map(str, crm.deals)]
    found = [
        deal(crm, each)
        for _, each in sorted(crm.deals.items())
        if (each.id in crm.archived) == is_archived
        and each.id > last
        and str(each.id) in asked
        and iso(each.updated) >= query.get("updated_since", "")
    ]
    page = found[: min(crm.page, int(query["limit"]))]
    more = b64encode(str(page[-1]["id"]).encode()).decode() if len(found) > len(page) else None
    return 200, {"success": True, "data": page, "additional_data": {"next_cursor": more}}


def one_lead(crm, id_):
    if id_ not in crm.inbox:
        return 404, {"success": False, "error": "Lead not found"}
    return 200, {"data": {"id": id_, **crm.inbox[id_], **crm.own(id_)}}


def leads(crm, query, archived):
    found = [
        {"id": id_, "person_id": None, **each}
        for id_, each in crm.inbox.items()
        if each.get("is_archived", False) == bool(archived)
        and each["update_time"] >= query.get("updated_since", "")
    ]
    found.sort(key=lambda each: each["add_time"])
    start, size = int(query.get("start", 0)), min(crm.page, int(query["limit"]))
    paging = {"start": start, "more_items_in_collection": len(found) > start + size}
    return 200, {"data": found[start : start + size], "additional_data": {"pagination": paging}}


def changelog(crm, id_, query):
    """Tell the newest first, in pages; making a deal is no change."""
    found = [
        {
            "field_key": "stage_id",
            "old_value": str(STAGE[move.before]),
            "new_value": str(STAGE[move.after]),
            "time": bare(move.at),
        }
        for move in reversed(crm.moves)
        if move.deal == id_ and move.before != move.after
    ]
    found += [{"field_key": "title", "old_value": "a", "new_value": "b", "time": bare(0)}]
    start = int(query.get("cursor", 0))
    more = str(start + crm.page) if len(found) > start + crm.page else None
    rows = found[start : start + crm.page]
    return 200, {"data": rows, "additional_data": {"next_cursor": more}}


def tasks(crm, query):
    of = f"deal {query['deal_id']}" if "deal_id" in query else f"lead {query['lead_id']}"
    return [
        {"id": id_, "subject": task["text"], "note": task["mark"], "due_date": task["due"],
         "done": task["done"]}
        for id_, task in crm.tasks_of(of).items()
    ]  # fmt: skip


def write(crm, verb, kind, rest, body):
    if verb == "DELETE":
        crm.tasks.pop(int(rest[0]), None)
        return 200, {"success": True, "data": {"id": int(rest[0])}}
    of = rest[0] if rest else str(body.get("deal_id") or body["lead_id"])
    if status := crm.refused.get(of):
        return status, {"success": False, "error": "The field is locked", "error_info": "…"}
    if verb == "POST":
        assert (kind, body["type"]) == ("activities", "task")
        whose = f"deal {of}" if "deal_id" in body else f"lead {of}"
        made = {"text": body["subject"], "mark": body["note"], "due": body["due_date"]}
        id_ = crm.add_task(whose, **made, owner=body.get("owner_id"))
        return 201, {"success": True, "data": {"id": id_}}
    if of not in crm.inbox and int(of) not in crm.deals:
        return 404, {"success": False, "error": "Deal not found"}
    for name, value in (body["custom_fields"] if kind == "deals" else body).items():
        assert name != VERDICT or value is None or value in VERDICTS
        crm.fill_in(of, name, value)
    return 200, {"success": True, "data": {"id": of}}
