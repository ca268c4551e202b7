"""Writing to Bitrix24: fields of leads, and to-dos in the timeline of leads and deals."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_sync.sources.rest import bitrix24_calls as calls
from sheets_sync.sources.rest.connector import Call, Json, Request, Telling
from sheets_sync.sources.rest.parts import whole
from sheets_sync.sources.rest.readings import word
from sheets_sync.sources.rest.writing import (
    Errand,
    Field,
    Records,
    Tasks,
    Told,
    Writing,
    every,
)

OWNERS = {"lead": 1, "deal": 2}
TODO = "CRM_TODO"


def _fields(body: Json) -> list[Json]:
    return [{**told, "id": id_} for id_, told in body["result"].items()]


def _field(told: Json) -> tuple[str, Field]:
    """Read what a field is: titles of people's own fields stand apart."""
    title = told.get("formLabel") or told.get("listLabel") or told.get("title") or told["id"]
    is_list = told["type"] == "enumeration"
    options = {str(item["ID"]): str(item["VALUE"]) for item in told.get("items") or ()}
    is_plain = told["type"] in {"string", "enumeration"} and not (
        told.get("isReadOnly") or told.get("isMultiple")
    )
    return told["id"], Field(str(title), options if is_list else None, is_plain)


def _read(ids: Sequence[str], fields: Sequence[str]) -> Request:
    asked: Json = {"filter": {"ID": [*ids]}, "select": ["ID", *fields], "start": -1}
    return Request("crm.lead.list", asked)


def _value(record: Json, field: str) -> str | None:
    return word(record.get(field))


def _write(id_: str, field: str, value: str | None, _field: Field) -> Call:
    return Call("POST", "crm.lead.update", {"id": id_, "fields": {field: value or ""}})


def _tasks(kind: str, id_: str) -> Telling:
    whose = {"OWNER_TYPE_ID": OWNERS[kind], "OWNER_ID": id_, "PROVIDER_ID": TODO}
    select = ["ID", "SUBJECT", "DESCRIPTION", "DEADLINE", "COMPLETED"]
    listed = calls.every("crm.activity.list", select)
    asked = {**listed.params, "filter": {**whose, ">ID": "0"}}
    return every(Request(listed.path, asked), calls.rows, calls.by_id)


def _told(record: Json) -> Told:
    text = "\n".join(filter(None, (word(record.get(key)) for key in ("SUBJECT", "DESCRIPTION"))))
    due = word(record.get("DEADLINE")) or ""
    return Told(str(record["ID"]), text, due, record.get("COMPLETED") == "Y")


def _make(errand: Errand) -> Call:
    told: Json = {
        "ownerTypeId": OWNERS[errand.kind],
        "ownerId": errand.record,
        "title": errand.text,
        "description": errand.mark,
        "deadline": errand.due.isoformat(),
    }
    whose = {"responsibleId": errand.owner} if errand.owner else {}
    return Call("POST", "crm.activity.todo.add", {**told, **whose})


WRITING = Writing(
    records={
        "lead": Records(
            fields=lambda: every(Request("crm.lead.fields"), _fields, whole),
            field=_field,
            read=_read,
            rows=calls.rows,
            id_of=lambda record: str(record["ID"]),
            value=_value,
            write=_write,
        )
    },
    tasks=Tasks(
        people="users",
        find=_tasks,
        told=_told,
        make=_make,
        drop=lambda id_: Call("POST", "crm.activity.delete", {"id": id_}),
    ),
)
