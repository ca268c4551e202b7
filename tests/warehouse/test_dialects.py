"""Every SQL text that may run in a warehouse is understood by each of the four."""

import re
from datetime import date

import pytest
import sqlglot

from sheets_sync.store import open_store
from sheets_sync.store_compute import compute
from sheets_sync.store_cube import measures
from sheets_sync.store_schema import VIEWS, view
from sheets_sync.warehouse.dialect import MAKING, Translator, literal, parse
from sheets_sync.warehouse.session import Found, Session
from tests.warehouse import typed
from tests.warehouse.agree import FEW, tables
from tests.warehouse.engines import Library, mapped

DIALECTS = ("spark", "postgres", "clickhouse", "bigquery")
COMPANY = {"timezone": "Europe/Moscow", "currency": "RUB", "dup_days": 30}
LEFT = re.compile(r"\bfilter\s*\(\s*where|\bquantile_cont\(|\btimezone\(\(", re.IGNORECASE)
"""DuckDB's words that others do not know."""


class Silent:
    """A warehouse without any rows that writes down what it is asked."""

    def __init__(self, dialect):
        self.dialect, self.asked = dialect, []

    def run(self, sql, /):
        self.asked.append(sql)
        return []

    def make(self, table, query, /):
        for step in MAKING.get(self.dialect, ("{query}",)):
            self.asked.append(step.format(name=table, query=query))


class Echo(Session):
    """A session that goes on with what DuckDB finds in no rows."""

    def _execute_there(self, sql, statement, parameters):
        super()._execute_there(sql, statement, parameters)
        found = self.here.execute(sql, parameters)
        return Found(found.description, found.fetchall() if statement.makes is None else ())


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("name", "text"), [*measures().items(), *((name, view(name)) for name in VIEWS)]
)
def test_measures_and_views_are_understood(name, text, dialect):
    written = Translator(dialect, COMPANY, mapped("crm.{}")).write(
        parse(text).query, (), lambda _: ["a", "b"]
    )
    assert sqlglot.parse_one(written, dialect=dialect), name
    assert not LEFT.search(written)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_whatever_a_sync_asks_is_understood(dialect, tmp_path):
    there = Silent(dialect)
    store = open_store(tmp_path, timezone="Europe/Moscow", currency="RUB")
    store.apply(typed.decided(typed.usable()))
    session = Echo(store.raw, there, mapped("crm.{}"))
    session.begin()
    compute(session)
    for _ in tables(session, FEW):
        pass
    store.close()
    assert len(there.asked) > 150
    for sql in there.asked:
        assert not LEFT.search(sql), sql
        if dialect == "clickhouse":
            continue
        for tree in sqlglot.parse(sql, dialect=dialect):
            assert tree is not None
            assert not tree.find(sqlglot.exp.Command) or "ANALYZE" in sql
    if dialect == "clickhouse":  # sqlglot cannot read all that ClickHouse's own parser can
        texts = ", ".join(f"({literal(sql, dialect)})" for sql in there.asked)
        own = Library()
        own.session.query("set max_query_size = 100000000")
        own.run(f"select formatQuery(c0) from values('c0 String', {texts})")
        own.close()


def test_a_week_begins_on_monday_in_bigquery():
    query = parse("select date_trunc('week', day) as w from ad_spend").query
    text = Translator("bigquery", COMPANY, mapped("crm.{}")).write(query, (), lambda _: ())
    assert "ISOWEEK" in text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_text_stays_a_text(dialect):
    said = 'it\'s \\ odd; "drop"\n'
    [value] = sqlglot.parse_one(f"select {literal(said, dialect)}", dialect=dialect).expressions
    assert value.name == said
    query = parse("select 1 as a from lead where channel = $channel and created_on > $day").query
    given = {"channel": said, "day": date(2026, 11, 1)}
    text = Translator(dialect, COMPANY, mapped("crm.{}")).write(query, given, lambda _: ())
    texts = {
        each.name
        for each in sqlglot.parse_one(text, dialect=dialect).find_all(sqlglot.exp.Literal)
        if each.is_string
    }
    assert {said, "2026-11-01"} <= texts


def test_a_query_that_nobody_may_run_is_refused():
    with pytest.raises(TypeError):
        parse("insert into plan select * from lead")
