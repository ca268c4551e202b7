"""Many clients: all at once against one after the other, and listing 200 of them.

`python benchmarks/clients.py [CLIENTS]` prints the ratio of the two makespans, the most memory that
one of the programs took, and how long a list of 200 clients takes.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from _child import smarketing
from _goal import at_most

AS_OF = "2026-11-22"
LISTED = 200
MOST_MEGABYTES, MOST_SECONDS = 1_000, 2.0


def timed(*arguments: str) -> tuple[float, float]:
    """Run a command; return its seconds by the clock, and the most memory of one program."""
    start = perf_counter()
    cost = smarketing(*arguments)
    return perf_counter() - start, cost.megabytes


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    with TemporaryDirectory() as scratch:
        root, first = Path(scratch, "some"), Path(scratch, "some", "0")
        root.mkdir()
        smarketing("demo", str(first), "--as-of", AS_OF)
        for number in range(1, count):
            shutil.copytree(first, root / str(number))
        call = "sync", "--all", str(root), "--as-of", AS_OF, "--json"
        alone, _ = timed(*call, "--jobs", "1")
        together, _ = timed(*call)
        cores = os.cpu_count() or 1
        print(f"{count} syncs on {cores} cores: {together:.1f} s, one by one {alone:.1f} s")
        at_most("all at once against one by one", together / alone, 0.8, "of the time")
        _, most = timed("sync", str(first), "--as-of", AS_OF, "--json")
        at_most("peak memory of a sync", most, MOST_MEGABYTES, "MB")
        for number in range(count, LISTED):
            shutil.copytree(first, root / str(number))
        seconds, _ = timed("clients", str(root), "--json")
        at_most(f"a list of {LISTED} clients", seconds, MOST_SECONDS, "s")


if __name__ == "__main__":
    main()
