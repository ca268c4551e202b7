"""The workbook as a local .xlsx file: read, drawn, patched and replaced whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.errors import CloseWorkbook, TargetNotWritten
from sheets_sync.workbook import Draw, Exchange, Inputs, Sheet, Target

if TYPE_CHECKING:
    from templates.tab import Tab
    from templates.words import Words

_VERSIONS = 5
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class XlsxFile:
    """A workbook on disk.

    `memory` keeps texts between syncs, best in the workspace's state: what was written into
    reports, which keys were given. `versions` is where the last five files before ours are kept.
    `opened` is where the work is done instead while Excel has the file open.
    """

    path: Path
    words: Words
    currency: str
    memory: MutableMapping[str, str]
    versions: Path
    opened: Target | None = None

    def exchange(self, tabs: Sequence[Tab], draw: Draw, /) -> Exchange:
        """Read what people typed, draw with it, write what differs, return what was typed."""
        try:
            return self._closed(tabs, draw)
        except CloseWorkbook:
            if self.opened is None:
                raise
        return self.opened.exchange(tabs, draw)

    def _closed(self, tabs: Sequence[Tab], draw: Draw) -> Exchange:
        """Work on the file as nobody has it open."""
        path = self.path.resolve()
        for left in path.parent.glob(_beside_name(_literal(path.stem), "*")):
            left.unlink(missing_ok=True)  # of a sync that was killed
        try:
            for _ in range(_ATTEMPTS):
                if done := self._exchange(tabs, draw):
                    return done
        except TargetNotWritten as error:
            error.parts.setdefault("path", self.path.name)
            raise
        raise CloseWorkbook("workbook_busy", path=self.path.name)

    def _exchange(self, tabs: Sequence[Tab], draw: Draw) -> Exchange | None:
        """Try once; None if somebody saved the file in the meantime."""
        from sheets_sync.targets.xlsx_patch import Book, remembered_inputs

        refuse_if_open(self.path)
        before = _read(self.path)
        if before is None:
            inputs = remembered_inputs(tabs, self.memory)
            hidden = {tab.name for tab in tabs if tab.is_hidden}
            return self._first(draw(inputs, hidden), inputs)
        book = Book(before, tabs, self.memory, self.words)
        result = book.updated(draw(book.inputs, book.hidden), self._draw)
        if result.data is not None and not self._replace(result.data, before):
            return None
        self.memory.update(result.memory)
        return Exchange(book.inputs, result.cells_changed, result.notices)

    def _draw(self, path: Path, sheets: Sequence[Sheet]) -> None:
        from sheets_sync.targets.xlsx_new import write_new

        write_new(path, sheets, self.words, self.currency)

    def _first(self, sheets: Sequence[Sheet], inputs: Inputs) -> Exchange | None:
        """Write the file for the first time, with what is remembered of one before it."""
        from sheets_sync.targets.xlsx_patch import first_memory, with_inputs

        whole = [with_inputs(sheet, inputs) for sheet in sheets]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _beside(self.path) as temporary:
            self._draw(temporary, whole)
            data = temporary.read_bytes()
            _settle(temporary)
            if self.path.exists():
                return None
            temporary.replace(self.path)
        _settle(self.path.parent)
        memory, cells = first_memory(data, whole, self.words, self.memory)
        self.memory.update(memory)
        return Exchange(inputs, cells)

    def _replace(self, data: bytes, before: bytes) -> bool:
        """Replace the file, unless it is no longer the one that was read."""
        path = self.path.resolve()
        with _beside(path) as temporary:
            temporary.write_bytes(data)
            shutil.copymode(path, temporary)
            _settle(temporary)
            refuse_if_open(self.path)
            if _read(path) != before:
                return False
            try:
                _keep(path, self.versions, before)
                temporary.replace(path)
            except PermissionError as error:
                raise CloseWorkbook("workbook_open", path=self.path.name) from error
        _settle(path.parent)
        return True


def refuse_if_open(path: Path) -> None:
    """Refuse a file that Excel or LibreOffice says it has open."""
    for owner in (f"~${path.name}", f".~lock.{path.name}#"):
        if (path.parent / owner).exists():
            raise CloseWorkbook("workbook_open", path=path.name)


def _read(path: Path) -> bytes | None:
    """Read the file; None if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise CloseWorkbook("workbook_open", path=path.name) from error
    except OSError as error:
        raise TargetNotWritten("workbook_unreadable", path=path.name, why=error.strerror) from error


class _beside(contextlib.AbstractContextManager[Path]):  # noqa: N801 (used as a verb)
    """A temporary file in the same folder, gone when it was not moved."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(_beside_name(path.stem, os.getpid()))

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)


def _beside_name(stem: str, whose: object) -> str:
    return f".{stem}.{whose}.new.xlsx"


def _settle(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    if path.is_dir() and os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _keep(path: Path, folder: Path, content: bytes) -> None:
    """Keep the file as it was, named by the time people saved it, and the last five of them."""
    folder.mkdir(parents=True, exist_ok=True)
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    mark = sha256(content).hexdigest()[:8]
    version = folder / f"{path.stem} {saved:%Y-%m-%d %H.%M.%S} {mark}{path.suffix}"
    part = folder / "part"
    if not version.exists():
        shutil.copy2(path, part)
        part.replace(version)
    ours = set(folder.glob(f"{_literal(path.stem)} *{path.suffix}")) - {version}
    for old in sorted(ours)[: 1 - _VERSIONS]:
        old.unlink(missing_ok=True)


def _literal(text: str) -> str:
    """Return a text as a pattern of file names that matches it alone."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)
