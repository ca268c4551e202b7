"""A file that is read again: what is known of it changes nothing but the work."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sheets_sync.sources.files import FileSource
from sheets_sync.sources.mapping import FileMapping
from sheets_sync.store import open_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DEALS = FileMapping(
    path="deals.csv",
    object="deals",
    columns={"deal_id": "ID", "amount": "Amount", "stage": "Stage", "created_at": "Created"},
)
KEPT = ("deal", "quarantine", "arrival", "stage_event")
_ALL = "select columns(*)::varchar from {} order by all"


def export(rows) -> str:
    lines = (",".join((*row, "2026-11-02")) for row in rows)
    return "\n".join(["ID,Amount,Stage,Created", *lines]) + "\n"


def outcome(exports, *, is_complete: bool, is_known: bool) -> list:
    """Return what the store holds after each of the exports in turn."""
    mapping = DEALS.model_copy(update={"complete": is_complete})
    found: list = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        memory = folder / "files" if is_known else None
        store = open_store(folder, timezone="UTC", currency="RUB")
        for day, rows in enumerate(exports):
            (folder / "deals.csv").write_text(export(rows), encoding="utf-8")
            source = FileSource(mapping, folder, "salt", today=NOW.date(), memory=memory)
            arrival = store.take(source, now=NOW + timedelta(days=day))
            assert arrival.error is None
            found.append(arrival.counts)
            found += [store.raw.execute(_ALL.format(table)).fetchall() for table in KEPT]
        store.close()
    return found


rows = st.tuples(
    st.sampled_from(["1", "2", "3", " 3", "4", "", "Total"]),
    st.sampled_from(["10", "20", "many", "-5", ""]),
    st.sampled_from(["New", "Won"]),
)
NEW, WON = ("1", "10", "New"), ("1", "20", "Won")
plain = [(str(number), "10", "New") for number in range(10, 30)]
exports = st.lists(
    st.lists(rows, max_size=5).map(lambda some: plain + some), min_size=2, max_size=3
)


@settings(max_examples=8, deadline=None)
@example(sequence=[[*plain, NEW], [*plain, NEW, WON]], is_complete=True)
@example(sequence=[[*plain, NEW], [*plain, NEW, NEW]], is_complete=True)
@given(sequence=exports, is_complete=st.booleans())
def test_whatever_is_known_the_store_ends_the_same(sequence, is_complete):
    known = outcome(sequence, is_complete=is_complete, is_known=True)
    assert known == outcome(sequence, is_complete=is_complete, is_known=False)


def pages(folder, rows, since):
    (folder / "deals.csv").write_text(export(rows), encoding="utf-8")
    source = FileSource(DEALS, folder, "salt", today=NOW.date(), memory=folder / "files")
    return list(source.read(since))


def told(found):
    [page] = found
    return page.rows_read, page.rows["deal_id"].to_pylist(), page.unchanged.num_rows


def test_only_what_changed_and_what_was_remarked_on_is_typed_again(tmp_path):
    before = [*plain, ("1", "-5", "New")]
    first = pages(tmp_path, before, None)
    assert told(first) == (21, [row[0] for row in before], 0)
    after = [*plain[:-1], ("29", "11", "New"), ("1", "-5", "New"), ("2", "5", "New")]
    assert told(pages(tmp_path, after, first[0].cursor)) == (22, ["29", "1", "2"], 19)


def test_who_goes_on_from_another_cursor_reads_the_whole(tmp_path):
    first = pages(tmp_path, plain, None)
    second = pages(tmp_path, [*plain, ("1", "1", "New")], first[0].cursor)
    assert told(second) == (21, ["1"], 20)
    for since in (None, first[0].cursor):  # the second was never stored
        [page] = pages(tmp_path, [*plain, ("1", "2", "New")], since)
        assert (page.rows.num_rows, page.unchanged.num_rows) == (21, 0)


def test_a_total_is_looked_at_beside_all_rows(tmp_path):
    first = pages(tmp_path, plain, None)
    [page] = pages(tmp_path, [*plain, ("Total", "200", "")], first[0].cursor)
    assert (page.totals_dropped, page.rows.num_rows, page.unchanged.num_rows) == (1, 20, 0)
