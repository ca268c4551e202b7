"""Our connector against Bitrix24's own simulator, by hand: README.md beside this says how.

    python -m tests.sources.rest.by_hand.bitrix24 http://127.0.0.1:8080

The simulator checks the parameters of every method and executes some on a portal of its own. What
it does not know stands here: who we are, batches, which are taken apart, and, for a method whose
parameters it only checks, an empty list.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx

from sheets_sync.sources.rest import connector_of
from sheets_sync.sources.rest.bitrix24_calls import PAGE
from sheets_sync.sources.rest.source import CrmSource
from sheets_sync.sources.rest.web import Clock, fresh_limiter
from tests.sources.rest.by_hand.writing import write
from tests.sources.rest.desk import Desk, cleared, store
from tests.sources.rest.stubs import bitrix24
from tests.sources.rest.stubs.bitrix24 import nested
from tests.sources.rest.stubs.server import Crm, served

STATUS = {"S": "won", "F": "lost", "P": "open"}
WEBHOOK = "/rest/1/secret-token-7/"
UNKNOWN = {"scope": ["crm", "user"], "profile": {"ID": "1", "ADMIN": True, "NAME": "Анна"}}
NOTHING = {"crm.stagehistory.list": {"items": []}, "crm.lead.fields": bitrix24.fields()}
LOST = {"crm.lead.list": "order"}
"""What the page of a method tells of, and the simulator has not read there: by id is its order."""


@dataclass
class Simulator:
    """The simulator, and what it said of our calls."""

    site: str
    calls: Counter = field(default_factory=Counter)  # by method and whether it was executed
    refused: Counter = field(default_factory=Counter)
    warned: dict = field(default_factory=dict)  # of what, by method and kind of warning

    def ask(self, method, params):
        """Return status and body; it takes sixty calls a minute, and says when to come again."""
        known = {name: value for name, value in params.items() if name != LOST.get(method)}
        while True:
            answer = httpx.post(f"{self.site}/ai/v1/call/{method}", json=known)
            if answer.status_code != 429:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        body = answer.json()
        told = body.get("simulator", {})
        self.calls[method, "executed" if told.get("executed") else "checked"] += 1
        for warning in told.get("warnings", ()):
            about = warning.get("param") or str(warning.get("successor"))
            self.warned.setdefault((method, warning["class"]), set()).add(about)
        if answer.is_error:
            self.refused[method, body["error_description"]] += 1
        elif not told.get("executed"):
            body["result"] = NOTHING.get(method, [])
        return answer.status_code, body

    def respond(self, _crm, request):
        """Answer as a portal: what the simulator does not know is answered here."""
        path, body, _ = request
        method = path.removeprefix(WEBHOOK)
        if method in UNKNOWN:
            return 200, {"result": UNKNOWN[method]}
        return (200, {"result": self.batch(body)}) if method == "batch" else self.ask(method, body)

    def batch(self, body):
        """Ask page after page; those behind the last one are asked from an id that there is not."""
        results, errors = {}, {}
        for name, command in body["cmd"].items():
            method, _, query = command.partition("?")
            status, answer = self.ask(method, nested(query, results))
            if status != 200:
                errors[name] = answer
                break
            results[name] = answer["result"]
            if len(answer["result"]) < PAGE:
                break
        return {"result": results, "result_error": errors, "result_next": [], "result_total": []}

    def all(self, method):
        """Yield what there is, by the simulator's own pages."""
        start = 0
        while start is not None:
            _, body = self.ask(method, {"start": start} if start else {})
            yield from body["result"]
            start = body.get("next")


def expected(simulator):
    """Return deals and leads as they should be stored."""
    users = {u["ID"]: f"{u['NAME']} {u['LAST_NAME']}" for u in simulator.all("user.get")}
    named = {
        (each["ENTITY_ID"] == "STATUS", each["STATUS_ID"]): each["NAME"]
        for each in simulator.all("crm.status.list")
        if each["ENTITY_ID"].startswith(("STATUS", "DEAL_STAGE"))
    }
    deals = {
        (
            deal["ID"],
            deal["TITLE"],
            deal["OPPORTUNITY"],
            deal["CURRENCY_ID"],
            STATUS[deal["STAGE_SEMANTIC_ID"]],
            named[False, deal["STAGE_ID"]],
            users[deal["ASSIGNED_BY_ID"]],
        )
        for deal in simulator.all("crm.deal.list")
    }
    leads = {
        (lead["ID"], named[True, lead["STATUS_ID"]], users[lead["ASSIGNED_BY_ID"]])
        for lead in simulator.all("crm.lead.list")
    }
    return deals, leads


def stored(connection):
    """Return deals and leads as they are stored."""
    fields = {
        "deal": "deal_id, title, amount::varchar, currency, status, stage, manager",
        "lead": "lead_id, stage, manager",
    }
    return tuple(
        {*connection.execute(f"select {told} from {name} where not is_deleted").fetchall()}
        for name, told in fields.items()
    )


def main():
    """Sync twice, and once more a day later; compare, and say what the simulator objected to."""
    simulator, crm = Simulator(sys.argv[1].rstrip("/")), Crm(now=int(time.time()))
    declared, connection = connector_of("bitrix24"), cleared(store())
    with served(crm, simulator.respond) as address:
        source = CrmSource(
            declared,
            declared.door("", f"{address}{WEBHOOK}"),
            salt="salt",
            currency="RUB",
            clock=Clock(wall=lambda: crm.now),
            limiter=fresh_limiter(declared),
        )
        desk = Desk(crm, source, connection, None)
        for day in ("first sync", "second sync", "sync a day later"):
            counts = desk.sync()
            print(f"{day}:", {name: (c.new, c.changed, c.gone) for name, c in counts.items()})
            crm.now += 86_400 if day == "second sync" else 60
        print("written:", *write(source, "1", {bitrix24.VERDICT: "45", bitrix24.REASON: "Far"}))
    ours, theirs = stored(connection), expected(simulator)
    for what, found, wanted in zip(("deals", "leads"), ours, theirs, strict=True):
        print(f"{what}: {len(found)} stored, {len(wanted)} there, {len(found ^ wanted)} differ")
    for title, told in (("calls", simulator.calls), ("refused", simulator.refused)):
        for what, count in sorted(told.items()):
            print(f"{title}: {' · '.join(what)}: {count}")
    for what, about in sorted(simulator.warned.items()):
        print(f"warned: {' · '.join(what)}: {', '.join(sorted(about))}")
    return int(ours != theirs or bool(simulator.refused))


if __name__ == "__main__":
    sys.exit(main())
