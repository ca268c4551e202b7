"""Our connector against a mock of HubSpot's own OpenAPI, by hand: README.md beside this says how.

    python -m tests.sources.rest.by_hand.hubspot PublicApiSpecs node_modules/.bin/prism

Prism stands between the connector and the made-up HubSpot of the tests, and checks every request
and every answer; then it answers itself, with whatever its schemas allow.
"""

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sheets_sync.sources.rest import connector_of
from sheets_sync.sources.rest.access import access, counts
from sheets_sync.sources.rest.hubspot_calls import VERSION
from sheets_sync.sources.rest.source import CrmSource
from sheets_sync.sources.rest.web import Clock, fresh_limiter
from tests.sources.rest.by_hand.writing import write
from tests.sources.rest.desk import Desk, Time, cleared, store
from tests.sources.rest.stubs import hubspot
from tests.sources.rest.stubs.server import BEGINNING, Crm, served

SPECIFICATIONS = (
    "objects", "associations", "pipelines", "crmOwners", "accountInfo", "properties",
)  # fmt: skip
HOST = "127.0.0.1"


def specification(folder):
    """Return the specifications of one version as one, put right where its guide says otherwise.

    Examples that are null are none, sorts are objects, a property without a value is null, and ids
    are digits.
    """
    whole = {"openapi": "3.0.1", "info": {"title": "HubSpot", "version": VERSION}, "paths": {}}
    parts = whole["components"] = {}
    for name in SPECIFICATIONS:
        [path] = folder.glob(f"*/*/Rollouts/*/{VERSION}/{name}.json")
        text = re.sub(r"#/components/(\w+)/", rf"#/components/\1/{name}.", path.read_text())
        told = json.loads(text.replace('"*/*"', '"application/json"'), object_hook=_stated)
        whole["paths"] = {**told["paths"], **whole["paths"]}
        for kind, known in told["components"].items():
            prefix = "" if kind == "securitySchemes" else f"{name}."
            parts.setdefault(kind, {}).update({f"{prefix}{id_}": it for id_, it in known.items()})
    for id_, it in parts["schemas"].items():
        for name in {"id", "toObjectId"} & {*it.get("properties", ())}:
            it["properties"][name]["example"] = "7"
        if id_.endswith(".PublicObjectSearchRequest"):
            it["properties"]["sorts"]["items"] = {"type": "object"}
        if ".SimplePublicObject" in id_ and "properties" in it["properties"]:
            it["properties"]["properties"]["additionalProperties"]["nullable"] = True
    return whole


def _stated(made):
    return {key: value for key, value in made.items() if (key, value) != ("example", None)}


@contextmanager
def prism(program, *words):
    """Start Prism; yield its address."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        port = found.getsockname()[1]
    told = [program, *words, "--host", HOST, "--port", str(port), "--multiprocess", "false"]
    with tempfile.TemporaryFile() as log, subprocess.Popen(told, stdout=log, stderr=log) as running:
        try:
            while socket.socket().connect_ex((HOST, port)):
                time.sleep(0.2)
            yield f"http://{HOST}:{port}"
        finally:
            running.terminate()


@dataclass
class Witness:
    """What Prism said of requests and of answers; these leave out what nobody reads."""

    calls: Counter = field(default_factory=Counter)
    violations: Counter = field(default_factory=Counter)
    lacking: Counter = field(default_factory=Counter)
    said: list = field(default_factory=list)

    def beside(self, connector):
        """Return the connector, watched."""
        read, trouble = connector.reads, connector.trouble

        def reads(answer):
            self.said = json.loads(answer.headers.get("sl-violations", "[]"))
            return read(answer)

        def asked(request, status, body):
            path = re.sub(r"/(contacts|deals|leads|tasks)\b", "/{objectType}", request.path)
            self.calls[path, status] += 1
            for each in self.said:
                is_left_out = (each["location"][0], each["code"]) == ("response", "required")
                told = self.lacking if is_left_out else self.violations
                told[path, re.sub(r"\b\d+\b", "*", each["message"])] += 1
            return trouble(request, status, body)

        return replace(connector, reads=reads, trouble=asked)

    def tell(self):
        for (path, status), count in sorted(self.calls.items()):
            print(f"  {count} × {path}: {status}")
        for (path, message), count in sorted(self.violations.items()):
            print(f"  ! {count} × {path}: {message}")
        print(f"  {len(self.violations)} violations; {len(self.lacking)} fields left out")


def one_page(connector):
    """Return the connector, told of no page but the first: Prism makes up the same one for ever."""
    return replace(connector, reads=lambda answer: json.loads(answer.text, object_hook=_unpaged))


def _unpaged(made):
    return {key: value for key, value in made.items() if key != "paging"}


def source_of(connector, address, crm):
    """Return the source, whose clock only waiting moves."""
    time_ = Time()
    clock = Clock(lambda: time_.now, time_.sleep, lambda: crm.now)
    door = connector.door(address, hubspot.secret(address))
    return CrmSource(connector, door, "salt", "RUB", clock=clock, limiter=fresh_limiter(connector))


def fill(crm):
    """Make deals, contacts and leads."""
    for place in range(12):
        crm.create(title=f"Deal {place}", amount=place * 10)
        crm.now += 60
        crm.edit(crm.born, stage=place % 4)
    created = "2026-11-20T10:00:00.000Z"
    contact = {"updated": BEGINNING, "createdate": created, "lifecyclestage": "lead"}
    crm.people = {77: contact, 78: {**contact, "email": "a@b.c"}}
    crm.inbox = {
        str(id_): {"of": 77, "updated": BEGINNING, "hs_pipeline_stage": "q"} for id_ in range(1, 9)
    }


def main():
    """Sync through Prism, change things, sync again; then read what Prism makes up."""
    folder, program = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "hubspot.json"
        made.write_text(json.dumps(specification(Path(folder))))
        crm, declared, connection = Crm(), connector_of("hubspot"), cleared(store())
        fill(crm)
        checked, mocked = Witness(), Witness()
        with served(crm, hubspot.respond) as stub, prism(program, "proxy", made, stub) as address:
            source = source_of(checked.beside(declared), address, crm)
            desk = Desk(crm, source, connection, None, forgets=True)
            desk.sync()
            crm.now += 5000
            crm.edit(3, amount=777, stage=2)
            crm.create(title="Late")
            crm.delete(5)
            desk.sync()
            desk.quiet()
            print("written:", *write(source, "77", {hubspot.VERDICT: "45", hubspot.REASON: "Far"}))
            print(f"proxy: {len(desk.stored())} deals stored, {len(crm.deals)} there, all alike")
            checked.tell()
        with prism(program, "mock", made) as address:
            source = source_of(mocked.beside(one_page(declared)), address, crm)
            print(f"mock: {access(source)}, {dict(counts(source))}")
            for page in source.read(None):
                print(f"mock: {page.rows_read} {page.object}, {len(page.rejected)} rejected")
            mocked.tell()
    return int(bool(checked.violations or mocked.violations))


if __name__ == "__main__":
    sys.exit(main())
