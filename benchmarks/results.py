"""Every benchmark one after the other, and what they measured as RESULTS.md with a chart.

`python benchmarks/results.py [FILE ...]`: all of them, or those named; `make bench` runs all.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from _goal import Figure, shown

HERE = Path(__file__).parent
FILES = sorted(path.name for path in HERE.glob("[a-z]*.py") if path.name != Path(__file__).name)
PACKAGES = ("duckdb", "pyarrow", "pandas", "polars", "xlsxwriter", "openpyxl", "python-calamine")
LOOP = "ten million turns of an empty loop"
DRAWN = ("metric set", "computed anew by a sync", "pandas", "polars")
"""The figures of growth.py that the chart shows."""
COLOURS = ("#C0392B", "#1F3A93", "#1E8449", "#D68910", "#7F8C8D")


def loop() -> float:
    """Return the seconds of ten million turns of nothing: how fast the machine is just now."""
    start = perf_counter()
    for _ in range(10_000_000):
        pass
    return perf_counter() - start


def measured(files: Sequence[str]) -> Iterator[Figure]:
    """Run benchmarks one after the other and yield their figures."""
    with TemporaryDirectory() as folder:
        record = Path(folder, "figures.jsonl")
        for file in files:
            print(f"== {file}", flush=True)
            yield Figure(file, LOOP, loop(), "s")
            record.write_text("", encoding="utf-8")
            ended = subprocess.run(
                [sys.executable, HERE / file],
                check=False,
                env={**os.environ, "BENCH_RECORD": str(record)},
            )
            for line in record.read_text(encoding="utf-8").splitlines():
                yield Figure(**json.loads(line))
            if ended.returncode:
                yield Figure(file, "ended early", ended.returncode, "exit code", "0", is_met=False)


def page(figures: Sequence[Figure]) -> str:
    """Write the figures as a page."""
    lines = ["# Results", "", *_machine(), ""]
    for file in dict.fromkeys(figure.file for figure in figures):
        lines += [f"## {file}", "", "| what | rows | figure | floor | goal | |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [_row(figure) for figure in figures if figure.file == file]
        lines += [""]
        if file == "growth.py":
            lines += ["![How it grows with the rows](growth.svg)", ""]
    return "\n".join(lines)


def _machine() -> Iterator[str]:
    yield (
        f"{datetime.now(UTC):%Y-%m-%d}, one run of `make bench`. {os.cpu_count()} cores"
        f" ({_processor()}), Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in PACKAGES)
        + "."
    )
    yield ""
    yield (
        "Ratios are firmer than seconds: the machine is not always as fast, so before each file ten"
        " million turns of an empty loop are timed. The floor is the least that the machine itself"
        " takes for what has to be done: one pass over the columns."
    )


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except FileNotFoundError:
        return platform.processor()
    return next(line for line in told.splitlines() if "model name" in line).partition(": ")[2]


def _row(figure: Figure) -> str:
    cells = (
        figure.name.strip(),
        "" if figure.n is None else f"{figure.n:,}",
        f"{shown(figure.value)} {figure.unit}",
        "" if figure.floor is None else f"{shown(figure.floor)} {figure.unit}",
        figure.goal,
        {True: "PASS", False: "**FAIL**", None: ""}[figure.is_met],
    )
    return f"| {' | '.join(cells)} |"


def chart(figures: Sequence[Figure]) -> Any:
    """Draw how seconds grow with the rows, both in powers of ten."""
    import pygal
    from pygal.style import CleanStyle

    drawn = pygal.XY(
        style=CleanStyle(colors=COLOURS, background="white"),
        js=(),
        margin_right=60,
        logarithmic=True,
        title="Seconds by deals",
        width=760,
        height=420,
        truncate_legend=-1,
        x_labels=[5, 6, 7, 8],
        y_labels=[0.001, 0.01, 0.1, 1, 10, 100, 1000],
    )
    drawn.x_title, drawn.y_title = "deals", "seconds"
    drawn.x_value_formatter = lambda n: f"{10**n:,.0f}"
    grown = [figure for figure in figures if figure.file == "growth.py"]
    for name in DRAWN:
        drawn.add(name, _points(grown, name))
    drawn.add("floor", [(_power(f.n), f.floor) for f in grown if f.floor is not None])
    return drawn


def _points(figures: Sequence[Figure], name: str) -> list[tuple[float, float]]:
    return [(_power(f.n), f.value) for f in figures if f.name == name and f.unit == "s"]


def _power(n: int | None) -> float:
    from math import log10

    return log10(n or 1)


def main(files: Sequence[str]) -> None:
    figures = list(measured(files or FILES))
    (HERE / "RESULTS.md").write_text(page(figures), encoding="utf-8")
    if "growth.py" in files or not files:
        chart(figures).render_to_file(str(HERE / "growth.svg"))
    missed = [figure.name for figure in figures if figure.is_met is False]
    print(f"benchmarks/RESULTS.md: {len(figures)} figures, missed: {', '.join(missed) or 'none'}")


if __name__ == "__main__":
    main(sys.argv[1:])
