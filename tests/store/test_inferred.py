"""Where nobody keeps the history of stages, two states of a deal tell that it has moved."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from sheets_sync.model import Page, arrow_schema
from sheets_sync.store_intake import Batch
from tests.sources.rest.desk import cleared, store

NOW = datetime(2026, 11, 26, tzinfo=UTC)
LATER = datetime(2026, 11, 27, tzinfo=UTC)
MOVED = datetime(2026, 11, 26, 15, tzinfo=UTC)


@pytest.fixture
def connection():
    return cleared(store())


def page(name, *rows):
    return Page(name, pa.Table.from_pylist([*rows], schema=arrow_schema(name)))


def take(connection, *pages, source="deals.csv", now=NOW):
    batch = Batch(connection, source, now)
    for each in pages:
        batch.add(each)
    batch.commit()


def events(connection):
    return connection.execute(
        'select entity_id, epoch("at"), from_stage, to_stage, is_inferred from stage_event'
        " order by 1, 2"
    ).fetchall()


def deal(stage, **fields):
    return {"deal_id": "1", "stage": stage, **fields}


def test_a_stage_that_differs_is_a_move_of_the_time_of_the_change(connection):
    take(connection, page("deal", deal("New")))
    take(connection, page("deal", deal("New", title="Named")))
    assert events(connection) == []
    take(connection, page("deal", deal("Proposal", updated_at=MOVED)), now=LATER)
    assert events(connection) == [("1", MOVED.timestamp(), "New", "Proposal", True)]
    take(connection, page("deal", deal("Proposal", updated_at=MOVED)), now=LATER)
    assert len(events(connection)) == 1


def test_without_a_time_of_change_the_time_of_the_sync_is_taken(connection):
    take(connection, page("lead", {"lead_id": "1", "stage": "New"}))
    take(connection, page("lead", {"lead_id": "1", "stage": "Spam"}), now=LATER)
    assert events(connection) == [("1", LATER.timestamp(), "New", "Spam", True)]


def test_a_source_that_tells_its_history_is_believed(connection):
    take(connection, page("stage_event"), page("deal", deal("New")))
    take(connection, page("stage_event"), page("deal", deal("Won")))
    assert events(connection) == []


def test_what_is_told_afterwards_replaces_what_was_inferred(connection):
    take(connection, page("deal", deal("New")))
    take(connection, page("deal", deal("Won")), now=LATER)
    told = {"event_id": "e", "entity": "deal", "entity_id": "1", "at": NOW, "to_stage": "Won"}
    take(connection, page("stage_event", told), source="history.csv")
    assert events(connection) == [("1", NOW.timestamp(), None, "Won", None)]
    take(connection, page("deal", deal("New")), now=LATER)
    assert len(events(connection)) == 1
