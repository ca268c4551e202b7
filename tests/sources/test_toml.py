"""A mapping is written and read back."""

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.sources.mapping import FileMapping, NumberFormat, TableMapping
from sheets_sync.sources.moment import ORDERS
from sheets_sync.sources.toml import render
from templates.words import load

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FORMS = st.builds(
    NumberFormat,
    decimal=st.sampled_from([".", ",", "ambiguous"]),
    thousands=st.sampled_from(["", ".", ","]),
    is_percent=st.booleans(),
)
MAPPINGS = st.builds(
    FileMapping,
    object=st.just("deals"),
    path=TEXT,
    encoding=TEXT,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    sheet=st.none() | TEXT,
    header_row=st.integers(1, 99),
    columns=st.dictionaries(st.sampled_from(["deal_id", "amount", "created_at"]), TEXT),
    dates=st.dictionaries(st.just("created_at"), st.sampled_from(ORDERS)),
    numbers=st.dictionaries(st.just("amount"), FORMS),
    values=st.dictionaries(st.just("status"), st.dictionaries(TEXT, TEXT, min_size=1)),
    null_words=st.tuples(TEXT),
    nulls=st.dictionaries(st.just("manager"), st.tuples(TEXT, TEXT)),
    defaults=st.dictionaries(st.just("currency"), TEXT),
    complete=st.booleans(),
    cabinet=st.none() | TEXT,
    vat=st.none() | st.booleans(),
)


TABLES = st.builds(
    TableMapping,
    object=st.sampled_from(["deals", "spend"]),
    url=st.sampled_from(["sqlite:///crm.db", "postgresql://me@db.company.com:5433/crm"]),
    secret=st.sampled_from(["", "env:CRM_DB", "file:a/b"]),
    table=TEXT.filter(bool),
    timezone=st.sampled_from(["", "UTC"]),
    columns=st.dictionaries(st.sampled_from(["currency"]), TEXT),
    complete=st.booleans(),
    null_words=st.tuples(TEXT),
)


@given(MAPPINGS | TABLES, st.sampled_from(["ru", "en"]))
@settings(max_examples=100, deadline=None)
def test_round_trip(mapping, language):
    written = tomllib.loads(render(mapping, load(language)))
    [(section, [table])] = written.items()
    made = {"files": FileMapping, "tables": TableMapping}[section]
    assert made.model_validate(table) == mapping
