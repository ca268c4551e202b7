"""What goes wrong with a database is said in words, without the password; nothing is changed."""

import pytest
import sqlalchemy as sa

from sheets_sync.errors import FixConfig, LookAtSource, SmarketingError
from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.database import Database, Rows
from sheets_sync.sources.mapping import TableMapping
from sheets_sync.sources.tables import TableSource
from templates.words import load
from tests.sources.sql.desk import COLUMNS, FIRST, engine_of
from tests.sources.sql.postgres import PASSWORD

WORDS = [load("ru"), load("en")]
postgresql = pytest.mark.postgresql


def pages(url, secret=PASSWORD, **parts):
    told = {"object": "deals", "url": url, "columns": COLUMNS, "table": "deal"} | parts
    if "query" in parts:
        del told["table"]
    source = TableSource(
        TableMapping(**told),
        lambda: Database(url, secret),
        Circumstances("UTC", "salt", None, "RUB"),
    )
    return list(source.read(None))


def failure(url, secret=PASSWORD, **parts):
    with pytest.raises(SmarketingError) as raised:
        pages(url, secret, **parts)
    for words in WORDS:
        assert secret not in raised.value.say(words)
    return raised.value


def rows(url, **parts):
    return [row for page in pages(url, **parts) for row in page.rows.to_pylist()]


def test_no_such_table_and_which_there_are(desk):
    error = failure(desk.url, table="dael")
    assert (error.id, error.exit_code) == ("sql_no_table", 3)
    assert "deal" in error.parts["near"].split(", ")


def test_no_such_column(desk):
    error = failure(desk.url, columns={"deal_id": "id", "amount": "sum"})
    assert error.id == "column_vanished"
    assert "amount" in error.parts["found"]


def test_no_such_column_of_the_last_change(desk):
    assert failure(desk.url, changed="modified").id == "sql_no_changed"


def test_a_last_change_that_is_no_time(desk):
    desk.create(title="soon")
    mapping = desk.source.mapping.model_copy(update={"changed": "Title, as sold"})
    source = TableSource(mapping, lambda: Database(desk.url, PASSWORD), desk.source.around)
    cursor = list(source.read(None))[-1].cursor
    with pytest.raises(LookAtSource, match="sql_no_time"):
        list(source.read(cursor))


def test_a_query_that_is_none(desk):
    error = failure(desk.url, query="select * frum deal")
    assert error.id == "sql_failed"
    assert "syntax" in error.parts["why"]


def test_a_query_with_all_that_means_something_to_a_driver(desk):
    desk.create()
    query = (
        "select id, ':x 12:30 %s %(y)s \\:z' as \"Title, as sold\", 1.5 as amount,"
        " created, changed from deal; "
    )
    [row] = rows(desk.url, query=query)
    assert row["title"] == ":x 12:30 %s %(y)s \\:z"
    assert row["deal_id"] == str(FIRST + 1)


def test_a_missing_file(tmp_path):
    assert failure(f"sqlite:///{tmp_path}/none.db").id == "file_missing"
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "crm.db").write_text("hello, " * 1000)
    assert failure(f"sqlite:///{tmp_path}/crm.db").id == "sql_failed"


def test_a_driver_that_is_not_installed():
    error = failure("postgresql+pygresql://me@127.0.0.1/crm")
    assert isinstance(error, FixConfig)
    assert error.id == "sql_driver"


@postgresql
@pytest.mark.parametrize(
    ("change", "secret"),
    [
        (("/postgres", "/none"), PASSWORD),
        (("owner@", "stranger@"), PASSWORD),
        ((":", ":"), "another word"),
        (("127.0.0.1:", "127.0.0.1:1"), PASSWORD),  # a port beyond the last
    ],
)
def test_a_server_that_does_not_let_us_in(postgres, change, secret):
    error = failure(postgres.replace(*change), secret)
    assert error.id in {"sql_unreachable", "sql_address"}
    assert error.exit_code in {2, 3}


