"""Sixty reads and sixty writes a minute, by however many programs of one user."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.gsheets.test_budget import busiest

ROOT = Path(__file__).parents[2]
PROGRAMS, CALLS = 12, 13
MINUTE = 3.0
"""Seconds of a minute in this test; programs take it for two seconds longer, so that a request that
is late on a busy machine is no other minute's."""


def test_a_dozen_programs_of_one_user_stay_within_the_quota(world):
    world.clock, world.quota = lambda: time.monotonic() * 60 / MINUTE, 60
    world.add("demo")
    call = [sys.executable, "-m", "tests.gsheets.caller", world.address(), str(CALLS)]
    running = [subprocess.Popen([*call, str(MINUTE + 2)], cwd=ROOT) for _ in range(PROGRAMS)]
    killed = running[0]
    while not world.log:
        time.sleep(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    codes = [program.wait(timeout=120) for program in running]
    assert codes == [-signal.SIGKILL, *[0] * (PROGRAMS - 1)]
    for is_write in (False, True):
        at = [request.at for request in world.log if request.is_write == is_write]
        assert (PROGRAMS - 1) * CALLS <= len(at) <= PROGRAMS * CALLS, "none was asked for again"
        assert busiest(at) <= 60
