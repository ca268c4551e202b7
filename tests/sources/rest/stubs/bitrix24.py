"""Bitrix24 as its documentation describes it, over the made-up CRM."""

import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl

from tests.sources.rest.stubs.server import VERDICTS

STAGE = ("C1:NEW", "C1:PROPOSAL", "C1:WON", "C1:LOSE")
SEMANTIC = ("P", "P", "S", "F")
SERVER = timezone(timedelta(hours=3))
VERDICT, REASON = "UF_CRM_VERDICT", "UF_CRM_REASON"
OWNERS = {1: "lead", 2: "deal"}
FIELD = re.compile(r"\[([^\]]*)\]")


def secret(address):
    return f"{address}/rest/1/secret-token-7/"


def respond(crm, request):
    path, body, _ = request
    if not path.startswith(f"/rest/1/{crm.token}/"):
        return 401, {"error": "INVALID_CREDENTIALS", "error_description": "Invalid credentials"}
    return call(crm, path.rpartition("/")[2], body)


def call(crm, method, body):
    if method in crm.lacks:
        return 403, {"error": "ACCESS_DENIED", "error_description": "Access denied"}
    if method == "batch":
        return 200, {"result": batch(crm, body)}
    answers = {
        "scope": lambda: ["crm", "user"],
        "profile": lambda: {"ID": "1", "ADMIN": False, "NAME": "Ann", "LAST_NAME": "Lee"},
        "user.get": lambda: [user(id_, name) for id_, name in crm.users.items()],
        "crm.status.list": statuses,
        "crm.category.list": lambda: {"categories": [{"id": 1, "name": "Main"}]},
        "crm.deal.list": lambda: listed(crm, [deal(each) for each in crm.deals.values()], body),
        "crm.lead.list": lambda: listed(crm, [lead(crm, id_) for id_ in crm.inbox], body),
        "crm.lead.fields": fields,
        "crm.activity.list": lambda: activities(crm, body),
        "crm.stagehistory.list": lambda: {"items": history(crm, body)},
    }
    if method in WRITES:
        return WRITES[method](crm, body)
    if method not in answers:
        return 404, {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}
    return 200, {"result": answers[method]()}


def user(id_, name):
    first, _, last = name.partition(" ")
    return {"ID": str(id_), "NAME": first, "LAST_NAME": last}


def statuses():
    names = ("New", "Proposal", "Won", "Lost")
    return [
        {"ENTITY_ID": "DEAL_STAGE_1", "STATUS_ID": stage, "NAME": name}
        for stage, name in zip(STAGE, names, strict=True)
    ] + [{"ENTITY_ID": "SOURCE", "STATUS_ID": "WEB", "NAME": "Site"}]


def iso(at):
    return datetime.fromtimestamp(at, UTC).astimezone(SERVER).isoformat()


def deal(each):
    closed = iso(each.closed) if each.closed else ""
    return {
        "ID": str(each.id),
        "LEAD_ID": None,
        "TITLE": each.title,
        "DATE_CREATE": iso(each.created),
        "DATE_MODIFY": iso(each.updated),
        "CLOSEDATE": closed,
        "MOVED_TIME": closed,
        "CATEGORY_ID": "1",
        "STAGE_ID": STAGE[each.stage],
        "STAGE_SEMANTIC_ID": SEMANTIC[each.stage],
        "OPPORTUNITY": f"{each.amount}.00" if isinstance(each.amount, int) else each.amount,
        "CURRENCY_ID": "RUB",
        "PROBABILITY": "40",
        "ASSIGNED_BY_ID": str(each.manager),
        "SOURCE_ID": "WEB",
        "UTM_SOURCE": each.utm,
    }


def history(crm, body):
    if body["entityTypeId"] not in {2, "2"}:
        return []
    made = [
        {
            "ID": str(move.id),
            "OWNER_ID": str(move.deal),
            "CREATED_TIME": iso(move.at),
            "STAGE_ID": STAGE[move.after],
        }
        for move in crm.moves
    ]
    return listed(crm, made, body)


