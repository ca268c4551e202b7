"""The first time that somebody turned to a lead is the first answer, where the lead tells none."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from sheets_sync.model import Page, arrow_schema
from sheets_sync.store import open_store

NOW = datetime(2026, 11, 26, tzinfo=UTC)
MADE = datetime(2026, 11, 20, 9, tzinfo=UTC)
TOLD = datetime(2026, 11, 20, 10, tzinfo=UTC)


class Told:
    name = "crm"

    def __init__(self, **objects):
        self.objects = objects

    def read(self, _since, /):
        for name, rows in self.objects.items():
            yield Page(name, pa.Table.from_pylist(rows, schema=arrow_schema(name)))


def lead(id_, **fields):
    return {"lead_id": id_, "created_at": MADE, **fields}


def touch(id_, entity, of, hour):
    return {"touch_id": id_, "entity": entity, "entity_id": of, "at": MADE.replace(hour=hour)}


@pytest.fixture
def store(tmp_path):
    made = open_store(tmp_path, timezone="UTC", currency="RUB")
    yield made
    made.close()


def test_the_first_touch_after_a_lead_came_is_its_answer(store):
    leads = [
        lead("1"),
        lead("2", deal_id="d"),
        lead("3", contact_key="k"),
        lead("4", first_touch_at=TOLD),
        lead("5"),
    ]
    touches = [
        touch("a", "lead", "1", 8),
        touch("b", "lead", "1", 14),
        touch("c", "lead", "1", 12),
        touch("d", "deal", "d", 13),
        touch("e", "contact", "k", 15),
        touch("f", "lead", "4", 16),
        touch("g", "deal", "5", 17),
    ]
    store.take(Told(lead=leads, touch=touches), now=NOW)
    found = store.connection.execute(
        "select lead_id, hour(first_touch_at), first_touch_on is null from leads_now order by 1"
    ).fetchall()
    assert found == [
        ("1", 12, False),
        ("2", 13, False),
        ("3", 15, False),
        ("4", 10, False),
        ("5", None, True),
    ]
