"""One line for each figure: what was measured, what was wanted, and whether it was met.

Where `BENCH_RECORD` names a file, each figure is added to it as a line of JSON, for results.py.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured: of which file, how many rows (if it grows with them), and the floor.

    `floor` is what the machine itself takes for the least that has to be done, in the same unit.
    """

    file: str
    name: str
    value: float
    unit: str
    goal: str = ""
    is_met: bool | None = None
    n: int | None = None
    floor: float | None = None


def at_most(
    name: str,
    value: float,
    most: float,
    unit: str,
    *,
    n: int | None = None,
    floor: float | None = None,
) -> None:
    """Print a figure that should be small."""
    goal = f"≤ {most:g} {unit}"
    _tell(Figure(_file(), name, value, unit, goal, is_met=value <= most, n=n, floor=floor))


def at_least(name: str, ratio: float, least: float) -> None:
    """Print how many times better something is."""
    _tell(Figure(_file(), name, ratio, "times", f"≥ {least:g} times", is_met=ratio >= least))


def noted(name: str, value: float, unit: str, *, n: int | None = None) -> None:
    """Print a figure that has no goal."""
    _tell(Figure(_file(), name, value, unit, n=n))


def _file() -> str:
    return Path(sys.argv[0]).name


def _tell(figure: Figure) -> None:
    verdict = {True: "PASS  ", False: "FAIL  ", None: ""}[figure.is_met]
    goal = f" (goal {figure.goal})" if figure.goal else ""
    floor = "" if figure.floor is None else f", floor {shown(figure.floor)}"
    rows = "" if figure.n is None else f", {figure.n:,} rows"
    print(
        f"{verdict}{figure.name}{rows}: {shown(figure.value)} {figure.unit}{floor}{goal}",
        flush=True,
    )
    if path := os.environ.get("BENCH_RECORD"):
        with Path(path).open("a", encoding="utf-8") as file:
            print(json.dumps(asdict(figure), ensure_ascii=False), file=file)


def shown(value: float) -> str:
    """Return three digits of a figure, more of a long one."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