def listed(crm, made, body):
    """Filter, sort by id, cut off a page."""
    for key, value in body["filter"].items():
        if key == "ID":
            made = [each for each in made if each["ID"] in value]
        elif key == ">ID":
            made = [each for each in made if int(each["ID"]) > int(value or 0)]
        else:
            name = key.removeprefix(">=")
            since = datetime.fromisoformat(value)
            made = [each for each in made if datetime.fromisoformat(each[name]) >= since]
    assert body.get("order", {"ID": "ASC"}) == {"ID": "ASC"}
    assert body["start"] in {-1, "-1"}
    made.sort(key=lambda each: int(each["ID"]))
    select = body["select"]
    return [{name: each[name] for name in select if name in each} for each in made[: crm.page]]


def batch(crm, body):
    results = {}
    for name, command in body["cmd"].items():
        method, _, query = command.partition("?")
        status, answer = call(crm, method, nested(query, results))
        assert status == 200, answer
        results[name] = answer["result"]
    return {"result": results, "result_error": [], "result_next": [], "result_total": []}


def nested(query, results):
    """Read a query as PHP does, with what earlier calls brought put in."""
    made = {}
    for key, text in parse_qsl(query, keep_blank_values=True):
        value = found(text, results) if text.startswith("$result") else text
        name, _, rest = key.partition("[")
        keys = FIELD.findall(f"[{rest}") if rest else []
        if keys == [""]:
            made.setdefault(name, []).append(value)
        elif keys:
            made.setdefault(name, {})[keys[0]] = value
        else:
            made[name] = value
    return made


def found(text, results):
    """Return what `$result[p0][49][ID]` stands for; nothing, where there is none."""
    value = results
    for key in FIELD.findall(text):
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (IndexError, KeyError):
            return ""
    return value


def lead(crm, id_):
    made = {"ID": id_, "DATE_CREATE": iso(crm.now), "DATE_MODIFY": iso(crm.now), "STATUS_ID": "NEW"}
    own = {name: str(value) for name, value in crm.own(id_).items()}
    return {**made, VERDICT: "", REASON: "", **own}


def fields():
    items = [{"ID": str(id_), "VALUE": label} for id_, label in VERDICTS.items()]
    plain = {"isReadOnly": False, "isMultiple": False}
    return {
        "ID": {"type": "integer", "isReadOnly": True, "isMultiple": False, "title": "ID"},
        VERDICT: {"type": "enumeration", **plain, "title": VERDICT, "formLabel": "Verdict",
                  "items": items},
        REASON: {"type": "string", **plain, "title": REASON, "formLabel": "Why not"},
    }  # fmt: skip


def refusal(crm, id_):
    if crm.refused.get(id_) == 403:
        return 400, {"error": "", "error_description": "Access denied."}
    if id_ in crm.refused:
        return 400, {"error": "ERROR_CORE", "error_description": "The field is locked by a rule"}
    return None


def update(crm, body):
    id_ = body["id"]
    if id_ not in crm.inbox:
        return 400, {"error": "", "error_description": "Not found"}
    if said := refusal(crm, id_):
        return said
    for name, value in body["fields"].items():
        assert name != VERDICT or not value or int(value) in VERDICTS
        crm.fill_in(id_, name, value)
    return 200, {"result": True}


def add(crm, body):
    of = f"{OWNERS[body['ownerTypeId']]} {body['ownerId']}"
    told = {"text": body["title"], "mark": body["description"], "due": body["deadline"]}
    if said := refusal(crm, body["ownerId"]):
        return said
    return 200, {"result": {"id": crm.add_task(of, **told, owner=body.get("responsibleId"))}}


def remove(crm, body):
    if int(body["id"]) not in crm.tasks:
        return 400, {"error": "", "error_description": "Activity is not found"}
    del crm.tasks[int(body["id"])]
    return 200, {"result": True}


WRITES = {
    "crm.lead.update": update,
    "crm.activity.todo.add": add,
    "crm.activity.delete": remove,
}


def activities(crm, body):
    asked = {**body["filter"]}
    if asked.pop("PROVIDER_ID", None) is None:
        return listed(crm, crm.touches, body)
    of = f"{OWNERS[asked.pop('OWNER_TYPE_ID')]} {asked.pop('OWNER_ID')}"
    made = [
        {"ID": str(id_), "SUBJECT": task["text"], "DESCRIPTION": task["mark"],
         "DEADLINE": task["due"], "COMPLETED": "NY"[task["done"]]}
        for id_, task in crm.tasks_of(of).items()
    ]  # fmt: skip
    return listed(crm, made, {**body, "filter": asked})
