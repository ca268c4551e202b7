"""A CRM over its API: set up, checked, synced, with the secret out of sight."""

from contextlib import contextmanager

import pytest
import stamina

from sheets_sync.sources.rest import CONNECTORS
from sheets_sync.sources.rest import hubspot as declared
from tests.cli.calls import cli
from tests.sources.rest.stubs import amocrm, bitrix24, hubspot, pipedrive
from tests.sources.rest.stubs.server import Crm, served

STUBS = {"bitrix24": bitrix24, "amocrm": amocrm, "hubspot": hubspot, "pipedrive": pipedrive}


@pytest.fixture(params=STUBS)
def kind(request):
    return request.param


@contextmanager
def crm(kind, monkeypatch):
    made = Crm(page=50)
    for place in range(20):
        made.create(title=f"Deal {place}", amount=1000)
        made.edit(made.born, stage=place % 4)
    with served(made, STUBS[kind].respond) as address:
        monkeypatch.setenv("CRM_SECRET", STUBS[kind].secret(address))
        monkeypatch.setattr(declared, "API", address)
        told = {"address": address, "secret": "env:CRM_SECRET"}
        named = [told[part] for part in CONNECTORS[kind]]
        with stamina.set_testing(True, attempts=2):
            yield made, [f"--{kind}", *named]


def test_a_crm_is_set_up_checked_and_synced(kind, tmp_path, monkeypatch):
    with crm(kind, monkeypatch) as (made, named):
        done = cli("init", tmp_path, *named)
        assert done.code == 0, done.out + done.err
        assert "belongs to" in done.out
        config = (tmp_path / "smarketing.toml").read_text()
        assert 'secret = "env:CRM_SECRET"' in config
        checked = cli("check", tmp_path)
        assert checked.code == 0, checked.out + checked.err
        assert "Deals: 20" in checked.out or "Leads: 20" in checked.out
        assert cli("sync", tmp_path, "--json").json["sources"]
        again = cli("sync", tmp_path, "--json").json["sources"]
        assert made.token not in done.out + checked.out + config + str(again)
        assert "changed': 0" in str(again)


def test_a_token_that_is_not_taken_stops_the_set_up(kind, tmp_path, monkeypatch):
    with crm(kind, monkeypatch) as (made, named):
        made.token = "another"
        done = cli("init", tmp_path, *named, language="ru")
    assert done.code == 3
    assert "не принимает секрет" in done.err
    assert not (tmp_path / "smarketing.toml").exists()


def test_missing_rights_are_named(kind, tmp_path, monkeypatch):
    with crm(kind, monkeypatch) as (made, named):
        cli("init", tmp_path, *named)
        made.lacks = frozenset({"users", "crm.deal.list", "owners", "v2/deals"})
        checked = cli("check", tmp_path)
    assert checked.code == 3
    assert "✗" in checked.out


def test_a_secret_on_the_command_line_is_refused_and_not_repeated(tmp_path):
    secret = "https://x.bitrix24.ru/rest/1/abc/"
    done = cli("init", tmp_path, "--bitrix24", secret)
    assert done.code == 2
    assert "env:NAME" in done.err
    assert "abc" not in done.out + done.err


def test_a_secret_in_the_config_is_refused_and_not_repeated(tmp_path):
    (tmp_path / "smarketing.toml").write_text(
        '[[crm]]\nkind = "bitrix24"\nsecret = "https://x/abc"'
    )
    done = cli("sync", tmp_path)
    assert done.code == 2
    assert "crm[1].secret" in done.err
    assert "abc" not in done.out + done.err


def test_an_unknown_crm_is_said_with_those_that_there_are(tmp_path):
    (tmp_path / "smarketing.toml").write_text('[[crm]]\nkind = "sugar"\nsecret = "env:X"')
    done = cli("sync", tmp_path)
    assert done.code == 2
    assert ", ".join(CONNECTORS) in done.err


def test_a_secret_that_is_gone_stops_its_crm_alone(kind, tmp_path, monkeypatch):
    deals = tmp_path / "deals.csv"
    deals.write_text("id,created,amount,stage\n1,2026-11-01,5,Won\n2,2026-11-02,7,New\n")
    with crm(kind, monkeypatch) as (_, named):
        done = cli("init", tmp_path, *named, "--deals", deals)
        assert done.code == 0, done.out + done.err
        assert cli("sync", tmp_path).code == 0
        monkeypatch.delenv("CRM_SECRET")
        stopped = cli("sync", tmp_path)
        assert stopped.code == 3
        assert "env:CRM_SECRET" in stopped.err
        assert "smarketing.xlsx" in stopped.out
        checked = cli("check", tmp_path)
        assert (checked.code, "env:CRM_SECRET" in checked.out) == (3, True)
        sources = cli("sync", tmp_path, "--json").json["sources"]
        [failed] = [name for name, told in sources.items() if told["error"]]
        assert failed.startswith(f"{kind} ")


def test_one_crm_named_twice_is_refused(tmp_path, monkeypatch):
    with crm("pipedrive", monkeypatch) as (_, named):
        cli("init", tmp_path, *named)
        config = tmp_path / "smarketing.toml"
        text = config.read_text()
        config.write_text(f"{text}\n{text[text.index('[[crm]]') :]}")
        done = cli("sync", tmp_path)
    assert done.code == 2
    assert "twice" in done.err


def test_what_is_left_of_the_budget_of_the_day_is_said(tmp_path, monkeypatch):
    with crm("pipedrive", monkeypatch) as (made, named):
        made.allowance = 30_000
        assert "Tokens left for today: 29,960 of 30,000" in cli("init", tmp_path, *named).out
        made.spent = 29_000
        stopped = cli("sync", tmp_path)
    assert (stopped.code, "30000 tokens a day" in stopped.err) == (3, True)


def test_deals_that_only_their_history_names_are_counted_as_not_seen(tmp_path, monkeypatch):
    with crm("bitrix24", monkeypatch) as (made, named):
        for id_ in (3, 7):
            made.delete(id_)
        cli("init", tmp_path, *named)
        cli("sync", tmp_path)
        checked = cli("check", tmp_path)
        assert checked.code == 0, checked.err
    assert "Deals: visible 18 of 20" in checked.out
