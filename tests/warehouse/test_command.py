"""A company's PostgreSQL as the engine, from the command line; and nothing of it where none is."""

import subprocess
import sys

import pytest

from sheets_sync.store_published import published
from tests.cli.calls import cli, done
from tests.sources.sql.desk import engine_of
from tests.sources.sql.postgres import PASSWORD, server

CONFIG = """
[company]
name = "Roofs"
language = "en"

[engine]
url = "{url}"
secret = "env:WAREHOUSE"

[engine.tables.leads]
table = "crm.leads"
timezone = "Europe/Moscow"

[engine.tables.leads.columns]
lead_id = "id"
created_at = "made"
channel = "source"
manager = "owner"
is_target = "state"

[engine.tables.leads.values.is_target]
good = "true"
bad = "false"

[engine.tables.deals]
table = "crm.deals"

[engine.tables.deals.columns]
deal_id = "id"
lead_id = "lead_id"
created_at = "made"
closed_at = "closed"
status = "state"
amount = "money"
manager = "owner"
"""
ROWS = (
    "create schema crm",
    "create table crm.leads (id bigint, made timestamp, source text, owner text, state text)",
    (
        "create table crm.deals (id bigint, lead_id bigint, made timestamptz, closed timestamptz,"
        " state text, money numeric, owner text)"
    ),
    (
        "insert into crm.leads select i, timestamp '2026-11-01 12:00' + i * interval '5 hours',"
        " case when mod(i, 3) = 0 then 'Ads' else 'Радио' end, 'Ann',"
        " case when mod(i, 4) = 0 then 'bad' else 'good' end from generate_series(1, 100) as i"
    ),
    (
        "insert into crm.deals select i, i, timestamptz '2026-11-02 12:00+00',"
        " case when mod(i, 2) = 0 then timestamptz '2026-11-20 12:00+00' end,"
        " case when mod(i, 2) = 0 then 'won' else 'open' end, 1000.5, 'Ann'"
        " from generate_series(1, 40) as i"
    ),
)


@pytest.fixture(scope="module")
def url():
    with server() as address:
        engine = engine_of(address)
        with engine.begin() as database:
            for statement in ROWS:
                database.exec_driver_sql(statement)
        engine.dispose()
        yield address


@pytest.fixture
def folder(url, tmp_path, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", PASSWORD)
    (tmp_path / "smarketing.toml").write_text(CONFIG.format(url=url), encoding="utf-8")
    return tmp_path


@pytest.mark.postgresql
def test_the_numbers_come_from_the_warehouse_and_the_rows_stay_there(folder):
    import duckdb

    checked = done("check", folder)
    assert "crm.leads: 100 rows" in checked.out
    assert "closed_at is known of 20 of 40" in checked.out
    done("sync", folder, "--as-of", "2026-11-22")
    with duckdb.connect(str(published(folder / ".smarketing")), read_only=True) as kept:
        assert kept.execute("select count(*) from lead").fetchall() == [(0,)]
        assert kept.execute("select sum(leads) from cube_all").fetchall() == [(100,)]
    told = done("metrics", folder, "--as-of", "2026-11-22", "--format", "json").json
    found = {each["metric"]: each["value"] for each in told}
    assert (found["leads"], found["qualified"], found["won"]) == (100, 75, 20)
    assert found["revenue"] == "20010.00"


@pytest.mark.postgresql
def test_rows_that_would_count_twice_are_told(url, folder):
    engine = engine_of(url)
    with engine.begin() as database:
        database.exec_driver_sql("insert into crm.deals select * from crm.deals where id <= 3")
    checked, synced = cli("check", folder), cli("sync", folder, "--as-of", "2026-11-22")
    with engine.begin() as database:
        database.exec_driver_sql(
            "delete from crm.deals as a using crm.deals as b where a.id = b.id and a.ctid > b.ctid"
        )
    engine.dispose()
    assert checked.code == synced.code == 3
    told = "ids occur again in the column id, so 3 rows too many"
    assert told in checked.out
    assert told in synced.out + synced.err
    assert cli("check", folder).code == 0


@pytest.mark.postgresql
def test_what_is_wrong_is_said_in_words(folder, monkeypatch):
    path = folder / "smarketing.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"money"', '"sum"'), encoding="utf-8")
    refused = cli("check", folder)
    assert refused.code == 3
    assert "crm.deals" in refused.out
    assert "sum" in refused.out
    path.write_text(text.replace("deal_id =", "product ="), encoding="utf-8")
    lacking = cli("check", folder)
    assert lacking.code == 2
    assert "deal_id" in lacking.err
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("WAREHOUSE", "wrong")
    shut = cli("sync", folder)
    assert shut.code == 3
    assert "wrong" not in shut.err + shut.out
    assert not (folder / "smarketing.xlsx").exists()


def test_without_an_engine_nothing_of_it_is_imported(tmp_path):
    made = tmp_path / "demo"
    done("demo", made)
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sheets_sync.cli", "metrics", made],
        capture_output=True,
        text=True,
        check=True,
    )
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in
             found.stderr.splitlines()}  # fmt: skip
    assert "duckdb" in names
    assert names.isdisjoint({"ibis", "sqlglot", "pyspark"})
