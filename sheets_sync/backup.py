"""A workspace in one file, and back: config, workbook, what was typed, what was counted."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from sheets_sync.config import CONFIG, HIDDEN
from sheets_sync.errors import FixConfig
from sheets_sync.lock import workspace_lock
from sheets_sync.state import STATE
from sheets_sync.state_schema import BACKUPS
from sheets_sync.store_published import FACTS, put
from sheets_sync.workspace import Workspace

FORMAT = 1
ASIDE = "before-restore"
_MANIFEST = "manifest.json"
_NAME = re.compile(r"[^/\\:\x00-\x1f]+")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds: the moment it was made, and the size and the digest of each file."""

    made: datetime
    files: Mapping[str, tuple[int, str]]


def backup(workspace: Workspace, now: datetime, path: Path | None = None) -> Path:
    """Write a workspace into one file and return where it lies; nobody else can read it.

    Secrets are not in it: they stand in files and variables of their own. Nor are the exports.

    Raises:
        WaitAndRetry: a sync holds the workspace.
    """
    folder, hidden = workspace.folder, workspace.hidden
    path = path or hidden / BACKUPS / f"{folder.resolve().name} {now:%Y-%m-%d %H.%M.%S}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    with workspace_lock(hidden), TemporaryDirectory() as temporary:
        files = dict(_files(workspace, Path(temporary)))
        said: dict[str, tuple[int, str]] = {}
        with new.open("wb") as file, ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            new.chmod(0o600)
            for name, place in files.items():
                is_packed = place.suffix in {".xlsx", ".parquet"}
                archive.write(place, name, ZIP_STORED if is_packed else ZIP_DEFLATED)
                with place.open("rb") as content:
                    said[name] = place.stat().st_size, _digest(content)
            manifest = {"format": FORMAT, "made": now.isoformat(), "files": said}
            archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False))
        with new.open("rb+") as written:
            os.fsync(written.fileno())
        new.replace(path)
    return path


def _files(workspace: Workspace, temporary: Path) -> Iterator[tuple[str, Path]]:
    """Yield what is kept, by its name in the backup; the state as a copy that is whole."""
    folder, hidden = workspace.folder, workspace.hidden
    yield CONFIG, folder / CONFIG
    own = [workspace.workbook]
    if workspace.config.scorecard.file:
        own.append(folder / workspace.config.scorecard.file)
    for path in own:
        if path.exists() and path.resolve().is_relative_to(folder.resolve()):
            yield path.resolve().relative_to(folder.resolve()).as_posix(), path
    if (hidden / STATE).exists():
        copy = temporary / STATE
        with closing(sqlite3.connect(hidden / STATE)) as one, closing(sqlite3.connect(copy)) as two:
            one.backup(two)
        yield f"{HIDDEN}/{STATE}", copy
    for path in sorted([*hidden.glob(f"{FACTS}*"), *(hidden / "files").glob("*.parquet")]):
        yield f"{HIDDEN}/{path.relative_to(hidden).as_posix()}", path


def restore(path: Path, folder: Path, now: datetime) -> tuple[Kept, Path | None]:
    """Bring a workspace back; return what it is, and where what was there is kept.

    Raises:
        FixConfig: the file is no backup, is damaged, or was made by a newer version.
        WaitAndRetry: a sync holds the workspace.
    """
    hidden = folder / HIDDEN
    aside = hidden / ASIDE / f"{now:%Y-%m-%d %H.%M.%S}"
    with _opened(path) as archive:
        kept = _manifest(archive, path)
        with workspace_lock(hidden), TemporaryDirectory(dir=hidden) as temporary:
            for name, told in kept.files.items():
                _unpack(archive, name, told, Path(temporary), path)
            moved = [_moved(folder / name, aside / name) for name in _replaced(kept, folder)]
            for name in kept.files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                Path(temporary, name).replace(folder / name)
            if (hidden / FACTS).exists():
                put(hidden)
    return kept, aside if any(moved) else None


def _replaced(kept: Kept, folder: Path) -> set[str]:
    """Return all that is put aside: what comes back, and what belongs to it."""
    journals = {f"{HIDDEN}/{name}" for name in (f"{STATE}-wal", f"{STATE}-shm", f"{FACTS}.wal")}
    known = {path.relative_to(folder).as_posix() for path in (folder / HIDDEN / "files").glob("*")}
    return {*kept.files, *journals, *known, f"{HIDDEN}/{STATE}", f"{HIDDEN}/{FACTS}"}


def _moved(path: Path, place: Path) -> bool:
    if not path.is_file():
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, place)
    return True


def _opened(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except FileNotFoundError:
        raise FixConfig("backup_missing", path=path) from None
    except BadZipFile:
        raise FixConfig("backup_damaged", path=path) from None


def _manifest(archive: ZipFile, path: Path) -> Kept:
    """Read what a backup says of itself, and refuse names that lead out of the folder."""
    try:
        said = json.loads(archive.read(_MANIFEST))
        version, made = int(said["format"]), datetime.fromisoformat(said["made"])
        files = {str(name): (int(size), str(mark)) for name, (size, mark) in said["files"].items()}
    except (KeyError, ValueError, TypeError, AttributeError, BadZipFile):
        raise FixConfig("backup_damaged", path=path) from None
    if version > FORMAT:
        raise FixConfig("backup_newer", path=path)
    if CONFIG not in files or not all(map(_is_inside, files)):
        raise FixConfig("backup_damaged", path=path)
    return Kept(made, files)


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and all(part not in {".", ".."} and _NAME.fullmatch(part) for part in parts)


def _unpack(archive: ZipFile, name: str, told: tuple[int, str], to: Path, path: Path) -> None:
    """Unpack one file, never more of it than was told, and prove it."""
    size, mark = told
    place = to / name
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with archive.open(name) as packed, place.open("wb") as file:
            left = size + 1
            while left and (block := packed.read(min(_BLOCK, left))):
                file.write(block)
                left -= len(block)
            file.flush()
            os.fsync(file.fileno())
    except (KeyError, BadZipFile, EOFError, OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise FixConfig("backup_damaged", path=path) from None
    with place.open("rb") as content:
        if place.stat().st_size != size or _digest(content) != mark:
            raise FixConfig("backup_damaged", path=path)


def _digest(file: IO[bytes]) -> str:
    found = sha256()
    while block := file.read(_BLOCK):
        found.update(block)
    return found.hexdigest()
