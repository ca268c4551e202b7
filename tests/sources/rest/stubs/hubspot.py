"""HubSpot as its documentation describes it, over the made-up CRM; `inbox` are its leads."""

from datetime import UTC, datetime

from tests.sources.rest.stubs.server import VERDICTS

VERDICT, REASON = "our_verdict", "why_not"
TYPE = {204: "contacts", 216: "deals"}
STAGE = ("appointmentscheduled", "presentation", "closedwon", "closedlost")
NAMES = ("New", "Proposal", "Won", "Lost")
FORGETS = True  # the history of what is deleted
CAP = 10_000


def secret(_address):
    return "secret-token-7"


def respond(crm, request):
    path, body, headers = request
    if headers["Authorization"] != f"Bearer {crm.token}":
        return 401, {"status": "error", "message": "expired", "category": "EXPIRED_AUTHENTICATION"}
    parts = path.strip("/").split("/")
    if crm.lacks & {*parts}:
        return 403, {"status": "error", "message": "scopes", "category": "MISSING_SCOPES"}
    if headers["verb"] in {"PATCH", "DELETE"} or path.endswith("/tasks"):
        return write(crm, headers["verb"], parts[3:], body)
    return read(crm, parts, body)


def read(crm, parts, body):
    if parts[0] == "account-info":
        return 200, {"portalId": 12, "uiDomain": "app-eu1.hubspot.com", "companyCurrency": "RUB"}
    if parts[1] == "properties":
        return 200, {"results": properties()}
    if parts[1] == "owners":
        return paged(crm, body, owners(crm) if body.get("archived") != "true" else [])
    if parts[1] == "pipelines":
        return 200, {"results": pipelines(parts[-1])}
    if parts[1] == "associations":
        return 207, {"results": list(links(crm, *parts[3:5], body))}
    made = records(crm, parts[3])
    if parts[-1] == "search":
        return search(crm, made, body)
    if parts[-1] == "read":
        asked = {each["id"] for each in body["inputs"]}
        assert len(asked) <= (50 if body["propertiesWithHistory"] else 100)
        made = [each for each in made if each["id"] in asked]
        return 200, {"results": [with_history(crm, shown(each, body), body) for each in made]}
    return paged(crm, body, [shown(each, body) for each in made])


def owners(crm):
    names = {id_: name.partition(" ") for id_, name in crm.users.items()}
    return [
        {"id": str(id_), "firstName": first, "lastName": last, "email": "x@y.z"}
        for id_, (first, _, last) in names.items()
    ]


def pipelines(kind):
    names = zip(STAGE, NAMES, strict=True) if kind == "deals" else [("q", "Qualified"), ("u", "No")]
    stages = [{"id": id_, "label": name} for id_, name in names]
    return [{"id": "default", "label": "Main", "stages": stages}]


def iso(at):
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def records(crm, kind):
    if kind == "deals":
        return [deal(each) for each in crm.deals.values()]
    if kind == "tasks":
        return [task(*each) for each in crm.tasks.items()]
    kept = crm.people if kind == "contacts" else crm.inbox
    time = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
    return [
        {
            "id": str(id_),
            "properties": {**each, time: iso(each["updated"]), **own(crm, id_)},
            "at": each["updated"],
        }
        for id_, each in kept.items()
    ]


def own(crm, id_):
    return {name: str(value) for name, value in crm.own(id_).items()}


def deal(each):
    properties = {
        "dealname": each.title,
        "createdate": iso(each.created),
        "hs_lastmodifieddate": iso(each.updated),
        "closedate": iso(each.closed) if each.closed else None,
        "pipeline": "default",
        "dealstage": STAGE[each.stage],
        "amount": str(each.amount),
        "deal_currency_code": "RUB",
        "hs_is_closed": "true" if each.stage >= 2 else "false",
        "hs_is_closed_won": "true" if each.stage == 2 else "false",
        "hubspot_owner_id": str(each.manager),
        "utm_source": each.utm,
    }
    return {"id": str(each.id), "properties": properties, "at": each.updated}


def shown(record, body):
    wanted = body.get("properties", [])
    properties = {name: record["properties"].get(name) for name in wanted}
    return {"id": record["id"], "properties": properties, "archived": False}


