"""A company with something new on every side: a deal, a lead that goes, a plan that is typed."""

import re
import shutil
import subprocess
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta

from sheets_sync.config import HIDDEN
from sheets_sync.preview import differences
from sheets_sync.state import State
from sheets_sync.store import open_published
from tests.cli.calls import DAY, done
from tests.cli.conftest import type_plan

TYPED = 4321.0


def state_of(folder):
    return State(folder / HIDDEN / "state.sqlite")


def change(folder):
    """Change what is there as days do."""
    deals = folder / "deals.csv"
    text = deals.read_text(encoding="utf-8").replace("Roof 0", "Roof zero")
    deals.write_text(text + "D99,Roof 99,2026-11-02,,Proposal,700,Anna,vk\n", encoding="utf-8")
    type_plan(folder, "qualified", TYPED)
    return folder


def copied(folder, place):
    shutil.copytree(folder, place)
    return place


def synced(folder):
    done("sync", folder, "--as-of", DAY)
    return folder


def timeless(value):
    if isinstance(value, datetime):
        return "a time"
    if isinstance(value, date) and abs(datetime.now(UTC).date() - value) <= timedelta(days=1):
        return "a day"  # of typing: midnight may have passed since
    return (
        re.sub(r"2\d{3}-\d\d-\d\d \d\d:\d\d", "a time", value) if isinstance(value, str) else value
    )


def different(calm, folder):
    """Return the cells in which a workbook is not what it is in a company where nothing happened.

    Times of syncs differ, of course.
    """
    return [
        each
        for each in differences(calm / "smarketing.xlsx", folder / "smarketing.xlsx")
        if each["tab"] != "Sync log" and timeless(each["before"]) != timeless(each["after"])
    ]


def facts(folder):
    """Return the rows of deals and leads as they are published."""
    connection = open_published(folder / HIDDEN)
    try:
        return [
            connection.execute(
                f"select cast(columns(* exclude loaded_at) as varchar) from {name} order by all"
            ).fetchall()
            for name in ("deal", "lead")
        ]
    finally:
        connection.close()


def plans_typed(folder):
    """Return every figure that was ever typed as the plan of the example."""
    pasts = state_of(folder).pasts({("plan", "value")}).values()
    return [change.value for past in pasts for change in past]


def is_whole(calm, folder):
    assert (different(calm, folder), plans_typed(folder)) == ([], [100, TYPED])
    assert facts(calm) == facts(folder)
    left, known = ({path.name for path in (each / HIDDEN).iterdir()} for each in (folder, calm))
    assert left == known
    assert [path.name for path in folder.glob(".smarketing.*")] == []
    return True


def mount(*call):
    found = shutil.which(call[0])
    return found and subprocess.run([found, *call[1:]], capture_output=True, check=False).returncode


@contextmanager
def small_disk(folder, megabytes=48):
    """Lend a small disk, or nothing where none may be mounted."""
    folder.mkdir()
    size = f"size={megabytes}m"
    is_there = mount("mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)) == 0
    try:
        yield folder if is_there else None
    finally:
        if is_there:
            mount("umount", "-l", str(folder))
        with suppress(OSError):
            folder.rmdir()
