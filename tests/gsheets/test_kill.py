"""kill -9 between two requests, by the system itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gsheets.state import different

ROOT = Path(__file__).parents[2]


def client(world, name, folder, step):
    call = [
        sys.executable,
        "-m",
        "tests.gsheets.client",
        world.address(name),
        str(folder),
        str(step),
    ]
    return subprocess.Popen(call, cwd=ROOT)


@pytest.mark.parametrize("boundary", [2, 5])
def test_a_killed_client_leaves_a_sheet_that_the_next_one_finishes(world, tmp_path, boundary):
    for name in ("calm", "cruel"):
        world.add(name)
    assert client(world, "calm", tmp_path / "calm", 0).wait() == 0
    world.log.clear()
    running = []

    def kill(number, _method):
        if number == boundary:
            os.kill(running[0].pid, signal.SIGKILL)

    world.before = kill
    running.append(client(world, "cruel", tmp_path / "cruel", 0))
    assert running[0].wait() == -signal.SIGKILL
    world.before = lambda _n, _m: None
    assert client(world, "cruel", tmp_path / "cruel", 0).wait() == 0
    assert different(world.books["calm"], world.books["cruel"]) == ""
