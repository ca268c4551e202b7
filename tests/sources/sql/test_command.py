"""A database from the command line: set up, checked, synced, with the password out of sight."""

import tomllib

import pytest
import sqlalchemy as sa

from tests.cli.calls import cli, done
from tests.sources.sql.desk import engine_of
from tests.sources.sql.postgres import PASSWORD

LEADS = """create table leads (
    id bigint primary key, created_at timestamp, updated_at timestamp, source text,
    owner text, phone text, status text)"""
DEALS = """create table deals (
    id bigint primary key, lead_id bigint, name text, created_at timestamp, closed_at timestamp,
    updated_at timestamp, stage text, amount numeric(12, 2), manager text)"""
STAGES = ("New", "Proposal", "Won", "Lost")


@pytest.fixture
def company(url, monkeypatch):
    """Fill a database as a CRM would; return its address and what edits it."""
    engine = engine_of(url)
    with engine.begin() as database:
        for table in ("leads", "deals"):
            database.exec_driver_sql(f"drop table if exists {table}")
        for statement in (LEADS, DEALS):
            database.exec_driver_sql(statement)
        lead = sa.text(
            "insert into leads values (:id, :at, :at, 'Ads', 'Ann', :phone, 'Qualified')"
        )
        deal = sa.text(
            "insert into deals values (:id, :id, :name, :at, :closed, :at, :stage, 1500.5, 'Ann')"
        )
        for number in range(40):
            at = f"2026-11-{number % 20 + 1:02} 10:00:00"
            stage = STAGES[number % 4]
            database.execute(lead, {"id": number, "at": at, "phone": f"+7900000{number:04}"})
            closed = at if stage in {"Won", "Lost"} else None
            parts = {"id": number, "at": at, "closed": closed, "stage": stage}
            database.execute(deal, {**parts, "name": f"=Deal {number}"})
    monkeypatch.setenv("CRM_DB", PASSWORD)
    yield url, engine
    engine.dispose()


def test_a_database_is_set_up_checked_and_synced(company, tmp_path):
    url, engine = company
    folder = tmp_path / "company"
    made = done("init", folder, "--sql", url, "--secret", "env:CRM_DB")
    written = (folder / "smarketing.toml").read_text()
    tables = {table["object"]: table for table in tomllib.loads(written)["tables"]}
    assert {table["table"] for table in tables.values()} == {"leads", "deals"}
    assert tables["deals"]["changed"] == "updated_at"
    assert tables["deals"]["columns"]["amount"] == "amount"
    checked = done("check", folder)
    assert "deals: 40 rows" in checked.out
    first = done("sync", folder, "--json", "--as-of", "2026-11-22").json
    assert "'new': 40" in str(first)
    with engine.begin() as database:
        database.exec_driver_sql("delete from deals where id = 3")
        database.exec_driver_sql(
            "update deals set amount = 7, updated_at = '2026-11-21 10:00:00' where id = 4"
        )
    second = done("sync", folder, "--json", "--as-of", "2026-11-22").json
    assert "'changed': 1" in str(second)
    assert "'gone': 1" in str(second)
    everything = made.out + made.err + checked.out + written + str(first) + str(second)
    assert PASSWORD not in everything
    assert "+79000000" not in everything


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sql", "postgresql://me:pw1@db/crm"], "--secret env:NAME"),
        (["--sql", "postgresql://me@db/crm?password=pw1"], "--secret env:NAME"),
        (["--sql", "https://company.com"], "no address of a database"),
        (["--sql", "sqlite:///x.db", "--secret", "pw1"], "env:NAME"),
        (["--sql", "sqlite:///x.db", "--table", "orders"], "deals=orders"),
        (["--sql", "sqlite:///x.db", "--table", "sales=orders"], "leads, deals, spend, history"),
    ],
)
def test_options_that_do_not_do(tmp_path, options, said):
    found = cli("init", tmp_path, *options)
    assert found.code == 2
    assert said in found.err
    assert "pw1" not in found.out + found.err


def test_a_database_in_which_nothing_is_recognised(tmp_path):
    with sa.create_engine(f"sqlite:///{tmp_path}/x.db").begin() as database:
        database.exec_driver_sql("create table zoo (id integer, animal text)")
    found = cli("init", tmp_path, "--sql", f"sqlite:///{tmp_path}/x.db")
    assert found.code == 2
    assert "--table deals=TABLE" in found.err
    assert "zoo" in found.err


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('url = "postgresql://me:pw1@db/crm"\ntable = "x"', "tables[1].url: a password"),
        ('url = "ftp://db/crm"\ntable = "x"', "tables[1].url: no address of a database"),
        ('url = "sqlite:///x"', "either table"),
        ('url = "sqlite:///x"\ntable = "x"\nquery = "select 1"', "either table"),
        ('url = "sqlite:///x"\ntable = "x"\nsecret = "pw1"', "tables[1].secret"),
    ],
)
def test_a_config_that_does_not_do(tmp_path, lines, said):
    text = f'[[tables]]\nobject = "deals"\n{lines}\n[tables.columns]\ndeal_id = "id"\n'
    (tmp_path / "smarketing.toml").write_text(text)
    found = cli("sync", tmp_path)
    assert found.code == 2
    assert said in found.err
    assert "pw1" not in found.out + found.err


def test_a_database_that_is_down_leaves_the_rest(tmp_path):
    (tmp_path / "deals.csv").write_text("deal id,amount,created at\n1,5,2026-11-01\n")
    done("init", tmp_path, "--deals", tmp_path / "deals.csv")
    with (tmp_path / "smarketing.toml").open("a") as config:
        config.write(
            '\n[[tables]]\nobject = "leads"\nurl = "sqlite:///gone.db"\ntable = "leads"\n'
            '[tables.columns]\nlead_id = "id"\n'
        )
    found = cli("sync", tmp_path, "--as-of", "2026-11-22")
    assert found.code == 3
    assert "gone.db" in found.out + found.err
    assert (tmp_path / "smarketing.xlsx").exists()
