"""Killed, on a full disk, on a closed one, with the clock set back: nothing is lost.

Every case is a process of its own. Afterwards the next sync has to bring the same workbook, facts
and record of what was typed as in the twin to which nothing happened.
"""

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sheets_sync.config import load as load_config
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from templates.words import load
from tests.cli.calls import DAY, cli, done
from tests.operations.company import copied, is_whole, mount, small_disk, state_of, synced

ROOT = Path(__file__).parents[2]
STATE = "sqlite3.connect:state.sqlite"
WRITTEN = "os.rename:.new.xlsx"
MOMENTS = {
    "the sources": "open:deals.csv>open:deals.csv",
    "what was typed": f"open:smarketing.xlsx>{STATE}>{STATE}",
    "the numbers": ">".join(["open:smarketing.xlsx", *[STATE] * 7]),
    "the facts to publish": "shutil.copyfile:facts.duckdb",
    "the workbook": "open:.new.xlsx",
    "its last version": "shutil.copyfile:smarketing.xlsx",
    "the record": ">".join([WRITTEN, *[STATE] * 6]),
}
ATOMIC = {"the facts published": "os.rename:published-", "the workbook replaced": WRITTEN}


def happened(act, moment, folder):
    """Run a sync in a process of its own, to which something happens."""
    call = [sys.executable, "-m", "tests.operations.fault", act, moment]
    call += ["sync", str(folder), "--as-of", DAY, "--lang", "en"]
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", [*MOMENTS, *ATOMIC])
def test_a_kill_at_any_moment_loses_nothing(name, changed, calm, tmp_path):
    folder = copied(changed, tmp_path / "company")
    moment = {**MOMENTS, **ATOMIC}[name]
    assert happened("kill", moment, folder).returncode == -signal.SIGKILL
    assert is_whole(calm, synced(folder))
    assert [each.exit_code for each in state_of(folder).syncs(2)] == [0, None]


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    with small_disk(tmp_path_factory.mktemp("disks") / "small") as place:
        if place is None:
            pytest.skip("no disk may be mounted here; RLIMIT_FSIZE stands in below")
        yield place


@pytest.mark.parametrize("name", MOMENTS)
def test_a_full_disk_loses_nothing_and_is_told(name, changed, calm, disk):
    shutil.rmtree(disk / "company", ignore_errors=True)
    folder = copied(changed, disk / "company")
    call = happened("fill", MOMENTS[name], folder)
    (disk / "filler").unlink()
    assert call.returncode == 4
    assert call.stderr.startswith(f"The disk is full: {folder}")
    assert is_whole(calm, synced(folder))


def test_a_closed_disk_is_told(changed, calm, disk):
    shutil.rmtree(disk / "company", ignore_errors=True)
    folder = copied(changed, disk / "company")
    mount("mount", "-o", "remount,ro", str(disk))
    call = cli("sync", folder, "--as-of", DAY)
    mount("mount", "-o", "remount,rw", str(disk))
    assert (call.code, call.err.startswith(f"{folder} may not be written")) == (4, True)
    assert is_whole(calm, synced(folder))


LIMITED = """
import resource, sys
from sheets_sync.cli import main
size = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
main(sys.argv[2:])
"""


def test_a_file_that_may_not_grow_is_a_full_disk(changed, calm, tmp_path):
    """Where nothing may be mounted the system still limits the size of files."""
    folder = copied(changed, tmp_path / "company")
    call = [sys.executable, "-c", LIMITED, str(2**17), "sync", str(folder), "--as-of", DAY]
    ended = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 4
    assert f"{folder}" in ended.stderr
    assert is_whole(calm, synced(folder))


def test_a_clock_set_back_an_hour_changes_nothing(changed, calm, tmp_path):
    folder = copied(changed, tmp_path / "company")
    workspace = Workspace(folder, load_config(folder, load("en")))
    earlier = datetime.now(UTC) - timedelta(hours=1)
    sync(workspace, now=earlier, as_of=datetime.fromisoformat(DAY).date())
    done("sync", folder, "--as-of", DAY)
    assert is_whole(calm, folder)
    set_back = state_of(folder).syncs()[1]
    assert timedelta() < set_back.finished - set_back.started < timedelta(minutes=5)
