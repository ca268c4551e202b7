"""A table of a database as a source: whole once a day, in between what changed and what is gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.errors import LookAtSource
from sheets_sync.model import OBJECTS, Page, arrow_schema
from sheets_sync.sources.casting import Circumstances, casts
from sheets_sync.sources.database import Database, Reading, Rows
from sheets_sync.sources.desk import desk, first_row
from sheets_sync.sources.mapping import TableMapping, find_columns
from sheets_sync.sources.raw import Raw, load_rows
from sheets_sync.sources.rest.secret import read_secret
from sheets_sync.sources.typed import refuse_open_questions, typed_pages

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

OVERLAP = timedelta(minutes=10)
"""So long a transaction may have been under way before its changes are seen."""

READER = "1"  # changes when tables are to be read again because reading has changed
MILLISECONDS = 12  # digits of a time that counts them


@dataclass(frozen=True, slots=True)
class _Cursor:
    """How far a table has been read."""

    reading: str  # digest of how it is read
    day: str = ""  # of the last reading of the whole
    content: str = ""  # digest of that whole, where it is told apart by nothing else
    newest: str = ""  # the newest change
    ids: str = ""  # digest of the ids

    @classmethod
    def restored(cls, spelled: str | None, reading: str) -> _Cursor:
        kept = json.loads(spelled) if spelled else {}
        return cls(**kept) if kept.get("reading") == reading else cls(reading)

    def dump(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table or a query of a database.

    With a column that tells when a row last changed, a sync reads what changed since the last one
    and which ids there are, and the first sync of a day reads the whole. Without such a column
    every sync reads the whole, and stores it when it is another.
    """

    mapping: TableMapping
    database: Callable[[], Database]
    around: Circumstances
    number: int = 1  # among the tables that are told alike

    @property
    def name(self) -> str:
        """Return the name by which the store knows the table."""
        return self.mapping.place + (f"#{self.number}" if self.number > 1 else "")

    @property
    def rows(self) -> Rows:
        """Return which rows of the database are read."""
        return Rows(self.mapping.table, self.mapping.query)

    def read(self, since: str | None, /) -> Iterator[Page]:
        """Yield what is new since the cursor `since`; nothing, when nothing changed."""
        refuse_open_questions(self.mapping)
        before = _Cursor.restored(since, self._digest())
        with self.database().open() as reading, desk() as connection:
            names = reading.names(self.rows)
            find_columns(self.mapping, tuple(names))
            if not self.mapping.changed:
                yield from self._whole(connection, reading, before)
                return
            after = replace(before, newest=self._newest(reading, names))
            if before.newest and before.day == str(self.around.today):
                yield from self._changes(connection, reading, before, after)
            else:
                ids = reading.fingerprint(self.rows, self._id_column()) or ""
                yield from self._whole(connection, reading, replace(after, content="", ids=ids))

    def _newest(self, reading: Reading, names: list[str]) -> str:
        changed = self.mapping.changed
        if changed not in names:
            found = ", ".join(names[:40])
            raise LookAtSource("sql_no_changed", table=self.name, column=changed, found=found)
        return reading.newest(self.rows, changed)

    def _load(
        self,
        connection: duckdb.DuckDBPyConnection,
        reading: Reading,
        columns: Sequence[str],
        since: str | int | None = None,
    ) -> Raw:
        """Fill the table `raw` from the database."""
        wanted = None if since is None else (self.mapping.changed, since)
        cells = reading.cells(self.rows, columns, wanted)
        return load_rows(connection, tuple(columns), enumerate(cells, 1))

    def _whole(
        self, connection: duckdb.DuckDBPyConnection, reading: Reading, before: _Cursor
    ) -> Iterator[Page]:
        """Yield all rows, unless they are known to be as they were."""
        raw = self._load(connection, reading, self._columns())
        content = _content(connection, len(raw.headers))
        if content != before.content:
            after = replace(before, content=content, day=str(self.around.today))
            yield from typed_pages(connection, self.mapping, raw, self._around(), after.dump())

    def _changes(
        self,
        connection: duckdb.DuckDBPyConnection,
        reading: Reading,
        before: _Cursor,
        after: _Cursor,
    ) -> Iterator[Page]:
        """Yield the rows that changed, then which ids there are, if these are others."""
        since = since_of(before.newest, self.around.today)
        if since is None:
            column = self.mapping.changed
            raise LookAtSource("sql_no_time", table=self.name, column=column, value=before.newest)
        raw = self._load(connection, reading, self._columns(), since)
        part = self.mapping.model_copy(update={"complete": False})
        if raw.rows:
            yield from typed_pages(connection, part, raw, self._around(), "")
        if self.mapping.complete:
            ids = reading.fingerprint(self.rows, self._id_column())
            if ids is None:
                self._load(connection, reading, [self._id_column()])
                ids = _content(connection, 1)
            after = replace(after, ids=ids)
        if after != before:
            is_other = after.ids != before.ids
            known = self._ids(connection, reading) if is_other else None
            rows = arrow_schema(self.mapping.model).empty_table()
            yield Page(
                self.mapping.model, rows, cursor=after.dump(), is_complete=is_other, ids=known
            )

    def _ids(self, connection: duckdb.DuckDBPyConnection, reading: Reading) -> pa.Table:
        """Return the ids of all rows, as they are stored."""
        field = OBJECTS[self.mapping.model].id
        self._load(connection, reading, [self._id_column()])
        [made] = casts(self.mapping, {field: "c0"}, self.around)
        found: pa.Table = connection.sql(
            f"select {made.value} as id from (select {made.clean} as t_{field} from raw)"
            " where id <> ''"
        ).to_arrow_table()
        return found

    def _id_column(self) -> str:
        return self.mapping.columns[OBJECTS[self.mapping.model].id]

    def _columns(self) -> list[str]:
        return list(dict.fromkeys(self.mapping.columns.values()))

    def _around(self) -> Circumstances:
        return replace(self.around, records=self.name)

    def count(self) -> int:
        """Return how many rows there are."""
        with self.database().open() as reading:
            find_columns(self.mapping, tuple(reading.names(self.rows)))
            return reading.count(self.rows)

    def _digest(self) -> str:
        around = replace(self.around, today=None)
        return sha256(repr((READER, self.mapping.digest, around)).encode()).hexdigest()[:16]


