"""Dates as people write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.sources.moment import ORDERS, moment_sql, parse_moment, split_sql

ZONE = "Asia/Yekaterinburg"  # no clock changes since 2014
STATED = [order for order in ORDERS if order != "ambiguous"]
MONTHS = "Jan|февраля|Mar|мая|June|окт\\.|December"
DATES = st.from_regex(
    r"\A(20(1[5-9]|2[0-9])[-./][0-9]{1,2}[-./][0-9]{1,2}"
    r"|[0-9]{1,2}[-./ ][0-9]{1,2}[-./ ](20[12][0-9]|[0-9]{2})"
    rf"|[0-9]{{1,2}} ({MONTHS}) 20[12][0-9]( г\.)?|({MONTHS}) [0-9]{{1,2}}, 20[12][0-9]"
    r"|20[12][0-9]{5})"
    r"([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?( ?[aApP][mM])?(Z|[-+]0[0-9]:?[03]0)?)?\Z"
)
COUNTED = st.from_regex(r"\A\x1f?4[0-9]{4}(\.[0-9]{1,9})?\Z|\A1[4-9][0-9]{8}([0-9]{3})?\Z")
TEXTS = st.one_of(DATES, COUNTED, st.text(max_size=12))


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("03.04.2026", "dmy", "2026-04-03 00:00"),
        ("03/04/2026", "mdy", "2026-03-04 00:00"),
        ("26-02-2018 19:58", "dmy", "2018-02-26 19:58"),
        ("2026-11-03T10:00:00+03:00", "dmy", "2026-11-03 07:00"),
        ("2026-11-03 10:00:00Z", "ymd", "2026-11-03 10:00"),
        ("Nov 3, 2026 10:30 PM", "mdy", "2026-11-03 22:30"),
        ("3 ноября 2026 г.", "dmy", "2026-11-03 00:00"),
        ("1.2.26", "dmy", "2026-02-01 00:00"),
        ("45000.5", "serial", "2023-03-15 12:00"),
        ("\x1f45000", "dmy", "2023-03-15 00:00"),
        ("\x1f2026-11-03 10:00:00", "dmy", "2026-11-03 10:00"),
        ("1700000000", "unix", "2023-11-14 22:13:20"),
        ("31.02.2026", "dmy", None),
        ("13/04/2026", "mdy", None),
        ("03/04/2026", "ymd", None),
        ("2026-11-03 24:00", "ymd", None),
        ("скоро", "dmy", None),
        ("", "dmy", None),
    ],
)
def test_moments(text, order, moment):
    expected = None if moment is None else datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert parse_moment(text, order, "UTC") == expected


@given(st.lists(TEXTS, min_size=1, max_size=50), st.sampled_from(STATED))
@settings(max_examples=25, deadline=None)
def test_sql_reads_what_python_reads(database, texts, order):
    texts = [text.replace("\x00", "").strip() for text in texts]
    rows = database.execute(
        f"select epoch_us({moment_sql('t', 's', order, ZONE)}) from "
        f"(select t, {split_sql('t')} as s from (select unnest(?::varchar[]) as t))",
        [texts],
    )
    moments = [parse_moment(text, order, ZONE) for text in texts]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    expected = [
        None if moment is None else round((moment - epoch).total_seconds() * 1_000_000)
        for moment in moments
    ]
    assert [row[0] for row in rows.fetchall()] == expected
