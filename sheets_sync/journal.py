"""What syncs did, a line of JSON each, for programs that gather logs: counts and ids, no texts."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

JOURNAL = "logs/sync.jsonl"
LARGEST, OLDER = 2**20, 3
"""Bytes of the file before another one is begun, and how many of those before are kept."""


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Go on: a sync does not fail for its log."""


def note(hidden: Path, entry: Mapping[str, object]) -> None:
    """Add a line to the journal of a workspace."""
    path = hidden / JOURNAL
    try:
        path.parent.mkdir(exist_ok=True)
        file = _File(path, maxBytes=LARGEST, backupCount=OLDER, encoding="utf-8")
    except OSError:
        return
    text = json.dumps(entry, ensure_ascii=False, default=str)
    file.emit(logging.LogRecord("sync", logging.INFO, "", 0, text, None, None))
    file.close()