def open_database(url: str, secret: str, folder: Path) -> Database:
    """Return a database; `secret` is the place where the password is kept, if one is needed.

    Raises:
        FixConfig: it is not there.
    """
    return Database(url, read_secret(secret, folder) if secret else "", folder)


def _content(connection: duckdb.DuckDBPyConnection, width: int) -> str:
    """Return a digest of the table `raw` that knows no order."""
    columns = ", ".join(f"c{place}" for place in range(width))
    sums = first_row(connection, f"select count(*), sum(hash({columns})::hugeint) from raw")
    return "-".join(map(str, sums))


def since_of(newest: str, today: date | None = None) -> str | int | None:
    """Return from which value of a column on rows are read again; None, if it holds no times.

    >>> since_of("2026-11-26 10:05:30.25+00"), since_of("2026-11-26"), since_of("1795687530")
    ('2026-11-26 09:55:30+00:00', '2026-11-25', 1795686930)
    >>> since_of("2099-01-01 00:00:00", date(2026, 11, 26))  # a slip, and no reason to miss others
    '2026-11-25 00:00:00'
    """
    if newest.isdigit():
        unit = 1000 if len(newest) >= MILLISECONDS else 1
        last = datetime.fromtimestamp(int(newest) / unit, UTC)
        return int(_earlier(last, today).timestamp()) * unit
    try:
        last = datetime.fromisoformat(newest)
    except ValueError:
        return None
    if len(newest) == len("2026-11-26"):
        return str(_earlier(last, today).date())
    return _earlier(last, today).isoformat("T" if "T" in newest else " ", "seconds")


def _earlier(last: datetime, today: date | None) -> datetime:
    """Go back a little; from a day that is still to come, to yesterday."""
    if today and last.date() > today + timedelta(days=1):
        return datetime.combine(today - timedelta(days=1), time(), last.tzinfo)
    return last - OVERLAP
