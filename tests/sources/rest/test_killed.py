"""A sync that is killed with -9 at any answer of the CRM: the next one ends right."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sheets_sync.store import open_store
from tests.sources.rest.desk import NOW, desk

READ = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from sheets_sync.sources.rest import bitrix24_calls, connector_of, source
from sheets_sync.sources.rest.source import CrmSource
from sheets_sync.sources.rest.web import Clock
from sheets_sync.store import open_store

told = json.loads(sys.argv[1])
source.GROUP, bitrix24_calls.PAGE = 4, 3
connector = connector_of(told["kind"])
clock = Clock(sleep=lambda _: None)
door = connector.door(told["address"], told["secret"])
store = open_store(Path(told["folder"]), timezone="UTC", currency="RUB")
arrival = store.take(CrmSource(connector, door, "salt", "RUB", clock=clock), now=datetime.now(UTC))
store.close()
assert arrival.error is None, arrival.error
"""


def begin(desk, kind, folder):
    told = {
        "kind": kind,
        "address": desk.source.door.site,
        "secret": desk.secret,
        "folder": str(folder),
    }
    return subprocess.Popen(
        [sys.executable, "-c", READ, json.dumps(told)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        stderr=subprocess.PIPE,
    )


def kill_at(desk, kind, folder, answers):
    """Begin a sync, and kill it when the CRM has been asked so often; tell whether that came."""
    del desk.crm.asked[:]
    program = begin(desk, kind, folder)

    def kill():
        program.kill()
        program.wait()

    desk.crm.meanwhile.clear()
    desk.crm.meanwhile.extend([*[None] * (answers - 1), kill])
    _, errors = program.communicate(timeout=60)
    desk.crm.meanwhile.clear()
    assert program.returncode in {0, -9}, errors.decode()
    return program.returncode == -9


@pytest.mark.parametrize("kind", ["bitrix24", "amocrm", "hubspot", "pipedrive"])
def test_killed_at_some_answers_the_next_sync_ends_right(kind, connection, tmp_path):
    with desk(kind, connection) as made:
        for place in range(10):
            made.crm.create(title=f"Deal {place}", amount=place)
            made.crm.now += 900
            made.crm.edit(made.crm.born, stage=place % 3)
        killed = 0
        for answers in (6, 8, 11):
            killed += kill_at(made, kind, tmp_path, answers)
            made.crm.edit(answers, amount=1000 + answers) if answers in made.crm.deals else None
        assert killed >= 2
        store = open_store(tmp_path, timezone="UTC", currency="RUB")
        arrival = store.take(made.source, now=NOW)
        assert arrival.error is None
        made.connection = store.connection
        assert made.stored() == made.expected()
        assert made.events() == made.moves()
        store.close()
