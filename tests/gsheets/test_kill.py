"""kill -9 between two requests, by the system itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

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


def test_a_client_killed_at_any_request_leaves_a_sheet_that_the_next_one_finishes(world, tmp_path):
    world.add("calm")
    assert client(world, "calm", tmp_path / "calm", 0).wait() == 0
    requests = len(world.log)
    assert requests >= 6
    for boundary in range(1, requests + 1):
        name = f"cruel-{boundary}"
        world.add(name)
        world.log.clear()
        running = []

        def kill(number, _method, boundary=boundary, running=running):
            if number == boundary:
                os.kill(running[0].pid, signal.SIGKILL)

        world.before = kill
        running.append(client(world, name, tmp_path / name, 0))
        assert running[0].wait() == -signal.SIGKILL
        world.before = lambda _n, _m: None
        assert client(world, name, tmp_path / name, 0).wait() == 0
        assert different(world.books["calm"], world.books[name]) == "", boundary
