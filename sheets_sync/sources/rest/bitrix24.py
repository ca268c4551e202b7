"""Bitrix24, by a webhook or as an application: leads, deals and their stages' history.

All is listed by id from the last one on, which stays right while records change and spares the
portal counting. A first page that is full is followed by batches of fifty such pages: each takes
the last id of the page before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlencode, urlsplit

from sheets_sync.sources.contact import contact_key
from sheets_sync.sources.rest.connector import (
    Call,
    Connector,
    Dictionary,
    Door,
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
    Trouble,
    post,
    trouble_of,
)
from sheets_sync.sources.rest.oauth import asked_for
from sheets_sync.sources.rest.parts import changed, site_of
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
    when,
    word,
)

SERVER = "https://oauth.bitrix.info"
HISTORY = "crm.stagehistory.list"
PAGE = 50  # records of a call, calls of a batch
ENDS = {"S", "F"}  # stages of success and of failure
AGAIN = {"QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "OVERLOAD_LIMIT", "INTERNAL_SERVER_ERROR"}
ABSENT = {"ERROR_METHOD_NOT_FOUND"}
TOKEN = {"INVALID_CREDENTIALS", "NO_AUTH_FOUND", "EXPIRED_TOKEN", "INVALID_TOKEN"}
DENIED = {"ACCESS_DENIED", "INSUFFICIENT_SCOPE", "ERROR_SCOPE"}
DIRECTORIES = {"STATUS": "lead_stage", "SOURCE": "source"}
DEAL_STAGES = "DEAL_STAGE"  # and DEAL_STAGE_7, of the pipeline 7


def _door(_address: str, secret: str) -> Door:
    """Take a webhook apart: the portal is known to all, the rest is the secret."""
    parts = urlsplit(secret.strip())
    if parts.scheme not in {"https", "http"} or not parts.netloc or not parts.path.strip("/"):
        raise ValueError
    return Door(f"{parts.scheme}://{parts.netloc}", f"{parts.path.rstrip('/')}/")


def _asking(_address: str, kept: Mapping[str, Json]) -> tuple[Door, Json]:
    """Ask for a token, which is got: so all of the request is secret."""
    site = site_of(kept.get("server_endpoint") or SERVER)
    return Door(site, f"/oauth/token/?{urlencode(asked_for(kept))}"), None


def _granted(_address: str, kept: Mapping[str, Json]) -> Door:
    """Go to the portal that granted it, which may have moved since."""
    site = site_of(kept.get("client_endpoint") or kept["domain"])
    return Door(site, "/rest/", tail=f"?{urlencode({'auth': kept.get('access_token', '')})}")


def _trouble(_request: Request, status: int, body: Json) -> Trouble | None:
    """Tell what went wrong by the code of the error, which may come with status 200."""
    if not isinstance(body, dict):
        return trouble_of(status)
    errors = [body["error"]] if "error" in body else _batch_errors(body)
    for error in errors:
        code = str(error).upper()
        for codes, trouble in (
            (AGAIN, Trouble.AGAIN),
            (ABSENT, Trouble.ABSENT),
            (TOKEN, Trouble.TOKEN),
            (DENIED, Trouble.DENIED),
        ):
            if code in codes:
                return trouble
        return trouble_of(status) or Trouble.REFUSED
    return trouble_of(status)


def _batch_errors(body: Json) -> Iterator[Json]:
    """Yield the error of the first call of a batch that should have brought something."""
    errors = body["result"].get("result_error") if _is_batch(body) else None
    if isinstance(errors, dict) and errors and not _is_last(list(_pages(body))):
        yield next(iter(errors.values())).get("error", "")


def _is_batch(body: Json) -> bool:
    return isinstance(body.get("result"), dict) and "result_error" in body["result"]


def _pages(body: Json) -> Iterator[list[Json]]:
    """Yield the pages of a call or a batch, up to the last one, which is not full.

    What a batch brings after that has been asked for from an id that there is not.
    """
    if not _is_batch(body):
        yield _listed(body["result"])
        return
    results = body["result"]["result"]
    for place in range(PAGE):
        if not isinstance(results, dict) or f"p{place}" not in results:
            return
        page = _listed(results[f"p{place}"])
        yield page
        if len(page) < PAGE:
            return


def _listed(result: Json) -> list[Json]:
    if isinstance(result, dict):
        result = result.get("items", result.get("categories"))
    if not isinstance(result, list):
        raise TypeError
    return result


def _is_last(pages: Sequence[Sequence[Json]]) -> bool:
    return any(len(page) < PAGE for page in pages)


def _rows(body: Json) -> list[Json]:
    return [record for page in _pages(body) for record in page]


def _by_id(request: Request, body: Json, rows: Sequence[Json]) -> Request | None:
    """Go on from the last id, with a batch."""
    if not rows or _is_last(list(_pages(body))):
        return None
    beyond = {**request.params["filter"], ">ID": str(rows[-1]["ID"])}
    return Request(request.path, {**request.params, "filter": beyond}, "batch")


def _wire(request: Request) -> Call:
    """Write a batch: calls of one kind, each from the last id of the one before."""
    if request.walk != "batch":
        return post(request)
    commands, last = {}, request.params["filter"][">ID"]
    inner = "[items]" if request.path == HISTORY else ""
    for place in range(PAGE):
        params = {**request.params, "filter": {**request.params["filter"], ">ID": last}}
        commands[f"p{place}"] = f"{request.path}?{urlencode(list(_flat(params)))}"
        last = f"$result[p{place}]{inner}[{PAGE - 1}][ID]"
    return post(Request("batch", {"halt": 0, "cmd": commands}))


def _flat(params: Json, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield nested parameters as a query writes them."""
    if isinstance(params, Mapping):
        for key, value in params.items():
            yield from _flat(value, f"{name}[{key}]" if name else key)
    elif isinstance(params, list):
        for value in params:
            yield from _flat(value, f"{name}[]")
    else:
        yield name, str(params)


