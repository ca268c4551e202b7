"""An hour of a busy workbook in one go: 200 clients at once, while a sync follows a sync.

600,000 cells in batches of 1,000, a tenth of the batches asking for numbers of the last sync too.
What counts: no request fails, and the server is no larger after the second half than after the
first.

    python benchmarks/functions_soak.py
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psutil
from _goal import at_most

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from excel_addin import auth  # noqa: E402
from excel_addin.auth import Scope  # noqa: E402
from tests.addin.serving import desk_of  # noqa: E402
from tests.addin.test_serve import free_port  # noqa: E402
from tests.cli.calls import done  # noqa: E402
from tests.cli.company import write_deals, write_leads  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

START = "from sheets_sync.cli import main; main()"
AGAIN = """
from sheets_sync.cli import main
while True:
    try:
        main()
    except SystemExit:
        pass
"""
CLIENTS, BATCHES, CELLS = 200, 600, 1_000


def body(place: int) -> bytes:
    """Make a batch that no other batch is like."""
    calls = [{"id": "RUNRATE", "args": [place * CELLS + n, 150, 10, 22]} for n in range(CELLS)]
    if place % 10 == 0:
        calls[0] = {"id": "METRIC", "args": ["leads", "2026-11"]}
    return json.dumps({"v": 1, "calls": calls}).encode()


async def half(url: str, key: str, first: int) -> int:
    """Send half of the batches, all clients at once; return how many failed."""
    limits = httpx.Limits(max_connections=CLIENTS)
    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, limits=limits, timeout=120
    ) as session:

        async def one(place: int) -> int:
            said = await session.post("/batch", content=body(place))
            return int(said.status_code != httpx.codes.OK)

        return sum(await asyncio.gather(*(one(first + n) for n in range(BATCHES // 2))))


@contextmanager
def syncing(folder: Path) -> Iterator[None]:
    """Let one sync follow another."""
    program = (
        f"{START.removesuffix('main()')}\nwhile True:\n try: main(['sync', {str(folder)!r}])\n"
    )
    program += " except SystemExit: pass\n"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.kill()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        done("init", folder, "--leads", write_leads(folder), "--deals", write_deals(folder))
        done("sync", folder)
        key = auth.make(desk_of(folder).numbers.workspace.state, Scope.DATA, rate=100_000)
        port = free_port()
        call = [sys.executable, "-c", START, "serve", str(folder), "--port", str(port)]
        url = f"http://127.0.0.1:{port}"
        with subprocess.Popen(
            call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                _measure(url, key, folder, psutil.Process(process.pid))
            finally:
                process.kill()


def _measure(url: str, key: str, folder: Path, server: psutil.Process) -> None:
    while True:
        try:
            httpx.get(f"{url}/healthz")
            break
        except httpx.ConnectError:
            time.sleep(0.1)
    begun = time.perf_counter()
    with syncing(folder):
        failed = asyncio.run(half(url, key, 0))
        before = server.memory_info().rss
        failed += asyncio.run(half(url, key, BATCHES // 2))
        after = server.memory_info().rss
    took = time.perf_counter() - begun
    print(f"      {BATCHES * CELLS:,} cells, {CLIENTS} clients, a sync beside: {took:.0f} s")
    at_most("requests that failed", failed, 0, "requests")
    at_most("growth of the server in the second half", (after - before) / 2**20, 20, "MB")


if __name__ == "__main__":
    main()
