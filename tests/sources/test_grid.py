"""Typed cells of a spreadsheet become the same texts one by one and a column at once."""

from datetime import date, datetime, time, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sheets_sync.sources.desk import desk
from sheets_sync.sources.grid import column_texts, texts
from sheets_sync.sources.raw import Layout, load_raw

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
PRICES = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)
CELLS = st.one_of(
    st.sampled_from(["", " ", "1 000,5"]),
    NUMBERS,
    PRICES,
    st.integers(-(10**18), 10**18),
    st.booleans(),
    st.datetimes(),
    st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    st.dates(),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=2)),
)
COLUMNS = st.one_of(st.lists(PRICES), st.lists(NUMBERS), st.lists(st.datetimes()), st.lists(CELLS))


@settings(deadline=None)
@given(COLUMNS)
@example([])
@example([1e300, -0.0, 123456789012345.0])
@example([datetime(2026, 11, 2), date(2026, 11, 2), ""])  # noqa: DTZ001
def test_a_column_at_once_is_as_cell_by_cell(cells):
    assert column_texts(cells).to_pylist() == texts(cells)


def test_only_wanted_columns_are_kept_and_rows_of_blanks_left_out(tmp_path):
    path = tmp_path / "export.xlsx"
    book = Workbook()
    for row in (["title"], ["id", "name", "sum", "paid"], [1, "Анна", 2.5, time(9)], [None, " "]):
        book.active.append(row)
    book.active.append([2, "", None, True])
    book.save(path)
    with desk() as connection:
        raw = load_raw(connection, path, Layout(header_row=2), {"sum", "paid"})
        rows = connection.execute("select * from raw order by line").fetchall()
    assert (raw.headers, raw.rows) == (("id", "name", "sum", "paid"), 2)
    assert rows == [(3, "\x1f1", "\x1f2.5", "09:00:00"), (5, "\x1f2", "", "true")]
