"""Sixty reads and sixty writes a minute, by however many programs of one user."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS, CALLS = 12, 13
MINUTE = 4.0
"""Seconds of a minute in this test."""


def test_a_dozen_programs_of_one_user_stay_within_the_quota(world):
    """Counted is when they may call: when a busy machine lets them is no matter of theirs."""
    world.add("demo")
    call = [sys.executable, "-m", "tests.gsheets.caller", world.address(), str(CALLS), str(MINUTE)]
    running = [
        subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(PROGRAMS)
    ]
    killed = running[0]
    while not world.log:
        time.sleep(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    said = [program.communicate(timeout=120)[0].splitlines() for program in running]
    assert [program.returncode for program in running] == [-signal.SIGKILL, *[0] * (PROGRAMS - 1)]
    booked = [json.loads(line) for lines in said for line in lines]
    for is_write in (False, True):
        at = sorted(moment for writes, moment in booked if writes == is_write)
        assert (PROGRAMS - 1) * CALLS <= len(at) <= PROGRAMS * CALLS, "none was asked for again"
        assert _busiest(at) == 60
        arrived = [request for request in world.log if request.is_write == is_write]
        assert abs(len(arrived) - len(at)) <= 1, "the one that was killed"


def _busiest(times):
    """Return the most calls in any minute."""
    return max(sum(0 <= t - start < MINUTE - 0.001 for t in times) for start in times)
