"""Writing to HubSpot: properties of contacts, which are the leads, and tasks."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_sync.sources.rest import hubspot_calls as calls
from sheets_sync.sources.rest.connector import Call, Json, Request, Telling
from sheets_sync.sources.rest.parts import whole
from sheets_sync.sources.rest.readings import word
from sheets_sync.sources.rest.writing import Errand, Field, Records, Tasks, Told, Writing, every

LISTS = {"enumeration", "bool"}
SEVERAL = "checkbox"
KINDS = {"lead": "contacts", "deal": "deals"}
TO_RECORD = {"lead": 204, "deal": 216}
"""HubSpot's own number of the association of a task with a record of a kind."""
ASKED = ["hs_task_subject", "hs_task_body", "hs_timestamp", "hs_task_status"]


def _field(told: Json) -> tuple[str, Field]:
    options = {
        str(item["value"]): str(item["label"])
        for item in told.get("options") or ()
        if not item.get("hidden")
    }
    is_list = told["type"] in LISTS
    is_fixed = (told.get("modificationMetadata") or {}).get("readOnlyValue")
    is_kind = is_list or told["type"] == "string"
    is_plain = is_kind and told.get("fieldType") != SEVERAL and not is_fixed
    return str(told["name"]), Field(str(told["label"]), options if is_list else None, is_plain)


def _read(ids: Sequence[str], fields: Sequence[str]) -> Request:
    return calls.by_ids("contacts", [{"id": id_} for id_ in ids], [*fields])


def _write(id_: str, field: str, value: str | None, _field: Field) -> Call:
    return Call("PATCH", calls.objects("contacts", f"/{id_}"), {"properties": {field: value or ""}})


def _tasks(kind: str, id_: str) -> Telling:
    links = yield from calls.linked(KINDS[kind], "tasks", [id_])
    found = yield from calls.records("tasks", links.get(id_, []), ASKED)
    return list(found.values())


def _told(record: Json) -> Told:
    text = "\n".join(filter(None, (word(record.get(key)) for key in ASKED[:2])))
    is_done = record.get("hs_task_status") == "COMPLETED"
    return Told(record["id"], text, word(record.get("hs_timestamp")) or "", is_done)


def _make(errand: Errand) -> Call:
    properties = {
        "hs_task_subject": errand.text,
        "hs_task_body": errand.mark,
        "hs_timestamp": errand.due.isoformat(),
        "hs_task_status": "NOT_STARTED",
        **({"hubspot_owner_id": errand.owner} if errand.owner else {}),
    }
    how = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": TO_RECORD[errand.kind]}
    links = [{"to": {"id": errand.record}, "types": [how]}]
    return Call("POST", calls.objects("tasks"), {"properties": properties, "associations": links})


WRITING = Writing(
    records={
        "lead": Records(
            fields=lambda: every(
                Request(f"crm/properties/{calls.VERSION}/contacts"), calls.plain, whole
            ),
            field=_field,
            read=_read,
            rows=calls.rows,
            id_of=lambda record: str(record["id"]),
            value=lambda record, field: word(record.get(field)),
            write=_write,
        )
    },
    tasks=Tasks(
        people="owners",
        find=_tasks,
        told=_told,
        make=_make,
        drop=lambda id_: Call("DELETE", calls.objects("tasks", f"/{id_}")),
    ),
)
