"""100,000 deals from a CRM, over real HTTP into the store, and a second sync of them.

`python benchmarks/crm.py [DEALS]` prints rows a second of processor time (a deal may make several:
a lead, a deal, the events of its stages), and how long a sync takes by the clock that finds
nothing new; each CRM in a program of its own. Another process plays the CRM, in which a deal
changes every half minute; the pauses that politeness asks for are left out.
"""

import json
import multiprocessing
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

from _goal import at_least, at_most

from sheets_sync.sources.rest import connector_of
from sheets_sync.sources.rest.source import CrmSource
from sheets_sync.sources.rest.web import Clock
from sheets_sync.store import open_store

ROOT = Path(__file__).parent.parent
BEGINNING, STEP = 1_700_000_000, 30
NOW = datetime(2026, 11, 26, tzinfo=UTC)
PAGE, CALLS = 250, 50
ROWS_A_SECOND = 10_000


def amocrm_lead(id_: int) -> dict[str, object]:
    made = BEGINNING + id_ * STEP
    fields = [
        {"field_code": f"UTM_{name}", "values": [{"value": name.lower()}]}
        for name in ("SOURCE", "MEDIUM", "CAMPAIGN")
    ]
    return {
        "id": id_, "name": f"Deal {id_}", "price": id_ % 9000, "responsible_user_id": id_ % 30 + 1,
        "status_id": (10, 20, 142, 143)[id_ % 4], "pipeline_id": 5, "loss_reason_id": None,
        "created_at": made, "updated_at": made, "closed_at": None,
        "custom_fields_values": fields, "_embedded": {"contacts": [{"id": id_, "is_main": True}]},
    }  # fmt: skip


def bitrix24_deal(id_: int) -> dict[str, object]:
    made = datetime.fromtimestamp(BEGINNING + id_ * STEP, UTC).isoformat()
    return {
        "ID": str(id_), "TITLE": f"Deal {id_}", "DATE_CREATE": made, "DATE_MODIFY": made,
        "CLOSEDATE": made, "CATEGORY_ID": "1", "STAGE_ID": "C1:NEW", "STAGE_SEMANTIC_ID": "P",
        "OPPORTUNITY": f"{id_ % 9000}.00", "CURRENCY_ID": "RUB", "ASSIGNED_BY_ID": str(id_ % 30),
        "SOURCE_ID": "WEB", "UTM_SOURCE": "yandex", "UTM_MEDIUM": "cpc", "UTM_CAMPAIGN": "brand",
    }  # fmt: skip


