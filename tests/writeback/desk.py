"""A company whose workbook is synced with a made-up CRM, and somebody who types into both."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path

from sheets_sync.config import load
from sheets_sync.state import STATE
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from sheets_sync.writeback.audit import Audit
from sheets_sync.writeback.preview import preview
from sheets_sync.writeback.run import undo, write
from templates.words import load as words
from tests.sources.rest.stubs.server import Crm, served

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
VALUES = {"qualified": "45", "unqualified": "46", "spam": "47"}
CAME = "2026-09-21T10:00:00Z"
CONFIG = """
[company]
language = "en"
timezone = "Europe/London"

[[crm]]
kind = "{kind}"
secret = "env:CRM_SECRET"
{address}
[crm.write]
reason = "{reason}"
tasks = true

[crm.write.verdict]
field = "{verdict}"
values = {{spam = "Junk"}}
"""


def stub_of(kind):
    return import_module(f"tests.sources.rest.stubs.{kind}")


def filled(kind):
    """Return a CRM with leads, and their ids; each of them can be written to."""
    crm = Crm(page=50)
    for place in range(4):
        crm.create(title=f"Deal {place}")
    if kind == "bitrix24":
        crm.inbox = {str(id_): {} for id_ in range(501, 505)}
        return crm, [*crm.inbox]
    if kind == "hubspot":
        told = {"createdate": CAME, "lifecyclestage": "lead", "updated": crm.now}
        crm.people = {id_: dict(told) for id_ in range(77, 81)}
        return crm, [*map(str, crm.people)]
    if kind == "pipedrive":
        lead = {"add_time": CAME, "update_time": CAME, "owner_id": 1, "value": None}
        crm.inbox = {"x-1": lead}
        return crm, ["1", "2", "3", "x-1"]
    return crm, [*map(str, crm.deals)]


@dataclass
class Desk:
    kind: str
    crm: Crm
    leads: list[str]
    folder: Path
    now: datetime = NOW
    typed: dict = field(default_factory=lambda: {"leads": {}, "tasks": {}, "disputes": {}})

    def __post_init__(self):
        stub = stub_of(self.kind)
        self.verdict, self.reason = stub.VERDICT, stub.REASON

    @property
    def workspace(self):
        return Workspace(self.folder, load(self.folder, words("en")))

    def type(self, tab, key, **cells):
        """Type into a row of the workbook, and let a sync read it; None empties a cell."""
        self.typed[tab].setdefault(key, {}).update(cells)
        self.now += timedelta(minutes=1)
        self.workspace.state.remember(self.typed, self.now)

    def decide(self, lead, verdict, reason=None):
        self.type("leads", lead, our_verdict=verdict, our_reason=reason)

    def task(self, key, text, *, due=date(2026, 12, 1), **cells):
        self.type("tasks", key, text=text, due=due, status="to_do", **cells)

    def preview(self):
        self.now += timedelta(minutes=1)
        return preview(self.workspace, self.now)

    def write(self, number=None):
        self.now += timedelta(minutes=1)
        return write(self.workspace, number or self.preview().number, self.now)

    def undo(self, run):
        self.now += timedelta(minutes=1)
        return undo(self.workspace, run, self.now)

    def held(self, lead, name):
        """Return what the CRM holds in a field."""
        return str(self.crm.own(lead).get(name) or "") or None

    def edit(self, lead, name, value):
        """Change a field in the CRM, as a person there does."""
        own = self.crm.custom.setdefault(lead, {})
        own.pop(name, None)
        if value is not None:
            own[name] = int(value) if value.isdigit() else value

    def audit(self):
        return Audit(self.workspace.hidden / STATE).entries()

    def check_audit(self):
        """The audit tells of every change that the CRM saw from us, and of no other."""
        told = [
            (each.cell.record, each.cell.field, each.before, each.after)
            for each in self.audit()
            if each.outcome == "written" and each.cell.what != "task"
        ]
        assert sorted(told, key=str) == sorted(self.crm.wrote, key=str)


@contextmanager
def company(kind, folder, monkeypatch):
    """Serve a CRM, and sync a workspace with it once."""
    crm, leads = filled(kind)
    stub = stub_of(kind)
    with served(crm, stub.respond) as address:
        monkeypatch.setenv("CRM_SECRET", stub.secret(address))
        place = "" if kind == "bitrix24" else f'address = "{address}"'
        fields = {"verdict": stub.VERDICT, "reason": stub.REASON}
        (folder / "smarketing.toml").write_text(CONFIG.format(kind=kind, address=place, **fields))
        sync(Workspace(folder, load(folder, words("en"))), now=NOW)
        yield crm, leads, stub.secret(address)


def is_write(asked):
    """Tell whether a request, as the CRM was asked it, changes something there."""
    path, _, headers = asked
    if headers["verb"] == "POST":
        return path.endswith(("update", "todo.add", "/tasks", "/activities"))
    return headers["verb"] == "PATCH"


def snapshot(crm):
    return copy.deepcopy(vars(crm))


def restore(crm, kept):
    vars(crm).update(copy.deepcopy(kept))