@postgresql
def test_a_table_that_may_not_be_read(postgres):
    with engine_of(postgres).begin() as database:
        database.exec_driver_sql("drop table if exists secret_deal")
        database.exec_driver_sql("create table secret_deal (id int, amount int)")
        database.exec_driver_sql("drop role if exists reader")
        spelled = PASSWORD.replace("%", "%%")
        database.exec_driver_sql(f"create role reader login password '{spelled}'")
    url = postgres.replace("owner@", "reader@")
    error = failure(url, table="secret_deal", columns={"deal_id": "id", "amount": "amount"})
    assert error.id == "sql_denied"


@postgresql
def test_nothing_can_be_changed(postgres):
    with engine_of(postgres).begin() as database:
        database.exec_driver_sql("drop table if exists kept")
        database.exec_driver_sql("create table kept (id int)")
        database.exec_driver_sql(
            "create or replace function change() returns int language sql as"
            " 'insert into kept values (1) returning id'"
        )
    columns = {"deal_id": "id", "amount": "id"}
    error = failure(postgres, query="select change() as id", columns=columns)
    assert "read-only" in error.parts["why"]
    with engine_of(postgres).begin() as database:
        assert database.exec_driver_sql("select count(*) from kept").scalar() == 0


@postgresql
def test_values_that_are_none_spoil_nothing_else(postgres):
    query = """
        select 1 as id, 'infinity'::timestamptz as born, 5::numeric as amount,
            '{"a": 1}'::jsonb as x
        union all select 2, '0044-03-15 BC'::timestamptz, 'NaN', null
        union all select 3, '2026-11-26 10:00+03'::timestamptz, 7.25, '[1, "ю"]'
        union all select 4, null, 1e20, 'null'
    """
    columns = {"deal_id": "id", "created_at": "born", "amount": "amount", "title": "x"}
    [page] = pages(postgres, query=query, columns=columns)
    found = {row["deal_id"]: row for row in page.rows.to_pylist()}
    assert sorted(found) == ["1", "3"]
    assert found["1"]["created_at"] is None
    assert found["3"]["created_at"].isoformat() == "2026-11-26T07:00:00+00:00"
    assert (found["1"]["title"], found["3"]["title"]) == ('{"a": 1}', '[1, "ю"]')
    assert sorted((each.file.rpartition(" ")[2], each.reason) for each in page.rejected) == [
        ("1", "not_a_date"), ("2", "not_a_date"), ("2", "not_finite"), ("4", "too_large"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["uuid", "bytea", "interval", "text[]", "int4range", "bool", "oid"]
)
@postgresql
def test_columns_of_every_type_come_as_texts(postgres, kind):
    given = {
        "uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "bytea": "\\x00ff", "text[]": "{a,b}",
        "interval": "1 day", "int4range": "[1,5)", "bool": "true", "oid": "17",
    }  # fmt: skip
    query = f"select 1 as id, 1 as amount, '{given[kind]}'::{kind} as x"
    columns = {"deal_id": "id", "amount": "amount", "title": "x"}
    [row] = rows(postgres, query=query, columns=columns)
    assert row["title"]


def test_everything_stands_still_while_it_is_read(desk):
    desk.create()
    if desk.engine.dialect.name == "sqlite":
        desk.run("pragma journal_mode = wal")
    table = Rows("deal")
    with Database(desk.url, PASSWORD).open() as reading:
        assert reading.count(table) == 1
        desk.create()
        assert reading.count(table) == 1
        assert len(list(reading.cells(table, ["id"]))) == 1
    with Database(desk.url, PASSWORD).open() as reading:
        assert reading.count(table) == 2


def test_many_rows_at_a_bounded_cost(desk):
    """Rows come in blocks: the first is there long before the last."""
    with desk.engine.begin() as database:
        database.execute(
            sa.text("insert into deal (id, amount) values (:id, '1')"),
            [{"id": number} for number in range(12_000)],
        )
    with Database(desk.url, PASSWORD).open() as reading:
        cells = reading.cells(Rows("deal"), ["id", "amount"])
        first = next(cells)
        assert len([first, *cells]) == 12_000