def _next(request: Request, body: Json, _rows: Sequence[Json]) -> Request | None:
    """Go on where the portal says: lists of names are short."""
    start = body.get("next")
    return Request(request.path, {**request.params, "start": start}) if start else None


def _list(method: str, select: list[str], **params: Json) -> Request:
    order: Json = {"order": {"ID": "ASC"}, "filter": {">ID": "0"}, "start": -1}
    return Request(method, {**params, **order, "select": select})


def _since(every: Request, time: str) -> Callable[[int | None, int], Request]:
    """Ask for what has changed since a time, in whose field `time` it stands."""

    def first(since: int | None, _now: int) -> Request:
        if since is None:
            return every
        after = {f">={time}": datetime.fromtimestamp(since, UTC).isoformat()}
        return Request(every.path, {**every.params, "filter": {**after, ">ID": "0"}})

    return first


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
    every = _list(HISTORY, ["ID", "OWNER_ID", "CREATED_TIME", stage], entityTypeId=number)
    return Listing(
        what=f"{entity}_history",
        objects={"stage_event": _event(entity, stage)},
        first=_since(every, "CREATED_TIME"),
        rows=_rows,
        following=_by_id,
        mark=changed("CREATED_TIME"),
        place=_place(entity, "OWNER_ID"),
        is_optional=entity == "lead",
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


LEADS = _list(
    "crm.lead.list",
    ["ID", "DATE_CREATE", "DATE_MODIFY", "DATE_CLOSED", "ASSIGNED_BY_ID", "STATUS_ID",
     "STATUS_SEMANTIC_ID", "SOURCE_ID", "OPPORTUNITY", "PHONE", "EMAIL", "UTM_SOURCE",
     "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT", "UTM_TERM"],
)  # fmt: skip
DEALS = _list(
    "crm.deal.list",
    ["ID", "LEAD_ID", "TITLE", "DATE_CREATE", "DATE_MODIFY", "CLOSEDATE", "MOVED_TIME",
     "CATEGORY_ID", "STAGE_ID", "STAGE_SEMANTIC_ID", "OPPORTUNITY", "CURRENCY_ID", "PROBABILITY",
     "ASSIGNED_BY_ID", "SOURCE_ID", "UTM_SOURCE", "UTM_MEDIUM", "UTM_CAMPAIGN", "UTM_CONTENT",
     "UTM_TERM"],
)  # fmt: skip


def _sweep(entity: str, every: Request) -> Sweep:
    request = Request(every.path, {**every.params, "select": ["ID"]})
    ids = {entity: lambda record: record["ID"]}
    return Sweep(f"{entity}s", request, _rows, _by_id, ids, is_optional=entity == "lead")


CONNECTOR = Connector(
    name="bitrix24",
    limits=(Limit(40, 21.0),),  # a bucket of 50 that loses 2 a second
    wire=_wire,
    door=_door,
    misfit="crm_door_bitrix24",
    trouble=_trouble,
    owner=(
        Request("profile"),
        lambda body: (_person(body["result"]), body["result"].get("ADMIN")),
    ),
    rights=(
        Right("crm", Request("scope"), _scope("crm")),
        Right("user", Request("scope"), _scope("user", "user_basic", "user_brief")),
    ),
    dictionaries=(
        Dictionary(Request("user.get", {"start": 0}), _rows, _next, _users),
        Dictionary(Request("crm.status.list", {"start": 0}), _rows, _next, _statuses),
        Dictionary(
            Request("crm.category.list", {"entityTypeId": 2}),
            _rows,
            _next,
            lambda record: [("pipeline", str(record["id"]), str(record["name"]))],
        ),
    ),
    listings=(
        Listing(
            what="leads",
            objects={"lead": LEAD},
            first=_since(LEADS, "DATE_MODIFY"),
            rows=_rows,
            following=_by_id,
            mark=changed("DATE_MODIFY"),
            place=_place("lead"),
            is_optional=True,
        ),
        Listing(
            what="deals",
            objects={"deal": DEAL},
            first=_since(DEALS, "DATE_MODIFY"),
            rows=_rows,
            following=_by_id,
            mark=changed("DATE_MODIFY"),
            place=_place("deal"),
        ),
        _history("lead", 1, "STATUS_ID"),
        _history("deal", 2, "STAGE_ID"),
    ),
    sweeps=(_sweep("lead", LEADS), _sweep("deal", DEALS)),
    oauth=OAuth(_asking, _granted, told=("client_endpoint", "server_endpoint", "member_id")),
)
