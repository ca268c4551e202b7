"""Numbers as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.sources.number import number_sql, parse_money

FORMS = ((",", "."), (".", ","), (".", ""), (",", ""))
SHAPES = st.from_regex(
    r"\A[-−(+]?[€$₽ ]{0,2}[0-9]{0,4}([ .,'\u00a0\u202f][0-9]{1,3}){0,3}[.,]?[0-9]{0,6}"
    r"( ?(руб\.?|₽|USD|zł))?[-)%]?\Z"
)
SHEETS = st.from_regex(r"\A\x1f-?[0-9]{1,18}(\.[0-9]{1,9})?\Z")
TEXTS = st.one_of(
    SHAPES, SHEETS, st.text(max_size=12), st.from_regex(r"\A-?[0-9]{1,18}(\.[0-9]{1,9})?\Z")
)


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("€ 3.500,00", (",", "."), "3500.00"),
        ("€ 11398,00", (",", "."), "11398.00"),
        ("1 000,5", (",", "."), "1000.50"),
        ("1\u00a0234,56\u00a0₽", (",", "."), "1234.56"),
        ("1\u2009234\u202f567,8", (",", "."), "1234567.80"),
        ("1'000.5", (".", ","), "1000.50"),
        ("12 500 руб.", (",", "."), "12500.00"),
        ("USD 1,234.5", (".", ","), "1234.50"),
        ("(1,000)", (".", ","), "-1000.00"),
        ("−7,5", (",", "."), "-7.50"),
        ("500-", (".", ","), "-500.00"),
        ("1,00,000", (".", ","), "100000.00"),
        ("2.675", (".", ""), "2.68"),
        ("\x1f12.5", (",", "."), "12.50"),
        ("12 34", (",", "."), None),
        ("1.23.4", (".", ","), None),
        ("по договорённости", (",", "."), None),
        ("NaN", (".", ","), None),
        ("inf", (".", ","), None),
        ("", (".", ","), None),
        ("99999999999999999", (".", ","), None),
    ],
)
def test_money(text, form, value):
    decimal, thousands = form
    found = parse_money(text, decimal=decimal, thousands=thousands)
    assert found == (None if value is None else Decimal(value))


@given(st.lists(TEXTS, min_size=1, max_size=50), st.sampled_from(FORMS))
@settings(max_examples=25, deadline=None)
def test_sql_reads_what_python_reads(database, texts, form):
    decimal, thousands = form
    texts = [text.strip() for text in texts]
    split, digits = number_sql("t", decimal=decimal, thousands=thousands)
    value = f"try_cast({digits.format(text='t', split='s')} as decimal(18, 2))"
    rows = database.execute(
        f"select {value} from (select t, {split} as s from (select unnest(?::varchar[]) as t))",
        [[text.replace("\x00", "") for text in texts]],
    )
    expected = [
        parse_money(text.replace("\x00", ""), decimal=decimal, thousands=thousands)
        for text in texts
    ]
    assert [row[0] for row in rows.fetchall()] == expected
