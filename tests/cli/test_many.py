"""Many workspaces at once: what befalls one stays with it."""

import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path

import pytest

from sheets_sync.child import sync_apart
from sheets_sync.cli.many import here, sync_many
from sheets_sync.lock import workspace_lock
from templates.words import load
from tests.cli.calls import DAY, cli, done

OPTIONS = ["--as-of", DAY, "--lang", "en", "--json"]


@pytest.fixture
def clients(example, tmp_path):
    """A folder of clients: one in a folder of its own, and a folder that is none."""
    for place in ("acme", "group/gamma", "zeta"):
        shutil.copytree(example, tmp_path / place)
    (tmp_path / "notes").mkdir()
    return tmp_path


def silenced(folder):
    """Let a source of a workspace never answer."""
    (folder / "leads.csv").unlink()
    os.mkfifo(folder / "leads.csv")


def objects(text):
    return {Path(told["workspace"]).name: told for told in map(json.loads, text.splitlines())}


def test_all_workspaces_under_a_folder_are_synced(clients):
    told = objects(done("sync", "--all", clients, *OPTIONS).out)
    assert sorted(told) == ["acme", "gamma", "zeta"]
    alone = done("sync", clients / "acme", *OPTIONS).json
    assert set(told["acme"]) == set(alone)
    assert told["zeta"]["as_of"] == DAY


def test_a_bad_one_and_a_busy_one_stop_nobody(clients):
    (clients / "beta").mkdir()
    (clients / "beta" / "smarketing.toml").write_text("[company\n")
    with workspace_lock(clients / "zeta" / ".smarketing"):
        call = cli("sync", *(clients / name for name in ("zeta", "beta", "acme")), "--as-of", DAY)
    assert call.code == 75
    places = [call.out.index(f"── {clients / name}") for name in ("zeta", "beta", "acme")]
    assert places == sorted(places), "in the order that was asked for"
    assert "Synced: 1 of 3." in call.out
    assert f"✗ {clients / 'zeta'} (exit code 75): Another sync" in call.out
    assert f"✗ {clients / 'beta'} (exit code 2): " in call.out
    assert call.out.count("Pace to plan") == 1


@pytest.mark.skipif(os.name == "nt", reason="no named pipes, no kill -9")
def test_one_that_is_killed_stops_nobody(clients, capsys):
    silenced(clients / "acme")
    killer = threading.Thread(target=kill, args=[clients / "acme" / ".smarketing" / "lock"])
    killer.start()
    code = sync_many(
        [clients / "acme", clients / "zeta"], OPTIONS, here(2), load("en"), is_json=True
    )
    killer.join()
    told = objects(capsys.readouterr().out)
    assert code == 1
    assert "ended from outside (signal 9)" in told["acme"]["error"]
    assert told["zeta"]["as_of"] == DAY
    shutil.copy(clients / "zeta" / "leads.csv", clients / "new.csv")
    (clients / "new.csv").replace(clients / "acme" / "leads.csv")
    assert done("sync", clients / "acme", *OPTIONS).json["as_of"] == DAY


def kill(lock):
    """Kill the sync that takes a lock next."""
    before = lock.read_bytes()[1:]
    while (pid := lock.read_bytes()[1:]) in {b"", before}:
        time.sleep(0.02)
    os.kill(int(pid), signal.SIGKILL)


@pytest.mark.skipif(os.name == "nt", reason="no named pipes")
def test_one_that_hangs_is_stopped_at_the_limit(company, capsys):
    silenced(company)
    late, later = here(1, limit=0.5), here(1, limit=1.5)
    assert sync_many([company], OPTIONS, later, load("en"), is_json=True) == 1
    assert "not done within" in json.loads(capsys.readouterr().out)["error"]
    assert sync_many([company], OPTIONS, late, load("en"), is_json=False) == 1
    assert f"✗ {company} (exit code 1): {company} was not done" in capsys.readouterr().out


def test_one_workspace_is_synced_in_this_program(company, monkeypatch):
    monkeypatch.setattr("sheets_sync.child.PROGRAM", ("no such program",))
    for call in ((company,), ("--all", company.parent), (company, company)):
        assert done("sync", *call, *OPTIONS).json["as_of"] == DAY


def test_where_there_is_no_client_it_says_so(tmp_path):
    call = cli("sync", "--all", tmp_path)
    assert (call.code, call.out) == (2, "")
    assert "no folder with a smarketing.toml" in call.err


def test_a_program_of_its_own_is_not_misled_by_where_it_is_started(company, monkeypatch, tmp_path):
    (tmp_path / "duckdb.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    assert sync_apart(company, OPTIONS).exit_code == 0
