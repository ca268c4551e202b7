"""Custom functions in Chromium with Microsoft's own runtime: time and requests of 10,000 cells.

Beside them, one request per cell against a handler that does nothing, and the server by itself.
Needs Chromium, chromedriver and the packages of tests/browser (tests/install_oracles.sh).

    python benchmarks/functions.py
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selenium.webdriver.chrome.webdriver import WebDriver

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from _goal import at_least, at_most, shown  # noqa: E402

from excel_addin.batch import Result, decode, encode, respond, spoken  # noqa: E402
from formulas.functions import FUNCTIONS, Function  # noqa: E402
from formulas.functions.arguments import Given  # noqa: E402
from templates.words import load  # noqa: E402
from tests.addin.browser import chromium, office, open_pane  # noqa: E402
from tests.addin.hosting import hosted  # noqa: E402
from tests.addin.serving import desk_of, server_of  # noqa: E402
from tests.cli.calls import done  # noqa: E402
from tests.cli.company import write_deals  # noqa: E402

CELLS = 10_000
ROUNDS = 5
BATCHED = """
const [cells, width, isSame, done] = arguments;
const run = CustomFunctions._association.mappings.CONVERSION;
SMK.memory.clear();
window.requests.length = 0;
const shared = Array.from({ length: width }, (_, n) => [n + 10000]);
const begun = performance.now();
const calls = Array.from({ length: cells }, (_, n) => {
  const place = isSame ? 1 : n + 1;
  const all = width > 1 ? shared.map((row) => [...row]) : place + 10000;
  return run(place, all, null, {});
});
Promise.all(calls).then((found) => done({
  ms: performance.now() - begun,
  requests: window.requests.length,
  bytes: window.requests.reduce((sum, each) => sum + each.length, 0),
  last: found[cells - 1],
}));
"""
STARTED = """
const done = arguments[0];
const begun = performance.now();
const run = CustomFunctions._association.mappings.CONVCI;
run(18, 90, null, {}).then(() => done(performance.now() - begun));
"""
SINGLE = """
const [count, done] = arguments;
const run = CustomFunctions._association.mappings.CONVERSION;
(async () => {
  const took = [];
  for (let n = 0; n < count; n += 1) {
    SMK.memory.clear();
    const begun = performance.now();
    await run(n, 50000, null, {});
    took.push(performance.now() - begun);
  }
  done(took);
})();
"""
NAIVE = """
const [cells, done] = arguments;
const begun = performance.now();
let left = cells, next = 0;
const one = async () => {
  while (next < cells) {
    next += 1;
    await fetch("/healthz", { headers: { "X-Cell": String(next) } }).then((r) => r.json());
    left -= 1;
  }
};
Promise.all(Array.from({ length: 6 }, one)).then(() => done(performance.now() - begun));
"""


def in_process() -> float:
    """Return how many one-cell calls a worker answers in a second of processor time."""
    calls = [{"id": "CPL", "args": [n, 130]} for n in range(1_000)]
    body, words = json.dumps({"v": 1, "calls": calls}).encode(), load("en")

    def answer(function: Function, given: Sequence[Given]) -> Result:
        return spoken(function.answer(given), words)

    best = float("inf")
    for _ in range(30):
        begun = time.process_time()
        encode(respond(decode(body), FUNCTIONS, answer, words).results, "")
        best = min(best, time.process_time() - begun)
    return len(calls) / best


def best_of(driver: WebDriver, *how: object) -> dict[str, float]:
    """Return the run that took the median time."""
    runs = [driver.execute_async_script(BATCHED, *how) for _ in range(ROUNDS)]
    return sorted(runs, key=lambda run: run["ms"])[ROUNDS // 2]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        workspace.mkdir()
        done("init", workspace, "--deals", write_deals(workspace))
        server = server_of([desk_of(workspace)], time.monotonic)
        server.door.visits.rate = server.door.visits.size = 10**9
        with office(server) as url, chromium(Path(folder) / "profile") as driver:
            open_pane(driver, url, local=False)
            best_of(driver, CELLS, 1, False)
            distinct = best_of(driver, CELLS, 1, False)
            same = best_of(driver, CELLS, 1, True)
            shared = best_of(driver, 1_000, 1_000, False)
            single = driver.execute_async_script(SINGLE, 200)
            naive = driver.execute_async_script(NAIVE, 1_000) * CELLS / 1_000
            open_pane(driver, url)
            local = best_of(driver, CELLS, 1, False)
            with hosted(Path(folder) / "site") as (alone, _):
                open_pane(driver, alone, local=False)
                started = driver.execute_async_script(STARTED)
                best_of(driver, CELLS, 1, False)
                python = best_of(driver, CELLS, 1, False)
    p50, p99 = statistics.median(single), statistics.quantiles(single, n=100)[-1]
    at_most("10,000 distinct cells", distinct["ms"], 600, "ms")
    at_most("  in so many requests", distinct["requests"], 12, "requests")
    at_most("10,000 cells that the page computes", local["ms"], 200, "ms")
    at_most("10,000 cells that Python in the page computes", python["ms"], 600, "ms")
    at_most("  in so many requests", python["requests"], 0, "requests")
    print(f"      its first answer, while it starts: {shown(started)} ms")
    at_most("10,000 equal cells", same["ms"], 100, "ms")
    at_most("  in so many requests", same["requests"], 1, "requests")
    at_most("1,000 cells over one range of 1,000", shared["ms"], 600, "ms")
    at_most("  sent", shared["bytes"] / 1_000, 60, "kB")
    at_most("one cell, half of the times", p50, 10, "ms")
    print(f"      one cell, 99 of 100 times: {shown(p99)} ms")
    print(
        f"      one request a cell, nothing computed: {shown(naive)} ms for 10,000 cells (of 1,000)"
    )
    at_least("a request a cell against batches", naive / distinct["ms"], 4)
    at_least("calls a second of one worker, in 100,000", in_process() / 100_000, 1)


if __name__ == "__main__":
    main()
