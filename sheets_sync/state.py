"""state.sqlite: runs, what people typed and when, and what targets remember from run to run.

The cursors of the sources are in facts.duckdb, since only there they can be committed together
with the rows that they stand for.
"""

from __future__ import annotations

import json
import sqlite3
from collections import UserDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheets_sync.state_schema import FORGET, bring_up
from sheets_sync.state_spelling import cells, read, spell

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Row, Value

STATE = "state.sqlite"


Spelled = dict[tuple[str, str, str], str | None]
"""Cells by tab, key and column, as they are kept; None where somebody emptied one."""

_LAST = """
select tab, key, "column", value from typed
where rowid in (
    select max(rowid) from typed {where} group by tab, key, "column"
)
"""

_KEEP = """
insert into kept values (?, ?)
on conflict (name) do update set value = excluded.value where value <> excluded.value
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one sync did with one source (or with the workbook)."""

    started: datetime
    finished: datetime
    source: str
    read: int = 0
    new: int = 0
    changed: int = 0
    rejected: int = 0
    gone: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Sync:
    """One sync, from its beginning to whatever became of it.

    `finished` and `exit_code` are None while it is under way, and for ever where it was killed.
    `failed` names the sources that could not be read; `message` says what went wrong, in the
    workbook's language; `seconds` tells how long each stage took.
    """

    started: datetime
    finished: datetime | None = None
    exit_code: int | None = None
    failed: tuple[str, ...] = ()
    message: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A cell as somebody left it; None where they emptied it."""

    tab: str
    key: str
    column: str
    value: Value
    changed_at: datetime


@dataclass(slots=True)
class State:
    """The state of a workspace."""

    path: Path
    _tables_made: bool = field(default=False, repr=False)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path)) as connection, connection:
            if not self._tables_made:
                connection.execute("pragma journal_mode = wal")
                bring_up(connection, self.path)
                self._tables_made = True
            yield connection

    def remember(self, inputs: Inputs, at: datetime) -> int:
        """Keep what people changed in the given tabs since the last time; return how much.

        A tab or a row that is absent was deleted and stays as it was, to be brought back; a cell
        that is absent in a row that was read has been emptied.
        """
        return self.replay([(inputs, at)])

    def replay(self, pages: Iterable[tuple[Inputs, datetime]]) -> int:
        """Keep one after the other what people changed at several times; return how much."""
        with self._open() as connection:
            known = _last(connection)
            changes = []
            for inputs, at in pages:
                changed = _changes(known, inputs)
                known |= changed
                changes += [(*cell, value, at.isoformat()) for cell, value in changed.items()]
            connection.executemany("insert into typed values (?, ?, ?, ?, ?)", changes)
        return len(changes)

    def recall(self, *tabs: str) -> dict[str, dict[str, dict[str, Value]]]:
        """Return what people typed last, on all tabs or on those named, by tab, key and column."""
        with self._open() as connection:
            known = _last(connection, tabs)
        inputs: dict[str, dict[str, dict[str, Value]]] = {}
        for (tab, key, column), value in known.items():
            if value is not None:
                inputs.setdefault(tab, {}).setdefault(key, {})[column] = read(value)
        return inputs

    def history(self, tab: str, key: str, column: str) -> list[Change]:
        """Return every value a cell has had, oldest first."""
        return self.pasts({(tab, column)}).get((tab, key, column), [])

    def pasts(
        self, columns: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str, str], list[Change]]:
        """Return every value that the cells of some columns, by tab and id, have had."""
        pasts: dict[tuple[str, str, str], list[Change]] = {}
        with self._open() as connection:
            found = connection.execute(
                'select tab, key, "column", value, changed_at from typed'
                f' where (tab, "column") in (values {", ".join(["(?, ?)"] * len(columns))})'
                " order by rowid",
                [each for column in columns for each in column],
            ).fetchall()
        for tab, key, column, value, at in found:
            change = Change(tab, key, column, read(value), datetime.fromisoformat(at))
            pasts.setdefault((tab, key, column), []).append(change)
        return pasts

    def first_seen(self) -> dict[tuple[str, str], datetime]:
        """Return when each row, by tab and key, was first filled in."""
        with self._open() as connection:
            found = connection.execute(
                "select tab, key, min(changed_at) from typed group by tab, key"
            ).fetchall()
        return {(tab, key): datetime.fromisoformat(at) for tab, key, at in found}

    def freeze(self, rows: Sequence[Row], at: datetime) -> None:
        """Keep what was known of a week, by metric and scope; what is kept never changes."""
        kept = [
            (
                row["week"], row["metric"], row["scope"],
                json.dumps({name: spell(x) for name, x in row.items()
                            if x is not None and name != "frozen_at"}),
                at.isoformat(),
            )
            for row in rows
        ]  # fmt: skip
        with self._open() as connection:
            connection.executemany("insert or ignore into history values (?, ?, ?, ?, ?)", kept)

    def frozen(self) -> list[Row]:
        """Return what was known of every week, oldest first, each row with `frozen_at`."""
        with self._open() as connection:
            found = connection.execute(
                "select cells, frozen_at from history order by rowid"
            ).fetchall()
        return [
            {name: read(spelled) for name, spelled in json.loads(cells).items()}
            | {"frozen_at": datetime.fromisoformat(at)}
            for cells, at in found
        ]

    def keep_decided(self, lead_ids: Sequence[str], version: int) -> None:
        """Keep under which version of the rule leads were decided."""
        rows = [(lead_id, version) for lead_id in lead_ids]
        with self._open() as connection:
            connection.executemany("insert or replace into decided values (?, ?)", rows)

    def decided(self) -> dict[str, int]:
        """Return the leads that were decided under an older version of the rule."""
        with self._open() as connection:
            return dict(connection.execute("select lead_id, version from decided").fetchall())

    def drop_decided(self, version: int) -> None:
        """Forget which leads were decided under a version, or a newer one."""
        with self._open() as connection:
            connection.execute("delete from decided where version >= ?", [version])

    def began(self) -> datetime | None:
        """Return when the first sync was."""
        with self._open() as connection:
            [(at,)] = connection.execute("select min(started) from run").fetchall()
        return datetime.fromisoformat(at) if at else None

    def copied(self, folder: Path) -> State:
        """Copy everything into another folder, without what targets remember."""
        path = folder / STATE
        with self._open() as mine, closing(sqlite3.connect(path)) as theirs, theirs:
            mine.backup(theirs)
            theirs.execute("delete from kept where name like 'workbook.%' or name like 'sheet.%'")
        return State(path)

    def take_back(self, moment: datetime) -> None:
        """Forget what was typed, frozen and noted from a moment on, which has a zone."""
        local = moment.replace(tzinfo=None)
        since = {"typed": "changed_at", "run": "started", "sync": "started", "history": "frozen_at"}
        with self._open() as connection:
            for table, column in since.items():
                connection.execute(
                    f"delete from {table} where julianday({column}) >= julianday(?)",
                    [(local if table == "history" else moment).isoformat()],
                )

    def note(self, runs: Sequence[Run]) -> None:
        """Keep what was done with sources and workbook."""
        with self._open() as connection:
            _note(connection, runs)

    def runs(self, newest: int = 60, source: str = "") -> list[Run]:
        """Return the newest records, newest first, of everything or of one source."""
        with self._open() as connection:
            rows = connection.execute(
                "select * from run where source = ? or ? = '' order by rowid desc limit ?",
                [source, source, newest],
            ).fetchall()
        return [
            Run(datetime.fromisoformat(started), datetime.fromisoformat(finished), *rest)
            for started, finished, *rest in rows
        ]

    def begin(self, at: datetime) -> int:
        """Keep that a sync begins, beside the newest ones before it; return its number."""
        with self._open() as connection:
            connection.executescript(FORGET)
            made = connection.execute("insert into sync (started) values (?)", [at.isoformat()])
        return int(made.lastrowid or 0)

    def finish(self, number: int, sync: Sync, runs: Sequence[Run] = ()) -> None:
        """Keep what became of a sync that began, and what it did."""
        with self._open() as connection:
            _note(connection, runs)
            connection.execute(
                "update sync set finished = ?, exit_code = ?, failed = ?, message = ?, seconds = ?"
                " where number = ?",
                [
                    sync.finished and sync.finished.isoformat(), sync.exit_code,
                    json.dumps(sync.failed, ensure_ascii=False), sync.message,
                    json.dumps(dict(sync.seconds)), number,
                ],
            )  # fmt: skip

    def syncs(self, newest: int = 60) -> list[Sync]:
        """Return the newest syncs, newest first."""
        with self._open() as connection:
            rows = connection.execute(
                "select started, finished, exit_code, failed, message, seconds from sync"
                " order by number desc limit ?",
                [newest],
            ).fetchall()
        return [
            Sync(
                datetime.fromisoformat(started),
                datetime.fromisoformat(finished) if finished else None,
                exit_code,
                tuple(json.loads(failed or "[]")),
                message or "",
                json.loads(seconds or "{}"),
            )
            for started, finished, exit_code, failed, message, seconds in rows
        ]

    def put(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name; None forgets it."""
        self.put_all({name: value})

    def put_all(self, values: Mapping[str, Any]) -> None:
        """Keep JSON values under their names, all or none; None forgets one."""
        known = [
            (name, json.dumps(value, ensure_ascii=False))
            for name, value in values.items()
            if value is not None
        ]
        forgotten = [(name,) for name, value in values.items() if value is None]
        with self._open() as connection:
            connection.executemany("delete from kept where name = ?", forgotten)
            connection.executemany(_KEEP, known)

    def get(self, name: str) -> Any:
        """Return the JSON value that is kept under a name, or None."""
        with self._open() as connection:
            found = connection.execute("select value from kept where name = ?", [name]).fetchone()
        return json.loads(found[0]) if found else None

    def get_all(self, prefix: str) -> dict[str, Any]:
        """Return the JSON values kept under names that begin with a prefix, without it."""
        with self._open() as connection:
            found = connection.execute("select name, value from kept order by name").fetchall()
        return {
            name.removeprefix(prefix): json.loads(value)
            for name, value in found
            if name.startswith(prefix)
        }


