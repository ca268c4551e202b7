"""Writing to Pipedrive: fields of deals (API v2) and of leads (v1), which share them, and tasks."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_sync.sources.rest import pipedrive_calls as calls
from sheets_sync.sources.rest.connector import Call, Json, Request, Telling
from sheets_sync.sources.rest.readings import word
from sheets_sync.sources.rest.writing import Errand, Field, Records, Tasks, Told, Writing, every

LISTS, TEXTS = {"enum"}, {"varchar", "varchar_auto", "text"}
ACTIVITIES = "api/v2/activities"


def _fields() -> Telling:
    return every(Request("api/v2/dealFields", {"limit": calls.PAGE}), calls.rows, calls.next_page)


def _field(told: Json) -> tuple[str, Field]:
    kind, is_own = told.get("field_type"), bool(told.get("is_custom_field"))
    options = {str(item["id"]): str(item["label"]) for item in told.get("options") or ()}
    return str(told["field_code"]), Field(
        str(told["field_name"]),
        options if kind in LISTS else None,
        is_own and kind in LISTS | TEXTS,
    )


def _spelled(value: str | None, told: Field) -> Json:
    return int(value) if value is not None and told.options is not None else value


def _read_deals(ids: Sequence[str], fields: Sequence[str]) -> Request:
    named = {"ids": ",".join(ids), "custom_fields": ",".join(fields)}
    return Request(calls.DEALS, {**named, "limit": calls.PAGE})


def _deals(body: Json) -> list[Json]:
    return [record for record in calls.rows(body) if not record.get("is_deleted")]


def _write_deal(id_: str, field: str, value: str | None, told: Field) -> Call:
    written = {"custom_fields": {field: _spelled(value, told)}}
    return Call("PATCH", f"{calls.DEALS}/{id_}", written)


def _read_lead(ids: Sequence[str], _fields: Sequence[str]) -> Request:
    return Request(f"{calls.LEADS}/{ids[0]}")


def _write_lead(id_: str, field: str, value: str | None, told: Field) -> Call:
    return Call("PATCH", f"{calls.LEADS}/{id_}", {field: _spelled(value, told)})


def _tasks(kind: str, id_: str) -> Telling:
    asked = Request(ACTIVITIES, {f"{kind}_id": id_, "limit": calls.PAGE})
    return every(asked, calls.rows, calls.next_page)


def _told(record: Json) -> Told:
    text = "\n".join(filter(None, (word(record.get(key)) for key in ("subject", "note"))))
    due = word(record.get("due_date")) or ""
    return Told(str(record["id"]), text, due, bool(record.get("done")))


def _make(errand: Errand) -> Call:
    """Make a task of a whole day."""
    record: Json = int(errand.record) if errand.kind == "deal" else errand.record
    whose = {"owner_id": int(errand.owner)} if errand.owner else {}
    told = {
        "subject": errand.text,
        "note": errand.mark,
        "type": "task",
        "due_date": str(errand.due.date()),
        f"{errand.kind}_id": record,
        **whose,
    }
    return Call("POST", ACTIVITIES, told)


WRITING = Writing(
    records={
        "lead": Records(
            fields=_fields,
            field=_field,
            read=_read_lead,
            rows=lambda body: [body["data"]] if body["data"] else [],
            id_of=lambda record: str(record["id"]),
            value=lambda record, field: word(record.get(field)),
            write=_write_lead,
            at_once=1,
        ),
        "deal": Records(
            fields=_fields,
            field=_field,
            read=_read_deals,
            rows=_deals,
            id_of=lambda record: str(record["id"]),
            value=lambda record, field: word((record.get("custom_fields") or {}).get(field)),
            write=_write_deal,
        ),
    },
    tasks=Tasks(
        people="users",
        find=_tasks,
        told=_told,
        make=_make,
        drop=lambda id_: Call("DELETE", f"{ACTIVITIES}/{id_}"),
    ),
)
