"""A secret that is gone stops its source alone: a database, a Google Sheet, an account of ads."""

import sqlite3
from datetime import UTC, datetime

import pytest

from sheets_sync.store import open_published
from tests.cli.calls import cli, done
from tests.sources.rest.stubs.server import served
from tests.sources.rest.stubs.yandex_direct import Direct, answer, respond

LEADS = """
[[tables]]
object = "leads"
url = "sqlite:///crm.db"
secret = "env:SOURCE_SECRET"
table = "leads"
[tables.columns]
lead_id = "id"
created_at = "made"
"""
SHEET = """
[[tables]]
object = "leads"
url = "https://docs.google.com/spreadsheets/d/abcdefghijklmnopqrstuvwxyz"
secret = "file:gone.json"
table = "leads"
[tables.columns]
lead_id = "id"
"""
ADS = """
[[ads]]
kind = "yandex_direct"
secret = "env:SOURCE_SECRET"
address = "{site}/json/v5"
"""


@pytest.fixture
def company(tmp_path, monkeypatch):
    """Make a workspace of deals in a file; beside it lies a database."""
    (tmp_path / "deals.csv").write_text("deal id,amount,created at\n1,5,2026-11-01\n")
    with sqlite3.connect(tmp_path / "crm.db") as database:
        database.execute("create table leads (id integer, made text)")
        database.execute("insert into leads values (7, '2026-11-01')")
    done("init", tmp_path, "--deals", tmp_path / "deals.csv")
    monkeypatch.setenv("SOURCE_SECRET", Direct().token)
    return tmp_path


def add(folder, text):
    with (folder / "smarketing.toml").open("a") as config:
        config.write(text)


def stopped(folder, place):
    """Sync and check without the secret; return what failed."""
    found = cli("sync", folder, "--json")
    assert found.code == 3
    errors = {name: told["error"] for name, told in found.json["sources"].items()}
    [failed] = [name for name, error in errors.items() if error]
    assert place in errors[failed]
    checked = cli("check", folder)
    assert (checked.code, place in checked.out) == (3, True)
    return failed


def count(folder, table):
    with open_published(folder / ".smarketing") as connection:
        [(found,)] = connection.execute(f"select count(*) from {table}").fetchall()
    return found


def test_of_a_database(company, monkeypatch):
    add(company, LEADS)
    done("sync", company)
    monkeypatch.delenv("SOURCE_SECRET")
    assert stopped(company, "env:SOURCE_SECRET") == "sqlite:///crm.db leads"
    assert (count(company, "lead"), count(company, "deal")) == (1, 1)


def test_of_a_google_sheet(company):
    add(company, SHEET)
    assert "docs.google.com" in stopped(company, "gone.json")
    assert count(company, "deal") == 1


def test_of_an_account_of_ads(company, monkeypatch):
    direct = Direct(polls=0)
    direct.spent(datetime.now(UTC).date(), 17, 100, 10, 150_050)
    with served(direct, respond, answer) as site:
        add(company, ADS.format(site=site))
        done("sync", company)
        monkeypatch.delenv("SOURCE_SECRET")
        assert stopped(company, "env:SOURCE_SECRET") == "yandex_direct"
    assert (count(company, "ad_spend"), count(company, "deal")) == (1, 1)
