"""A file as a source: read when it has changed, typed, with what could not be read set aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

from sheets_sync.errors import LookAtSource
from sheets_sync.model import OBJECTS, Page
from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.desk import desk
from sheets_sync.sources.known import Known
from sheets_sync.sources.mapping import FileMapping
from sheets_sync.sources.raw import Layout, load_raw
from sheets_sync.sources.typed import refuse_open_questions, typed_pages

CHUNK = 1 << 24  # bytes: others have their turn after each
READER = "2"  # changes when files are to be read again because reading has changed


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of a CRM or of an advertising cabinet.

    Its cursor is the digest of the file's bytes and of how it is read: the same file is read once.
    """

    mapping: FileMapping
    folder: Path
    salt: str
    timezone: str = "UTC"
    currency: str | None = None
    today: date | None = None
    is_again: bool = False  # another mapping before this one reads the same file
    memory: Path | None = None  # the folder that keeps which rows are known

    @property
    def name(self) -> str:
        """Return the name by which the store knows the file, as what it is read."""
        path = self.mapping.path
        return f"{path}#{self.mapping.object}" if self.is_again else path

    @property
    def path(self) -> Path:
        """Return where the file is."""
        return self.folder / self.mapping.path

    def read(self, since: str | None, /) -> Iterator[Page]:
        """Yield the rows of the file in pages; nothing, when it is as it was."""
        refuse_open_questions(self.mapping)
        cursor = self._cursor()
        if cursor == since:
            return
        with desk(self.path) as connection:
            wanted = set(self.mapping.columns.values())
            load = partial(load_raw, connection, self.path, layout_of(self.mapping), wanted)
            around = Circumstances(self.timezone, self.salt, self.today, self.currency)
            known = self._known(since)
            raw = known.load(connection, load, self.mapping, around) if known else load()
            if not raw.rows:
                raise LookAtSource("file_no_rows", file=self.mapping.path)
            yield from typed_pages(connection, self.mapping, raw, around, cursor, known)

    def _known(self, since: str | None) -> Known | None:
        """Return the rows that are known; rows without ids are told apart by what they say."""
        if self.memory is None or OBJECTS[self.mapping.model].id not in self.mapping.columns:
            return None
        name = sha256(self.name.encode()).hexdigest()[:16]
        return Known(self.memory / f"{name}.parquet", since)

    def _cursor(self) -> str:
        try:
            with self.path.open("rb") as file:
                digest = sha256()
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        except FileNotFoundError:
            raise LookAtSource("file_missing", path=str(self.path)) from None
        except OSError as error:
            raise LookAtSource("file_unreadable", path=str(self.path), why=error.strerror) from None
        reading = (READER, self.mapping.digest, self.timezone, self.currency, self.salt)
        return f"{digest.hexdigest()[:32]}:{sha256(repr(reading).encode()).hexdigest()[:16]}"


def layout_of(mapping: FileMapping) -> Layout:
    """Return where the mapping says that the table lies."""
    return Layout(mapping.encoding, mapping.delimiter, mapping.sheet, mapping.header_row)
