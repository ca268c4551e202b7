"""A sync as a program of its own: what it said, how it ended, and that it can be made to end."""

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from sheets_sync.child import sync_apart
from sheets_sync.lock import workspace_lock
from tests.cli.calls import DAY, done
from tests.cli.company import write_leads

OPTIONS = ("--as-of", DAY, "--lang", "en", "--json")
MEGABYTE = 2**20
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company") / "Ромашка & sons"
    folder.mkdir()
    done("init", folder, "--leads", write_leads(folder, 10))
    return folder


@pytest.fixture
def program(monkeypatch):
    """Let another program stand in for ours; it gets `sync … -- FOLDER`."""
    return lambda text: monkeypatch.setattr(
        "sheets_sync.child.PROGRAM", (sys.executable, "-c", text)
    )


def gone(pid):
    """Tell whether a program has ended, be it that nobody has asked yet how."""
    try:
        return "zombie" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def test_a_sync_is_told_whole(company):
    ended = sync_apart(company, OPTIONS)
    assert (ended.code, ended.exit_code, ended.err) == (0, 0, "")
    assert ended.summary["workspace"] == str(company)
    assert ended.summary["as_of"] == DAY
    assert 0.1 < ended.seconds < 60
    assert ended.peak > 30 * MEGABYTE  # at most what this program held when it made the child
    assert (company / "smarketing.xlsx").exists()


def test_an_error_is_an_object_too(tmp_path):
    ended = sync_apart(tmp_path / "nothing", OPTIONS)
    assert ended.code == 2
    assert "smarketing init" in ended.summary["error"]


def test_a_workspace_that_another_sync_holds(company):
    with workspace_lock(company / ".smarketing"):
        assert sync_apart(company, OPTIONS).code == 75


def test_a_program_that_dies_without_a_word(tmp_path, program):
    program("import os; os.kill(os.getpid(), 9)")
    ended = sync_apart(tmp_path)
    assert (ended.code, ended.exit_code, ended.summary) == (-9, 1, None)


def test_much_is_said_at_once(tmp_path, program):
    text = "import sys; print('a' * 10**6); print('b' * 10**6, file=sys.stderr)"
    program(text)
    ended = sync_apart(tmp_path)
    assert (len(ended.out), len(ended.err)) == (10**6 + 1, 10**6 + 1)


SLOW = """
import sys, time
from pathlib import Path
from sheets_sync import sync
from sheets_sync.cli import program

def wait(*_, **__):
    Path(sys.argv[-1], "begun").touch()
    time.sleep(60)

sync.sync = wait
program()
"""


def stop_when_begun(folder):
    """Return a word that is said as soon as the program in a folder has begun."""
    stop = Event()

    def watch():
        while not (folder / "begun").exists():
            time.sleep(0.02)
        stop.set()

    Thread(target=watch, daemon=True).start()
    return stop


def test_a_sync_under_way_leaves_cleanly_when_asked(company, program):
    program(SLOW)
    ended = sync_apart(company, OPTIONS, stop=stop_when_begun(company))
    assert (ended.code, ended.out) == (130, "")
    assert "Nothing is lost" in ended.err


def test_a_sync_whose_source_never_answers_is_killed_and_the_workspace_is_free(company, tmp_path):
    folder = tmp_path / "waiting"
    shutil.copytree(company, folder)
    (folder / "leads.csv").unlink()
    os.mkfifo(folder / "leads.csv")
    ended = sync_apart(folder, OPTIONS, limit=1.5, grace=0.5)
    assert (ended.code, ended.exit_code) == (None, 1)
    with workspace_lock(folder / ".smarketing"):
        pass


FINISHING = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: None)
pathlib.Path(sys.argv[-1], "begun").touch()
time.sleep(0.5)
print("{}")
"""


def test_who_is_asked_may_finish(tmp_path, program):
    program(FINISHING)
    ended = sync_apart(tmp_path, stop=stop_when_begun(tmp_path), grace=30)
    assert (ended.code, ended.summary) == (0, {})


STUBBORN = """
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
pathlib.Path(sys.argv[-1], "begun").touch()
time.sleep(60)
"""


def test_who_does_not_hear_is_killed_with_all_it_began(tmp_path, program):
    program(STUBBORN)
    ended = sync_apart(tmp_path, stop=stop_when_begun(tmp_path), grace=0.5)
    assert ended.code == -signal.SIGKILL
    pid, until = int(ended.out), time.monotonic() + 10
    while not gone(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert gone(pid)
