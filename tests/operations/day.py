"""A day of syncs every five minutes, back to back: `python -m tests.operations.day [SYNCS]`.

Every time somebody has typed another plan and a deal has changed; every hour a lead is new. The
clock is made up and goes on five minutes a sync. What is printed has to be flat: the memory of the
process and the size of every file.
"""

from __future__ import annotations

import gc
import re
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sheets_sync.config import load as load_config
from sheets_sync.sync import sync
from sheets_sync.workspace import Workspace
from templates.words import load
from tests.cli.calls import done
from tests.cli.company import lead, write_deals, write_leads
from tests.cli.conftest import type_plan

DEFAULT = gc.get_threshold()  # a call of our program sets it aside, and ends before it matters
MOST_GROWTH, ROOM = 1.1, 2**16
START, STEP = datetime(2026, 11, 23, tzinfo=UTC), timedelta(minutes=5)
DAY = date(2026, 11, 22)


def company(folder):
    """Make a small company whose plan is typed."""
    folder.mkdir(parents=True)
    leads, deals = write_leads(folder), write_deals(folder)
    done("init", folder, "--leads", leads, "--deals", deals)
    done("sync", folder, "--as-of", DAY)
    type_plan(folder, "qualified", 100)
    return folder


def typed(path, was, becomes):
    """Type another figure over the plan, in the file itself: Excel would take its time."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    cell = re.compile(rb'(<c r="F5"[^>]*><v>)%d(</v>)' % was)
    found = [name for name, content in parts.items() if cell.search(content)]
    assert len(found) == 1, found
    parts[found[0]] = cell.sub(rb"\g<1>%d\g<2>" % becomes, parts[found[0]])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)


def passed(folder, turn):
    """Let five minutes pass: a plan, a deal, and sometimes a lead."""
    typed(folder / "smarketing.xlsx", 100 + turn, 101 + turn)
    deals = folder / "deals.csv"
    text = deals.read_text(encoding="utf-8")
    deals.write_text(re.sub(r"D7,[^,]*", f"D7,Roof {turn}", text), encoding="utf-8")
    if turn % 12 == 0:
        with (folder / "leads.csv").open("a", encoding="utf-8") as leads:
            leads.write(",".join(lead(1000 + turn)) + "\n")


def memory():
    """Return how many bytes this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def sizes(folder):
    """Return the bytes of what lies in a workspace, versions and logs together."""
    found = Counter()
    hidden = folder / ".smarketing"
    for path in (folder / "smarketing.xlsx", *hidden.rglob("*")):
        if path.is_file():
            inside = path.relative_to(hidden).parts if path.is_relative_to(hidden) else (path.name,)
            found[inside[0]] += path.stat().st_size
    return found


def day(folder, syncs):
    """Yield what there is after each sync: the memory, and the sizes of files."""
    workspace = Workspace(folder, load_config(folder, load("en")))
    for turn in range(syncs):
        passed(folder, turn)
        outcome = sync(workspace, now=START + turn * STEP, as_of=DAY)
        assert outcome.inputs_read
        assert not any(arrival.error for arrival in outcome.arrivals)
        yield {"memory": memory(), **sizes(folder)}


def grown(series):
    """Return what took more room in the last quarter of a day than in the second one."""
    quarter = len(series) // 4
    second, last = series[quarter : 2 * quarter], series[-quarter:]
    most = {name: [max(each[name] for each in part) for part in (second, last)] for name in last[0]}
    return {name: sizes for name, sizes in most.items() if sizes[1] > sizes[0] * MOST_GROWTH + ROOM}


def main(syncs):
    """Print what there is after each hour, and end badly if something grows."""
    place = Path(tempfile.mkdtemp())
    series = []
    try:
        workspace = company(place / "company")
        gc.set_threshold(*DEFAULT)
        for turn, found in enumerate(day(workspace, syncs), 1):
            series.append(found)
            if turn % 12 == 0 or turn in (1, syncs):
                spelled = "  ".join(f"{name} {size / 1e6:.2f}" for name, size in found.items())
                sys.stdout.write(f"{turn:4} MB: {spelled}\n")
                sys.stdout.flush()
    finally:
        shutil.rmtree(place)
    sys.exit(f"this grew: {grown(series)}" if grown(series) else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 288)
