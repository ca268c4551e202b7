"""The record of what was written to CRMs, in state.sqlite: what is meant before it is done.

An entry without an outcome is one of which nobody knows whether the CRM took it: the program was
killed, or the CRM did not answer. What the CRM holds then tells.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path

_TABLE = """
create table if not exists written (
    id integer primary key, run integer, at text, crm text, what text, key text, kind text,
    record text, field text, before text, after text, undoes integer, outcome text, answer text
)
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a record, or a task beside one, whose `field` is its mark."""

    crm: str
    what: str  # verdict, reason, task
    key: str  # of the row in the workbook
    kind: str  # of the record: lead, deal
    record: str
    field: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A write: what the CRM held, what it was to hold, and what became of it."""

    id: int
    run: int
    at: datetime
    cell: Cell
    before: str | None
    after: str | None
    undoes: int | None
    outcome: str  # written, failed, unclear; empty while nobody knows
    answer: str


@dataclass(frozen=True, slots=True)
class Audit:
    """The record of a workspace."""

    path: Path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("pragma synchronous = full")
            connection.execute(_TABLE)
            yield connection

    def next_run(self) -> int:
        """Return a number that no run has yet."""
        with self._open() as connection:
            [(last,)] = connection.execute("select coalesce(max(run), 0) from written").fetchall()
        return int(last) + 1

    def begin(
        self,
        run: int,
        at: datetime,
        cell: Cell,
        *,
        before: str | None,
        after: str | None,
        undoes: int | None = None,
    ) -> int:
        """Keep what is about to be written; return the id of the entry."""
        row = (run, at.isoformat(), *astuple(cell), before, after, undoes)
        with self._open() as connection:
            done = connection.execute(
                f"insert into written values (null, {', '.join('?' * len(row))}, '', '')", row
            )
        return int(done.lastrowid or 0)

    def answer(self, id_: int, answer: str) -> None:
        """Keep what the CRM said, while it is not known yet what it holds."""
        with self._open() as connection:
            connection.execute("update written set answer = ? where id = ?", [answer, id_])

    def end(self, id_: int, outcome: str, answer: str) -> None:
        """Keep what became of an entry."""
        with self._open() as connection:
            connection.execute(
                "update written set outcome = ?, answer = ? where id = ?", [outcome, answer, id_]
            )

    def entries(self, run: int | None = None) -> list[Entry]:
        """Return what was written, all or in one run, oldest first."""
        with self._open() as connection:
            rows = connection.execute(
                "select * from written where ? is null or run = ? order by id", [run, run]
            ).fetchall()
        return [_entry(row) for row in rows]


_WIDTH = len(fields(Cell))


def _entry(row: tuple[object, ...]) -> Entry:
    id_, run, at, *rest = row
    cell, (before, after, undoes, outcome, answer) = rest[:_WIDTH], rest[_WIDTH:]
    return Entry(
        int(str(id_)), int(str(run)), datetime.fromisoformat(str(at)), Cell(*map(str, cell)),
        _text(before), _text(after), None if undoes is None else int(str(undoes)),
        str(outcome), str(answer),
    )  # fmt: skip


def _text(value: object) -> str | None:
    return None if value is None else str(value)
