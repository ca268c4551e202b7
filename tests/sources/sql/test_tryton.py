"""The database of a CRM made by others: its ORM makes the edits, and says what there is."""

import json
import random
import subprocess
import sys
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pytest

from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.database import Database
from sheets_sync.sources.mapping import ANY, TableMapping
from sheets_sync.sources.tables import TableSource
from sheets_sync.store_intake import Batch
from tests.sources.rest.desk import NOW, cleared

ROOT = Path(__file__).parents[3]
STATUS = {"won": "won", "lost": "lost", "cancelled": "lost", ANY: "open"}
QUERY = "select o.*, coalesce(write_date, create_date) as changed from sale_opportunity as o"
DEALS, STEPS = 20, 30


@pytest.fixture(scope="module")
def tryton(tmp_path_factory, pytestconfig):
    """Start Tryton; lend what tells it something, and its database."""
    folder = tmp_path_factory.mktemp("tryton")
    kept = pytestconfig.cache.mkdir(f"tryton-{version('trytond-sale-opportunity')}")
    call = [sys.executable, "-m", "tests.sources.sql.tryton", str(folder), str(kept)]
    with subprocess.Popen(
        call, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert json.loads(program.stdout.readline()) == "ready"

        def tell(*told):
            program.stdin.write(json.dumps(told) + "\n")
            program.stdin.flush()
            return json.loads(program.stdout.readline())

        yield tell, folder / "crm.sqlite"
        program.stdin.close()


def source(path, changed):
    mapping = TableMapping(
        object="deals",
        url=f"sqlite:///{path}",
        query=QUERY,
        changed=changed,
        timezone="UTC",
        columns={
            "deal_id": "id", "title": "description", "amount": "amount", "stage": "state",
            "status": "state", "created_at": "create_date", "updated_at": "changed",
        },
        values={"status": STATUS},
    )  # fmt: skip
    around = Circumstances("Europe/Moscow", "salt", date(2026, 11, 26), "RUB")
    return TableSource(mapping, lambda: Database(mapping.url), around)


def sync(read, facts):
    found = facts.execute("select cursor from cursor").fetchone()
    batch = Batch(facts, read.name, NOW)
    for page in read.read(found[0] if found else None):
        batch.add(page)
    batch.commit()
    return batch.counts.values()


def stored(facts):
    rows = facts.execute(
        "select deal_id, title, amount, stage, status from deal where not is_deleted"
    )
    return {row[0]: row[1:] for row in rows.fetchall()}


def expected(tell):
    return {
        id_: (title, Decimal(amount) if amount else None, state, STATUS.get(state, "open"))
        for id_, (title, amount, state) in tell("all").items()
    }


def edit(tell, choose):
    """Do something that people do to opportunities."""
    ids = [int(id_) for id_, row in tell("all").items() if row[2] == "lead"]
    title, amount = f"=Deal {choose.random()}", f"{choose.randrange(10**6)}.50"
    if ids and choose.random() < 0.1:
        tell("delete", choose.choice(ids))
    elif ids and choose.random() < 0.2:
        tell("lost", choose.choice(ids))
    elif ids and choose.random() < 0.6:
        tell("write", choose.choice(ids), {"description": title, "amount": amount})
    else:
        tell("create", {"description": title, "amount": choose.choice([amount, None])})


@pytest.mark.parametrize("changed", ["changed", ""])
def test_the_store_equals_the_crm_whatever_its_orm_does(tryton, facts, changed):
    tell, path = tryton
    cleared(facts)
    read, choose = source(path, changed), random.Random(len(changed))  # noqa: S311
    for number in range(DEALS):
        tell("create", {"description": f"Deal {number}", "amount": "10.50"})
    for _ in range(STEPS):
        edit(tell, choose)
        if choose.random() < 0.4:
            sync(read, facts)
            assert stored(facts) == expected(tell)
    sync(read, facts)
    assert stored(facts) == expected(tell)
    assert len(stored(facts)) > DEALS / 2
    assert sum(count.new + count.changed + count.gone for count in sync(read, facts)) == 0
