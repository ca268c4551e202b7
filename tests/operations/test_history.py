"""Every sync leaves a record: when it ran, and how it ended."""

import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from sheets_sync.state import State
from tests.cli.calls import DAY, cli, done
from tests.cli.company import write_deals


@pytest.fixture
def folder(tmp_path):
    done("init", tmp_path, "--deals", write_deals(tmp_path))
    return tmp_path


def state_of(folder):
    return State(folder / ".smarketing" / "state.sqlite")


def test_a_sync_is_kept_with_its_real_times(folder):
    before = datetime.now(UTC)
    done("sync", folder, "--as-of", DAY)
    after = datetime.now(UTC)
    [sync] = state_of(folder).syncs()
    assert (sync.exit_code, sync.failed, sync.message) == (0, (), "")
    assert before < sync.started < sync.finished < after
    assert {"sources", "numbers", "workbook", "publish"} <= sync.seconds.keys()
    workbook, deals = state_of(folder).runs()
    assert (workbook.source, deals.source, deals.read) == ("workbook", "deals.csv", 50)
    assert sync.started < deals.started < deals.finished <= workbook.finished < sync.finished


def test_a_source_that_fails_is_named(folder):
    (folder / "deals.csv").unlink()
    assert cli("sync", folder, "--as-of", DAY).code == 3
    [sync] = state_of(folder).syncs()
    assert (sync.exit_code, sync.failed) == (3, ("deals.csv",))
    assert "deals.csv" in sync.message


def test_a_target_that_fails_leaves_its_record(folder):
    (folder / "smarketing.xlsx").write_bytes(b"no workbook")
    call = cli("sync", folder, "--as-of", DAY)
    assert call.code == 4
    [sync] = state_of(folder).syncs()
    assert (sync.exit_code, sync.failed) == (4, ())
    assert sync.message in call.err
    workbook, deals = state_of(folder).runs()
    assert (workbook.message, deals.source, deals.read) == (sync.message, "deals.csv", 50)


def test_a_sync_that_fails_before_the_sources_leaves_its_record(folder):
    with (folder / "smarketing.toml").open("a", encoding="utf-8") as config:
        config.write('\n[[ads]]\nkind = "yandex_direct"\nsecret = "env:NONE"\n' * 2)
    assert cli("sync", folder, "--as-of", DAY).code == 2
    [sync] = state_of(folder).syncs()
    assert sync.exit_code == 2
    [run] = state_of(folder).runs()
    assert (run.source, run.message) == ("sync", sync.message)


KILLED = """
import os, signal, sys
from sheets_sync import store
store.Store.publish = lambda self: os.kill(os.getpid(), signal.SIGKILL)
from sheets_sync.cli import main
main(sys.argv[1:])
"""


def test_a_sync_that_is_killed_has_begun_and_never_ended(folder):
    call = [sys.executable, "-c", KILLED, "sync", str(folder), "--as-of", DAY]
    assert subprocess.run(call, check=False).returncode == -signal.SIGKILL
    [killed] = state_of(folder).syncs()
    assert (killed.finished, killed.exit_code) == (None, None)
    done("sync", folder, "--as-of", DAY)
    last, first = state_of(folder).syncs()
    assert (last.exit_code, first) == (0, killed)
    noted = [run for run in state_of(folder).runs() if run.source == "sync"]
    assert [run.started for run in noted] == [killed.started]
    assert "stopped" in noted[0].message
