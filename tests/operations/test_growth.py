"""Nothing grows: not the memory, not a file, whatever is kept is kept so often and no more."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sheets_sync.cli import fault
from sheets_sync.state import Run, State, Sync
from sheets_sync.state_schema import RUNS, SYNCS
from tests.operations.day import grown

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_an_hour_of_syncs_takes_no_more_room_than_its_beginning():
    """The whole day: python -m tests.operations.day."""
    call = [sys.executable, "-W", "ignore", "-m", "tests.operations.day", "12"]
    ended = subprocess.run(
        call, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_growth_is_found():
    flat = [{"file": 10**6}] * 8
    assert grown(flat) == {}
    assert grown([*flat[:6], {"file": 2 * 10**6}, *flat[:1]]) == {"file": [10**6, 2 * 10**6]}


def test_the_newest_syncs_are_kept_and_when_the_first_was(tmp_path):
    state = State(tmp_path / "state.sqlite")
    for turn in range(SYNCS + 20):
        at = AT + turn * timedelta(minutes=5)
        number = state.begin(at)
        runs = [Run(at, at, f"source {place}") for place in range(6)]
        state.finish(number, Sync(at, at, 0), runs)
    state.begin(at)
    assert len(state.syncs(10**6)) == SYNCS + 1
    assert len(state.runs(10**6)) == RUNS + 1
    assert state.began() == AT


def test_so_many_faults_are_kept(tmp_path):
    (tmp_path / ".smarketing").mkdir()
    for number in range(fault.KEPT + 5):
        (tmp_path / ".smarketing" / f"fault-{number}.txt").write_text("older", encoding="utf-8")
    path = fault.record(ValueError("newest"), tmp_path)
    assert "newest" in path.read_text(encoding="utf-8")
    assert len([*path.parent.iterdir()]) == fault.KEPT