class Kept(UserDict[str, str]):
    """The texts that a state keeps under names with a prefix: read once, written together."""

    def __init__(self, state: State, prefix: str) -> None:
        """Read what is kept."""
        self._state, self._prefix = state, prefix
        super().__init__()
        self.data = state.get_all(prefix)

    def update(self, texts: Mapping[str, str], /) -> None:  # type: ignore[override]
        """Keep texts, all or none."""
        changed = {name: text for name, text in texts.items() if self.data.get(name) != text}
        self._state.put_all({self._prefix + name: text for name, text in changed.items()})
        self.data |= changed

    def __setitem__(self, name: str, text: str) -> None:
        """Keep a text."""
        self.update({name: text})

    def __delitem__(self, name: str) -> None:
        """Forget a text."""
        self._state.put(self._prefix + name, None)
        del self.data[name]


def open_state(folder: Path) -> State:
    """Open the state of a workspace's hidden folder."""
    return State(folder / STATE)


def _note(connection: sqlite3.Connection, runs: Sequence[Run]) -> None:
    rows = [
        (
            run.started.isoformat(), run.finished.isoformat(), run.source, run.read, run.new,
            run.changed, run.rejected, run.gone, run.message,
        )
        for run in runs
    ]  # fmt: skip
    connection.executemany("insert into run values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _last(connection: sqlite3.Connection, tabs: Sequence[str] = ()) -> Spelled:
    where = f"where tab in ({', '.join('?' * len(tabs))})" if tabs else ""
    found = connection.execute(_LAST.format(where=where), tabs)
    return {(tab, key, column): value for tab, key, column, value in found}


def _changes(known: Spelled, inputs: Inputs) -> Spelled:
    """Return the cells that are others than those known; None where they were emptied."""
    typed = cells(inputs)
    emptied = {
        cell: None
        for cell, value in known.items()
        if value is not None and cell not in typed and cell[1] in inputs.get(cell[0], ())
    }
    return {cell: value for cell, value in typed.items() if known.get(cell) != value} | emptied
