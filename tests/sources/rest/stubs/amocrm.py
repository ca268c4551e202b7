"""amoCRM as its documentation describes it, over the made-up CRM."""

from tests.sources.rest.stubs.server import VERDICTS

STATUS = (10, 20, 142, 143)
PREFIX = "/api/v4/"
VERDICT, REASON = "901", "902"


def secret(_address):
    return "secret-token-7"


def respond(crm, request):
    path, query, headers = request
    if headers["Authorization"] != f"Bearer {crm.token}":
        return 401, {"title": "Unauthorized", "status": 401, "detail": "token is invalid"}
    name = path.removeprefix(PREFIX)
    if name in crm.lacks:
        return 403, {"title": "Forbidden", "status": 403}
    if headers["verb"] != "GET":
        return write(crm, headers["verb"], name, query)
    return read(crm, name, query)


def read(crm, name, query):
    if name == "leads/custom_fields":
        return paged(crm, query, "custom_fields", fields())
    if name == "tasks":
        return paged(crm, query, "tasks", tasks(crm, query))
    if name == "account":
        return 200, {"id": 7, "name": "Acme", "currency": "RUB"}
    if name == "leads/pipelines":
        statuses = [{"id": id_, "name": named} for id_, named in zip(STATUS, names(), strict=True)]
        statuses.append({"id": 1, "name": "Incoming", "type": 1})
        pipeline = {"id": 5, "name": "Main", "_embedded": {"statuses": statuses}}
        return 200, {"_embedded": {"pipelines": [pipeline]}}
    if name == "leads/loss_reasons":
        return 200, {"_embedded": {"loss_reasons": [{"id": 3, "name": "Too dear"}]}}
    if name == "users":
        users = [{"id": id_, "name": named} for id_, named in crm.users.items()]
        return paged(crm, query, "users", users)
    if name == "leads/unsorted":
        return paged(crm, query, "unsorted", [*crm.inbox.values()])
    if name == "events":
        return paged(crm, query, "events", [*events(crm, query)])
    if name == "leads":
        return paged(crm, query, "leads", leads(crm, query))
    return 404, {"title": "Not found", "status": 404}


def names():
    return "New", "Proposal", "Won", "Lost"


def events(crm, query):
    kinds = {value for key, value in query.items() if key.startswith("filter[type]")}
    moves = [event(move) for move in reversed(crm.moves) if within(move.at, query, "created_at")]
    return [each for each in (*moves, *crm.touches) if each["type"] in kinds]


def within(time, query, name):
    start = int(query.get(f"filter[{name}][from]", 0))
    return start <= time <= int(query.get(f"filter[{name}][to]", time))


def leads(crm, query):
    asked = {value for key, value in query.items() if key.startswith("filter[id]")}
    made = [lead(crm, deal) for deal in crm.deals.values() if not asked or str(deal.id) in asked]
    for name in ("created_at", "updated_at"):
        made = [record for record in made if within(record[name], query, name)]
    # Equal times come in no order that one may rely on.
    made.sort(key=lambda record: record["id"] * 7 % 13)
    for name in ("created_at", "updated_at", "id"):
        if query.get(f"order[{name}]") == "asc":
            made.sort(key=lambda record: record[name])
    return made


def lead(crm, deal):
    utm = {"field_id": 1, "field_code": "UTM_SOURCE", "values": [{"value": deal.utm}]}
    values = [*([utm] if deal.utm else []), *own(crm, deal)]
    return {
        "id": deal.id,
        "name": deal.title,
        "price": deal.amount,
        "responsible_user_id": deal.manager,
        "status_id": STATUS[deal.stage],
        "pipeline_id": 5,
        "loss_reason_id": 3 if deal.stage == 3 else None,
        "created_at": deal.created,
        "updated_at": deal.updated,
        "closed_at": deal.closed,
        "custom_fields_values": values or None,
        "_embedded": {"contacts": [{"id": 77, "is_main": True}], "tags": []},
    }


def event(move):
    def status(stage):
        return [{"lead_status": {"id": STATUS[stage], "pipeline_id": 5}}]

    return {
        "id": f"e{move.id}",
        "type": "lead_status_changed",
        "entity_id": move.deal,
        "entity_type": "lead",
        "created_at": move.at,
        "value_before": status(move.before),
        "value_after": status(move.after),
    }


def paged(crm, query, name, found):
    page = int(query["page"])
    size = min(crm.page, int(query["limit"]))
    rows = found[(page - 1) * size : page * size]
    if not rows:
        return 204, None
    links = {"self": {}} | ({"next": {"href": "…"}} if len(found) > page * size else {})
    return 200, {"_page": page, "_links": links, "_embedded": {name: rows}}


def own(crm, deal):
    for name, value in crm.own(deal.id).items():
        told = {"value": value}
        if name == VERDICT and value:
            told = {"value": VERDICTS[int(value)], "enum_id": int(value)}
        if value:
            yield {"field_id": int(name), "field_code": None, "values": [told]}


def fields():
    enums = [{"id": id_, "value": label, "sort": id_} for id_, label in VERDICTS.items()]
    return [
        {"id": int(VERDICT), "name": "Verdict", "type": "select", "enums": enums},
        {"id": int(REASON), "name": "Why not", "type": "text", "enums": None},
        {"id": 903, "name": "Colours", "type": "multiselect", "enums": enums},
    ]


def tasks(crm, query):
    assert query["filter[entity_type]"] == "leads"
    return [
        {"id": id_, "text": f"{task['text']}", "complete_till": task["due"],
         "is_completed": task["done"], "entity_id": int(task["of"]), "entity_type": "leads"}
        for id_, task in crm.tasks_of(query["filter[entity_id][0]"]).items()
    ]  # fmt: skip


def write(crm, verb, name, body):
    kind, _, id_ = name.partition("/")
    of = id_ if kind == "leads" else str(body[0]["entity_id"]) if verb == "POST" else ""
    if status := crm.refused.get(of):
        return status, {"title": "Refused", "status": status, "detail": "the field is locked"}
    if (verb, kind) == ("PATCH", "leads"):
        if int(id_) not in crm.deals:
            return 404, {"title": "Not found", "status": 404}
        for told in body["custom_fields_values"]:
            [value] = told["values"] or [{"value": None}]
            crm.fill_in(id_, str(told["field_id"]), value.get("enum_id") or value.get("value"))
        return 200, {"id": int(id_), "updated_at": crm.now}
    if (verb, kind) == ("POST", "tasks"):
        [told] = body
        made = {"text": told["text"], "due": told["complete_till"]}
        made = crm.add_task(of, **made, owner=told.get("responsible_user_id"))
        return 200, {"_embedded": {"tasks": [{"id": made}]}}
    assert (verb, kind, body["is_completed"]) == ("PATCH", "tasks", True)
    assert body["result"]["text"]
    crm.tasks[int(id_)]["done"] = True
    return 200, {"id": int(id_)}
