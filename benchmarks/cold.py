"""Commands from a cold start: `--help`, the demo, its second sync, its metrics.

Figures are processor seconds, the best of several runs; the first run leaves compiled modules.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from _child import smarketing
from _goal import at_most


def best(times: int, *arguments: str) -> float:
    return min(smarketing(*arguments).seconds for _ in range(times))


def main() -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with TemporaryDirectory() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder, "compiled"))
        smarketing("demo", str(Path(folder, "warm")))
        at_most("--help", 1000 * best(5, "--help"), 150, "ms")
        demo = str(Path(folder, "demo"))
        at_most("demo", best(1, "demo", demo), 5, "s")
        at_most("second sync of the demo", best(2, "sync", demo), 3, "s")
        at_most("metrics of the demo", best(3, "metrics", demo), 1, "s")


if __name__ == "__main__":
    main()