def search(crm, made, body):
    assert body["after"] == "0"
    [group] = body["filterGroups"]
    for each in group["filters"]:
        if each["propertyName"] == "hs_object_id":
            made = [record for record in made if int(record["id"]) > int(each["value"])]
        else:
            assert each["operator"] == "GTE"
            made = [record for record in made if record["at"] * 1000 >= int(each["value"])]
    made = [record for record in made if record["at"] <= crm.now - crm.lag]
    assert body["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    made.sort(key=lambda record: int(record["id"]))
    page = made[: min(crm.page, body["limit"])]
    more = {"paging": {"next": {"after": str(len(page))}}} if len(made) > len(page) else {}
    return 200, {"total": len(made), "results": [shown(each, body) for each in page], **more}


def paged(crm, query, found):
    start = int(query.get("after", 0))
    rows = [each for each in found if int(each["id"]) > start]
    page = rows[: min(crm.page, int(query.get("limit", 10)))]
    more = {"paging": {"next": {"after": page[-1]["id"]}}} if len(rows) > len(page) else {}
    return 200, {"results": page, **more}


def with_history(crm, record, body):
    if not body["propertiesWithHistory"]:
        return record
    steps = [
        {"value": STAGE[move.after], "timestamp": iso(move.at)}
        for move in reversed(crm.moves)
        if str(move.deal) == record["id"]
    ]
    return {**record, "propertiesWithHistory": {"dealstage": steps}}


def links(crm, source, target, body):
    """Deals are of contact 77; a lead says of which contact it is."""
    for each in body["inputs"]:
        found = {
            ("deals", "contacts"): lambda _id: [77],
            ("contacts", "leads"): lambda id_: [
                lead for lead, kept in crm.inbox.items() if str(kept["of"]) == id_
            ],
            ("leads", "contacts"): lambda id_: [crm.inbox[id_]["of"]],
            ("contacts", "tasks"): lambda id_: [*crm.tasks_of(f"contacts {id_}")],
            ("deals", "tasks"): lambda id_: [*crm.tasks_of(f"deals {id_}")],
        }[source, target](each["id"])
        start = int(each.get("after", 0))
        end = start + crm.page
        to = [{"toObjectId": str(id_)} for id_ in found[start:end]]
        more = {"paging": {"next": {"after": str(end)}}} if found[end:] else {}
        if to:
            yield {"from": {"id": each["id"]}, "to": to, **more}


def properties():
    options = [{"value": str(id_), "label": label} for id_, label in VERDICTS.items()]
    return [
        {"name": VERDICT, "label": "Verdict", "type": "enumeration", "fieldType": "select",
         "options": options, "modificationMetadata": {"readOnlyValue": False}},
        {"name": REASON, "label": "Why not", "type": "string", "fieldType": "text", "options": []},
        {"name": "createdate", "label": "Create date", "type": "datetime", "fieldType": "date"},
    ]  # fmt: skip


def task(id_, each):
    properties = {
        "hs_task_subject": each["text"],
        "hs_task_body": each["mark"],
        "hs_timestamp": each["due"],
        "hs_task_status": "COMPLETED" if each["done"] else "NOT_STARTED",
    }
    return {"id": str(id_), "properties": properties, "at": 0}


def write(crm, verb, parts, body):
    if verb == "DELETE":
        crm.tasks.pop(int(parts[1]), None)
        return 204, None
    of = parts[1] if verb == "PATCH" else body["associations"][0]["to"]["id"]
    if status := crm.refused.get(of):
        return status, {"status": "error", "message": "locked", "category": "VALIDATION_ERROR"}
    if verb == "POST":
        told, [link] = body["properties"], body["associations"]
        [kind] = link["types"]
        made = {"text": told["hs_task_subject"], "mark": told["hs_task_body"]}
        owner, due = told.get("hubspot_owner_id"), told["hs_timestamp"]
        whose = f"{TYPE[kind['associationTypeId']]} {of}"
        return 201, {"id": str(crm.add_task(whose, **made, due=due, owner=owner))}
    if int(of) not in crm.people:
        return 404, {"status": "error", "message": "resource not found"}
    for name, value in body["properties"].items():
        assert name != VERDICT or not value or int(value) in VERDICTS
        crm.fill_in(of, name, value)
    return 200, {"id": of}
