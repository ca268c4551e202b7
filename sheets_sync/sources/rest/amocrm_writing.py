"""Writing to amoCRM and Kommo: fields of leads, and tasks; a task is ended, none is deleted."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_sync.sources.rest import amocrm_calls as calls
from sheets_sync.sources.rest.connector import Call, Json, Request, Telling
from sheets_sync.sources.rest.readings import word
from sheets_sync.sources.rest.writing import Errand, Field, Records, Tasks, Told, Writing, every

LISTS = {"select", "radiobutton"}
TEXTS = {"text", "textarea"}
DROPPED = "smarketing: undo"


def _field(told: Json) -> tuple[str, Field]:
    options = {str(item["id"]): str(item["value"]) for item in told.get("enums") or ()}
    is_plain = told["type"] in LISTS | TEXTS
    return str(told["id"]), Field(
        str(told["name"]), options if told["type"] in LISTS else None, is_plain
    )


def _read(ids: Sequence[str], _fields: Sequence[str]) -> Request:
    named = {f"filter[id][{place}]": id_ for place, id_ in enumerate(ids)}
    return Request("leads", {**named, "limit": calls.PAGE, "page": 1})


def _value(record: Json, field: str) -> str | None:
    """Read a value: of a list its item's id."""
    for told in record.get("custom_fields_values") or ():
        if str(told["field_id"]) == field and told.get("values"):
            first = told["values"][0]
            return word(first.get("enum_id") or first.get("value"))
    return None


def _write(id_: str, field: str, value: str | None, told: Field) -> Call:
    """Write a value; `None` instead of values empties the field."""
    written: Json = None if value is None else [{"value": value}]
    if value is not None and told.options is not None:
        written = [{"enum_id": int(value)}]
    return Call(
        "PATCH",
        f"leads/{id_}",
        {"custom_fields_values": [{"field_id": int(field), "values": written}]},
    )


def _tasks(_kind: str, id_: str) -> Telling:
    whose = {"filter[entity_type]": "leads", "filter[entity_id][0]": id_}
    asked = Request("tasks", {**whose, "limit": calls.PAGE, "page": 1})
    return every(asked, calls.listed("tasks"), calls.next_page)


def _told(record: Json) -> Told:
    is_done = bool(record.get("is_completed"))
    return Told(str(record["id"]), str(record["text"]), str(record["complete_till"]), is_done)


def _make(errand: Errand) -> Call:
    whose = {"responsible_user_id": int(errand.owner)} if errand.owner else {}
    told = {
        "text": f"{errand.text}\n{errand.mark}",
        "complete_till": int(errand.due.timestamp()),
        "entity_id": int(errand.record),
        "entity_type": "leads",
        **whose,
    }
    return Call("POST", "tasks", [told])


def _drop(id_: str) -> Call:
    return Call("PATCH", f"tasks/{id_}", {"is_completed": True, "result": {"text": DROPPED}})


WRITING = Writing(
    records={
        "lead": Records(
            fields=lambda: every(
                Request("leads/custom_fields", {"limit": calls.PAGE, "page": 1}),
                calls.listed("custom_fields"),
                calls.next_page,
            ),
            field=_field,
            read=_read,
            rows=calls.listed("leads"),
            id_of=lambda record: str(record["id"]),
            value=_value,
            write=_write,
        )
    },
    tasks=Tasks(people="users", find=_tasks, told=_told, make=_make, drop=_drop),
)
