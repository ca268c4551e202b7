"""Whatever order rows come in, the store ends as the last full export says."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.errors import LookAtSource
from sheets_sync.model import Rejection
from sheets_sync.store import Decisions, Store, open_published, open_store
from tests.store.pages import NOW, Pages, page

LATER = NOW + timedelta(days=1)
DAY = date(2026, 11, 2)


@contextmanager
def new_store(**more) -> Iterator[Store]:
    folder = Path(tempfile.mkdtemp())
    store = open_store(folder, timezone="Europe/Moscow", currency="RUB", **more)
    try:
        yield store
    finally:
        store.close()
        shutil.rmtree(folder)


@pytest.fixture
def store():
    with new_store() as made:
        yield made


def kept(store: Store, *, is_deleted: bool = False) -> set[tuple]:
    sql = "select deal_id, amount, status, created_on from deal where is_deleted = ?"
    return set(store._open().execute(sql, [is_deleted]).fetchall())


def deal(number: int, amount: int = 1, status: str = "open", **more):
    day = datetime(2026, 11, 1 + number % 20, 22, tzinfo=UTC)
    return {
        "deal_id": str(number), "amount": Decimal(amount), "status": status, "created_at": day,
    } | more  # fmt: skip


values = st.tuples(st.integers(0, 3), st.sampled_from(["open", "won"]))
exports = st.builds(
    lambda changed, gone: {
        number: value
        for number, value in {**dict.fromkeys(range(30), (2, "open")), **changed}.items()
        if number not in gone
    },
    st.dictionaries(st.integers(0, 29), values),
    st.sets(st.integers(0, 29), max_size=5),  # more at once would not be believed
)


@settings(max_examples=12, deadline=None)
@given(st.lists(exports, min_size=1, max_size=4), st.integers(1, 3))
def test_any_sequence_of_exports_ends_as_the_last_one(sequence, cuts):
    with new_store() as store:
        for export in sequence:
            rows = [deal(number, *value) for number, value in export.items()]
            twice = [deal(number, 9) for number in list(export)[:3]] + rows
            size = -(-len(twice) // cuts)
            parts = [twice[at : at + size] for at in range(0, len(twice), size)]
            last = len(parts) - 1
            pages = [page("deal", part, is_complete=at == last) for at, part in enumerate(parts)]
            first = store.take(Pages(*pages), now=NOW).counts["deal"]
            again = store.take(Pages(*pages), now=LATER).counts["deal"]
            assert first.new + first.changed + first.unchanged == len(export)
            assert (again.new, again.changed, again.gone) == (0, 0, 0)
            assert again.unchanged == len(export)
        assert {row[:3] for row in kept(store)} == {
            (str(number), Decimal(amount), status)
            for number, (amount, status) in sequence[-1].items()
        }
        touched = "select count(*) from deal where loaded_at = ?"
        assert store._open().execute(touched, [LATER]).fetchall() == [(0,)]


def test_counts_tell_new_changed_unchanged_and_gone(store):
    start = [deal(number) for number in range(10)]
    store.take(Pages(page("deal", start, is_complete=True)), now=NOW)
    following = [deal(0, 5), *start[1:9], deal(50)]
    found = store.take(Pages(page("deal", following, is_complete=True)), now=LATER).counts["deal"]
    assert (found.new, found.changed, found.unchanged, found.gone) == (1, 1, 8, 1)
    assert {row[0] for row in kept(store, is_deleted=True)} == {"9"}


def test_what_vanishes_all_at_once_is_not_believed(store):
    store.take(Pages(page("deal", [deal(n) for n in range(10)], is_complete=True)), now=NOW)
    found = store.take(Pages(page("deal", [deal(0)], is_complete=True)), now=LATER).counts["deal"]
    assert (found.gone, found.not_believed) == (0, 9)
    assert len(kept(store)) == 10


def test_an_id_that_comes_back_is_there_again(store):
    full = Pages(page("deal", [deal(n) for n in range(10)], is_complete=True))
    store.take(full, now=NOW)
    store.take(Pages(page("deal", [deal(n) for n in range(9)], is_complete=True)), now=NOW)
    assert len(kept(store)) == 9
    store.take(full, now=LATER)
    assert len(kept(store)) == 10


def test_the_newer_row_wins_within_and_across_reads(store):
    old, new = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
    rows = [deal(1, 7, updated_at=new), deal(1, 3, updated_at=old)]
    store.take(Pages(page("deal", rows)), now=NOW)
    store.take(Pages(page("deal", [deal(1, 4, updated_at=old)])), now=LATER)
    assert [row[1] for row in kept(store)] == [Decimal(7)]


def spend(name: str, cost: int, day: date = DAY, cabinet: str = "a"):
    return {"row_id": name, "day": day, "cabinet": cabinet, "level": "campaign", "cost": cost}


def test_spend_of_the_days_that_come_again_is_replaced(store):
    second = DAY + timedelta(days=1)
    first = [spend("1", 10), spend("2", 20), spend("3", 30, second), spend("4", 5, DAY, "b")]
    store.take(Pages(page("ad_spend", first)), now=NOW)
    store.take(Pages(page("ad_spend", [spend("1", 10), spend("5", 25)])), now=LATER)
    found = store._open().execute("select row_id from ad_spend order by row_id").fetchall()
    assert found == [("1",), ("3",), ("4",), ("5",)]


def test_the_cursor_is_kept_with_the_rows_and_handed_back(store):
    store.take(Pages(page("deal", [deal(1)], cursor="first")), now=NOW)
    source = Pages()
    store.take(source, now=NOW)
    assert source.since == "first"
    store.forget_cursors()
    store.take(source, now=NOW)
    assert source.since is None


def test_a_source_that_fails_leaves_what_was_committed(store):
    good, lost = page("deal", [deal(1)], cursor="one"), page("deal", [deal(2)])
    source = Pages(good, lost, error=LookAtSource("file_missing", path="x.csv"))
    arrival = store.take(source, now=NOW)
    assert arrival.error is source.error
    assert {row[0] for row in kept(store)} == {"1"}
    assert store._open().execute("select error from failure").fetchall() == [("file_missing",)]
    store.take(Pages(page("deal", [deal(1), deal(2)])), now=LATER)
    assert store._open().execute("select error from failure").fetchall() == []


def test_quarantine_knows_when_a_row_was_first_and_last_rejected(store):
    wrong = Rejection("deal", "x.csv", 3, "amount", "n" * 500, "not_a_number", False)
    source = Pages(page("deal", [deal(1)], rejected=(wrong,), is_complete=True))
    store.take(source, now=NOW)
    arrival = store.take(source, now=LATER)
    assert arrival.counts["deal"].quarantined == 1
    [(value, first, last)] = (
        store._open().execute("select value, first_seen, last_seen from quarantine").fetchall()
    )
    assert (len(value), last - first) == (200, timedelta(days=1))
    store.take(Pages(page("deal", [deal(1)], is_complete=True)), now=LATER)
    assert store._open().execute("select count(*) from quarantine").fetchall() == [(0,)]


def test_days_are_cut_in_the_company_zone_and_again_when_it_moves(store):
    store.take(Pages(page("deal", [deal(1)])), now=NOW)
    assert [row[3] for row in kept(store)] == [date(2026, 11, 3)]
    store.close()
    moved = open_store(store.folder, timezone="America/New_York", currency="RUB")
    assert [row[3] for row in kept(moved)] == [date(2026, 11, 2)]
    moved.close()


def test_readers_keep_their_copy_until_they_open_the_next(store):
    with pytest.raises(FileNotFoundError):
        open_published(store.folder)
    store.take(Pages(page("deal", [deal(1)])), now=NOW)
    store.publish()
    count = "select count(*) from deals_now"
    old = open_published(store.folder)
    store.take(Pages(page("deal", [deal(2)])), now=NOW)
    store.publish()
    assert old.execute(count).fetchall() == [(1,)]
    old.close()
    new = open_published(store.folder)
    assert new.execute(count).fetchall() == [(2,)]
    new.close()


def test_a_repeated_contact_a_test_and_a_second_export_count_once(store):
    day = datetime(2026, 11, 2, 9, tzinfo=UTC)
    leads = [
        {"lead_id": "1", "created_at": day, "contact_key": "a", "channel": "vk"},
        {"lead_id": "2", "created_at": day + timedelta(days=9), "contact_key": "a"},
        {"lead_id": "3", "created_at": day + timedelta(days=80), "contact_key": "a"},
        {"lead_id": "4", "created_at": day, "is_test": True},
    ]
    store.take(Pages(page("lead", leads)), now=NOW)
    store.take(Pages(page("lead", leads[:1]), name="again"), now=NOW)
    won = {"deal_id": "d", "lead_id": "2", "status": "won", "closed_at": day}
    store.take(Pages(page("deal", [won]), name="deals"), now=NOW)
    run = store.connection.execute
    assert run("select lead_id, is_won from leads_now order by 1").fetchall() == [
        ("1", True),
        ("3", False),
    ]
    assert run("select lead_id, channel from deals_now").fetchall() == [("1", "vk")]


def test_people_outrank_the_crm_and_rates_are_never_one(store):
    day = datetime(2026, 11, 2, 9, tzinfo=UTC)
    leads = [{"lead_id": "1", "created_at": day, "is_target": True}]
    deals = [deal(1, 10, "won", currency="USD", closed_at=day)]
    store.take(Pages(page("lead", leads), page("deal", deals)), now=NOW)
    run = store.connection.execute
    unknown = "select amount_base, is_without_rate from deals_now"
    assert run(unknown).fetchall() == [(None, True)]
    store.apply(Decisions(verdict=[("1", "spam", None)], fx=[(date(2026, 10, 1), "USD", 90.0)]))
    run = store.connection.execute
    assert run(unknown).fetchall() == [(Decimal(900), False)]
    assert run("select verdict_text, decided_by from leads_now").fetchall() == [("spam", "sheet")]