def amocrm(path: str, _body: bytes, deals: int) -> object:
    parts = urlsplit(path)
    name, query = parts.path.removeprefix("/api/v4/"), parse_qs(parts.query)
    if name == "account":
        return {"id": 7, "name": "Acme", "currency": "RUB"}
    if name != "leads":
        return None
    first = max(1, (int(query["filter[updated_at][from]"][0]) - BEGINNING) // STEP)
    rows = [amocrm_lead(id_) for id_ in range(first, min(first + PAGE, deals + 1))]
    links = {"next": {}} if first + PAGE <= deals else {}
    return {"_links": links, "_embedded": {"leads": rows}}


def bitrix24(path: str, body: bytes, deals: int) -> object:
    method, asked = path.rpartition("/")[2], json.loads(body)
    if method == "crm.deal.list":
        after = int(asked["filter"][">ID"])
        since = asked["filter"].get(">=DATE_MODIFY")
        if since:
            changed = (int(datetime.fromisoformat(since).timestamp()) - BEGINNING - 1) // STEP
            after = max(after, changed)
        return {"result": page(after, deals)}
    if method == "batch":
        query = parse_qs(asked["cmd"]["p0"].partition("?")[2])
        after = int(query["filter[>ID]"][0])
        results = {f"p{place}": page(after + place * CALLS, deals) for place in range(CALLS)}
        return {"result": {"result": results, "result_error": []}}
    return {"result": {"items": []} if method == "crm.stagehistory.list" else []}


def page(after: int, deals: int) -> list[dict[str, object]]:
    return [bitrix24_deal(id_) for id_ in range(after + 1, min(after + CALLS, deals) + 1)]


def hubspot_deal(id_: int) -> dict[str, object]:
    made = datetime.fromtimestamp(BEGINNING + id_ * STEP, UTC).isoformat()
    properties = {
        "dealname": f"Deal {id_}", "createdate": made, "hs_lastmodifieddate": made,
        "closedate": made, "pipeline": "default", "dealstage": "new", "amount": str(id_ % 9000),
        "deal_currency_code": "RUB", "hs_is_closed": "false", "hubspot_owner_id": str(id_ % 30),
        "hs_analytics_source": "PAID_SEARCH", "utm_source": "yandex", "utm_campaign": "brand",
    }  # fmt: skip
    steps = {"dealstage": [{"value": "new", "timestamp": made}]}
    return {"id": str(id_), "properties": properties, "propertiesWithHistory": steps}


def hubspot(path: str, body: bytes, deals: int) -> object:
    kind, *rest = urlsplit(path).path.removeprefix("/crm/objects/2026-03/").split("/")
    if "account-info" in path:
        return {"portalId": 7, "uiDomain": "app.hubspot.com", "companyCurrency": "RUB"}
    asked = json.loads(body or b"{}")
    if "associations" in path:
        links = [{"from": each, "to": [{"toObjectId": 7}]} for each in asked["inputs"]]
        return {"results": links}
    if kind != "deals":
        return {"results": []}
    if rest == ["search"]:
        *changed, beyond = asked["filterGroups"][0]["filters"]
        since = [(int(each["value"]) // 1000 - BEGINNING - 1) // STEP for each in changed]
        after = max(int(beyond["value"]), *since, 0)
        last = min(after + asked["limit"], deals)
        more = {"paging": {"next": {"after": "1"}}} if last < deals else {}
        return {"results": [hubspot_deal(id_) for id_ in range(after + 1, last + 1)], **more}
    return {"results": [hubspot_deal(int(each["id"])) for each in asked["inputs"]]}


def pipedrive_deal(id_: int) -> dict[str, object]:
    made = f"{datetime.fromtimestamp(BEGINNING + id_ * STEP, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "id": id_, "title": f"Deal {id_}", "owner_id": id_ % 30 + 1, "person_id": id_,
        "pipeline_id": 5, "stage_id": 3, "value": id_ % 9000, "currency": "RUB", "channel": None,
        "add_time": made, "update_time": made, "stage_change_time": None, "status": "open",
        "source_lead_id": None, "custom_fields": {},
    }  # fmt: skip


def pipedrive(path: str, _body: bytes, deals: int) -> object:
    parts = urlsplit(path)
    name, query = parts.path.removeprefix("/api/"), parse_qs(parts.query)
    if name == "v2/persons":
        phones = [{"value": "+7 912 345-67-89"}]
        ids = query["ids"][0].split(",")
        return {"data": [{"id": int(id_), "phones": phones, "emails": []} for id_ in ids]}
    if name != "v2/deals":
        return {"data": []}
    since = query.get("updated_since", ["2000-01-01T00:00:00Z"])[0]
    changed = (int(datetime.fromisoformat(since).timestamp()) - BEGINNING - 1) // STEP
    after = max(int(query.get("cursor", ["0"])[0]), changed, 0)
    last = min(after + int(query["limit"][0]), deals)
    cursor = str(last) if last < deals else None
    found = [pipedrive_deal(id_) for id_ in range(after + 1, last + 1)]
    return {"data": found, "additional_data": {"next_cursor": cursor}}


RESPOND = {"amocrm": amocrm, "bitrix24": bitrix24, "hubspot": hubspot, "pipedrive": pipedrive}


def serve(kind: str, deals: int, told: Connection) -> None:
    respond = RESPOND[kind]

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found = respond(self.path, body, deals)
            content = b"" if found is None else json.dumps(found).encode()
            self.send_response(200 if content else 204)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    told.send(server.server_port)
    server.serve_forever()


def measure(kind: str, deals: int) -> None:
    ours, theirs = multiprocessing.Pipe()
    playing = multiprocessing.Process(target=serve, args=(kind, deals, theirs), daemon=True)
    playing.start()
    address = f"http://127.0.0.1:{ours.recv()}"
    connector = connector_of(kind)
    secret = f"{address}/rest/1/token/" if kind == "bitrix24" else "token"
    ticks = count()
    clock = Clock(lambda: next(ticks) * 60.0, lambda _: None)
    source = CrmSource(connector, connector.door(address, secret), "salt", "RUB", clock=clock)
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder), timezone="UTC", currency="RUB")
        start = time.process_time()
        arrival = store.take(source, now=NOW)
        took = time.process_time() - start
        if arrival.error or arrival.counts["deal"].new != deals:
            raise SystemExit(arrival)
        rows = sum(each.new for each in arrival.counts.values())
        start = time.perf_counter()
        again = store.take(source, now=NOW)
        idle = time.perf_counter() - start
        if sum(each.new + each.changed for each in again.counts.values()):
            raise SystemExit(again)
        store.close()
    playing.kill()
    at_least(f"{kind}: {deals:,} deals, {rows / took:,.0f} rows a second, against the goal of "
             f"{ROWS_A_SECOND:,}", rows / took / ROWS_A_SECOND, 1)  # fmt: skip
    at_most(f"{kind}: a second sync, nothing new", idle, 0.5, "s")


def main() -> None:
    deals, *kinds = sys.argv[1:] or ["100000"]
    if kinds:
        measure(*kinds, int(deals))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        at_most(f"{kinds[0]}: peak of memory", peak, 400, "MB")
        return
    for kind in RESPOND:
        subprocess.run([sys.executable, __file__, str(deals), kind], check=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
