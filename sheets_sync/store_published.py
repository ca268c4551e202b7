"""The published copy of facts.duckdb, which readers open while a sync writes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FACTS = "facts.duckdb"
PUBLISHED = "published.duckdb"
POINTER = "published.txt"


def published(folder: Path) -> Path:
    """Return the published copy.

    Raises:
        FileNotFoundError: nothing has been published yet.
    """
    pointer = folder / POINTER
    name = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else PUBLISHED
    if not (folder / name).exists():
        raise FileNotFoundError(folder / name)
    return folder / name


def version(folder: Path) -> str:
    """Name the published copy: another one has another name; empty where there is none."""
    try:
        found = published(folder).stat()
    except FileNotFoundError:
        return ""
    return f"{found.st_mtime_ns ^ found.st_size:x}"


def put(folder: Path) -> Path:
    """Swap in a copy; where readers hold the old one (Windows), a pointer names the new one."""
    copy = folder / f"published-{os.getpid()}.duckdb"
    shutil.copyfile(folder / FACTS, copy)
    with copy.open("rb+") as file:
        os.fsync(file.fileno())
    pointer, place = folder / POINTER, folder / PUBLISHED
    try:
        copy.replace(place)
    except PermissionError:
        named = folder / f"published-{copy.stat().st_mtime_ns}.duckdb"
        copy.rename(named)
        pointer.with_suffix(".new").write_text(named.name, encoding="utf-8")
        pointer.with_suffix(".new").replace(pointer)
        return named
    pointer.unlink(missing_ok=True)
    return place
