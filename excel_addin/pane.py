"""What the pane tells of the data: how old they are, the five statistics, whether a sync runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from excel_addin.published import Published
from formulas.functions.arguments import Refused
from templates.sentences import sentence
from templates.words import Words

SYNC = "from sheets_sync.cli import main; main()"


@dataclass(slots=True)
class Syncing:
    """The syncs that the pane began: each a process of its own, one a workspace."""

    running: dict[Path, subprocess.Popen[bytes]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def begin(self, folder: Path) -> None:
        """Begin a sync, unless one is under way."""
        with self.lock:
            if not self.is_under_way(folder):
                call = [sys.executable, "-c", SYNC, "sync", str(folder)]
                self.running[folder] = subprocess.Popen(  # noqa: S603 - our own program
                    call,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )

    def is_under_way(self, folder: Path) -> bool:
        """Tell whether a sync runs."""
        found = self.running.get(folder)
        return found is not None and found.poll() is None

    def code(self, folder: Path) -> int | None:
        """Return the exit code of the last sync, None where there was none or it runs."""
        found = self.running.get(folder)
        return None if found is None else found.poll()

    def close(self) -> None:
        """Wait for the syncs that run."""
        for process in self.running.values():
            process.wait()


def state(numbers: Published, syncing: Syncing, words: Words) -> Mapping[str, Any]:
    """Say how old the data are and what the five statistics are."""
    folder = numbers.workspace.folder
    told = {
        "store": numbers.version,
        "company": numbers.workspace.company,
        "is_syncing": syncing.is_under_way(folder),
        "has_failed": syncing.code(folder) not in (None, 0),
        "five": [],
    }
    try:
        facts = numbers.facts()
    except Refused as refused:
        problem = f"function.problem.{refused.fault.problem}"
        return {**told, "message": words(problem)}
    five = [
        {
            "id": row["id"],
            "name": words(f"metric.{row['id']}"),
            "status": str(row.get("status") or "unknown"),
            "text": sentence(row, facts, words),
        }
        for row in facts.tables["five"]
    ]
    runs = numbers.workspace.state.runs()
    synced_at = numbers.workspace.local(runs[0].finished, facts.settings) if runs else None
    return {
        **told,
        "as_of": words.day(facts.as_of),
        "synced_at": words.moment(synced_at),
        "five": five,
    }
