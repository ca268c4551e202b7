"""What programs leave for each other of their calls, and what becomes of it when all goes wrong."""

import os
import subprocess
import sys
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.ledger import AHEAD, caches, kept, ledger
from sheets_sync.limits import Window
from sheets_sync.lock import grasp


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "calls.json"


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 5)), max_size=100))
def test_two_programs_are_as_one(tmp_path_factory, acts):
    path = tmp_path_factory.mktemp("calls") / "calls.json"
    one, pair, now = Window(5), (Window(5), Window(5)), 0.0
    for which, pause in acts:
        now += pause
        with kept(path, [pair[which].calls], now):
            waited = pair[which].take(now)
        assert waited == one.take(now)


@pytest.mark.parametrize("left", [b"", b"{", b"[[1, 2", b"[1]", b"[[1], [2]]", b'[["x"]]', b"null"])
def test_a_file_that_was_cut_off_tells_nothing(path, left):
    path.parent.mkdir()
    path.write_bytes(b"\0" + left)
    times = deque([1.0])
    with kept(path, [times], 2.0):
        assert list(times) == [1.0]
        times.append(2.0)
    with kept(path, [deque()], 3.0):
        pass
    assert path.read_bytes() == b"\0[[1.0, 2.0]]\n"


def test_what_is_left_from_before_the_computer_was_started_is_forgotten(path):
    with kept(path, [deque([10.0, 2 * AHEAD])], 2 * AHEAD):
        pass
    times = deque()
    with kept(path, [times], 20.0):
        assert list(times) == [10.0]


def test_a_folder_that_cannot_be_written_leaves_a_program_to_itself(tmp_path):
    (tmp_path / "file").write_text("")
    times = deque()
    with kept(tmp_path / "file" / "calls.json", [times], 0.0):
        times.append(0.0)
    assert list(times) == [0.0]


def test_who_stops_while_holding_it_is_not_waited_for_for_ever(path, monkeypatch):
    monkeypatch.setattr("sheets_sync.ledger.ATTEMPTS", 3)
    with kept(path, [deque([1.0])], 1.0):
        pass
    with path.open("a+b") as other:
        grasp(other)
        times = deque()
        with kept(path, [times], 2.0):
            times.append(2.0)
    assert path.read_bytes() == b"\0[[1.0]]\n"


def test_it_lies_among_what_may_be_lost_and_names_nobody(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with ledger("bot@project.iam.gserviceaccount.com")([deque([1.0])], 1.0):
        pass
    [file] = (path for path in tmp_path.rglob("*") if path.is_file())
    assert caches() in file.parents
    assert "bot" not in str(file.relative_to(tmp_path)) + file.read_text()
    if os.name != "nt":
        assert (file.stat().st_mode & 0o077) == 0 or (file.parent.stat().st_mode & 0o077) == 0


LIMITED = """
import sys, time
from sheets_sync.sources.rest import connector_of
from sheets_sync.sources.rest.web import limiter_of
limiter = limiter_of(connector_of("amocrm"))
if sys.argv[1:]:
    limiter.rest(time.monotonic(), 30.0)
print(limiter.pause(time.monotonic(), "leads"))
"""


def test_a_crm_that_asks_for_quiet_is_left_alone_by_all_programs(tmp_path):
    def waited(*arguments):
        call = [sys.executable, "-c", LIMITED, *arguments]
        variables = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
        done = subprocess.run(call, capture_output=True, text=True, check=True, env=variables)
        return float(done.stdout)

    assert [waited() for _ in range(2)] == [0.0, 0.0]
    assert waited("rest") > 29
    assert waited() > 20
