"""facts.duckdb: what the sources brought, one row a record, and what is computed from it.

Rows go in by pages and are committed wherever the source sets a cursor, in one short transaction
with that cursor: after a kill at any moment the next read goes on from rows that are there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sheets_sync import store_intake as intake
from sheets_sync.errors import SmarketingError
from sheets_sync.stages import FUNNEL
from sheets_sync.store_compute import compute, is_computed_from, is_current, is_stale
from sheets_sync.store_insert import insert
from sheets_sync.store_published import FACTS, POINTER, published, put
from sheets_sync.store_schema import (
    DAYS,
    PEOPLE,
    TYPED,
    create_statements,
    day_of,
    typed_statement,
)
from sheets_sync.store_verdicts import decided

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from sheets_sync.model import Source
    from sheets_sync.warehouse.engine import Engine
    from sheets_sync.warehouse.session import Session
    from templates.tab import Row, Value

SPILL = "spill"
WORTH_COMPACTING = 64 * 2**20  # bytes
SETTINGS: Mapping[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "memory_limit": "400MB",
    "checkpoint_threshold": "100GB",  # checkpoints are for `publish`
    "disabled_compression_methods": "dict_fsst",  # files as small, texts written in half the time
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one read of a source brought, by object; the error that ended it, if one did."""

    source: str
    counts: Mapping[str, intake.Count]
    error: SmarketingError | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people typed or configured, as rows of the tables in `PEOPLE`."""

    plan: Iterable[tuple[date, str, str, str | None, float]] = ()
    verdict: Iterable[tuple[str, str | None, str | None]] = ()  # lead, verdict, reason
    dispute: Iterable[tuple[str, str, str, str | None]] = ()  # lead, dispute, outcome, reason
    rule: Iterable[tuple[int, str, str, str]] = ()  # version, hash, first seen, as `spelled`
    sign_said: Iterable[tuple[str, str, bool]] = ()  # lead, row of the rule, answer
    reason_meaning: Iterable[tuple[str, str]] = ()  # text, reason
    fx: Iterable[tuple[date, str, float]] = ()
    stage_rule: Iterable[tuple[str, str]] = ()
    day_rule: Iterable[tuple[date, bool]] = ()
    typed: Mapping[str, Sequence[Row]] = field(default_factory=dict)  # for the tables `typed_<tab>`


@dataclass(slots=True)
class Store:
    """An open facts.duckdb."""

    folder: Path
    company: tuple[str, str, str, int]
    engine: Engine | None = None  # what counts, where that is not this machine
    _session: Session | None = field(default=None, repr=False)
    _connection: DuckDBPyConnection | None = field(default=None, repr=False)
    _is_ahead: bool = field(default=False, repr=False)  # what is computed is not committed yet

    @property
    def connection(self) -> DuckDBPyConnection:
        """The connection, with everything computed from the newest rows.

        It alone sees what is computed until the store is published or written to.
        """
        if self.engine:
            return self._counted_there(self._open(), self.engine)
        if is_stale(self._connected()):
            connection = self._open()
            connection.execute("begin")
            try:
                compute(connection)
            except BaseException:
                connection.execute("rollback")
                raise
            self._is_ahead = True
        return self._connected()

    def _counted_there(self, connection: DuckDBPyConnection, engine: Engine) -> DuckDBPyConnection:
        """Return the connection that reaches the warehouse, too; it knows what is there now."""
        from sheets_sync.warehouse.session import Session

        if self._session is None or is_stale(connection):
            self._session = self._session or Session(connection, engine.connect(), engine.tables)
            begin(self._session)
        return cast("DuckDBPyConnection", self._session)

    @property
    def raw(self) -> DuckDBPyConnection:
        """The connection, whatever was computed before."""
        return self._open()

    def _connected(self) -> DuckDBPyConnection:
        if self._connection is None:
            self._connection = _connect(self.folder / FACTS)
            _prepare(self._connection, self.company)
        return self._connection

    def _open(self) -> DuckDBPyConnection:
        """Return the connection with nothing left to commit."""
        connection = self._connected()
        if self._is_ahead:
            connection.execute("commit")
            self._is_ahead = False
        return connection

    def take(self, source: Source, *, now: datetime) -> Arrival:
        """Read what is new in a source and keep it; a source that fails leaves the rest."""
        connection = self._open()
        known = connection.execute(
            "select cursor from cursor where source = ?", [source.name]
        ).fetchone()
        error = None
        batch = intake.Batch(connection, source.name, now)
        try:
            for page in source.read(known[0] if known else None):
                batch.add(page)
            batch.commit()
        except SmarketingError as failed:
            error = failed
            batch.drop()
        batch.note_error(error.id if error else "", error.parts if error else {})
        return Arrival(source.name, batch.counts, error)

    def sweep(self) -> None:
        """Take away what syncs that were killed have left."""
        pointer = self.folder / POINTER
        used = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else ""
        for left in (*self.folder.glob("published-*.duckdb"), *self.folder.glob("compact.duckdb*")):
            if left.name != used:
                with suppress(PermissionError):  # Windows: somebody still reads it
                    left.unlink()
        shutil.rmtree(self.folder / SPILL, ignore_errors=True)

    def cursors(self) -> dict[str, str]:
        """Return how far each source has been read."""
        return dict(self._open().execute("select source, cursor from cursor").fetchall())

    def forget_failures(self, sources: Iterable[str]) -> None:
        """Forget the errors of all sources but these."""
        self._open().execute("delete from failure where source not in ?", [[*sources]])

    def forget_cursors(self) -> None:
        """Have every source read from its beginning again."""
        self._open().execute("delete from cursor")

    def apply(self, decisions: Decisions) -> None:
        """Replace what people decided."""
        connection = self._open()
        with intake.transaction(connection):
            changed = [_replace(connection, name, getattr(decisions, name)) for name in PEOPLE]
            changed += [
                _replace(connection, f"typed_{tab}", _typed(tab, decisions.typed.get(tab, ())))
                and is_computed_from(f"typed_{tab}")
                for tab in TYPED
            ]
            if any(changed):
                connection.execute("update company set is_stale = true")

    def decided(self, version: int) -> list[str]:
        """Return the leads that a version of the rule decided when this was last computed."""
        return decided(self.connection, version)

    def keep(self, kept: Mapping[str, int]) -> None:
        """Let leads stay with the version of the rule that decided them."""
        connection = self._open()
        known = connection.execute(
            "select count(*), coalesce(sum(version), 0) from rule_kept"
        ).fetchone()
        if known == (len(kept), sum(kept.values())):
            return
        with intake.transaction(connection):
            insert(connection, "rule_kept", list(kept.items()))
            connection.execute("update company set is_stale = true")

    def publish(self) -> Path:
        """Put a copy where readers open it; they go on with the old one until they reopen."""
        connection = self._open() if self.engine else self.connection
        connection.execute("set checkpoint_threshold = '1KB'")  # commit past the log
        self._open().execute("checkpoint")
        self._compact()
        self.close()
        return put(self.folder)

    def _compact(self) -> None:
        connection = self._open()
        [(block, total, free)] = connection.execute(
            "select block_size, total_blocks, free_blocks from pragma_database_size()"
        ).fetchall()
        if free * 2 < total or total * block < WORTH_COMPACTING:
            return
        small = self.folder / "compact.duckdb"
        small.unlink(missing_ok=True)
        [(name,)] = connection.execute("select current_database()").fetchall()
        connection.execute(f"attach '{str(small).replace(chr(39), chr(39) * 2)}' as small")
        connection.execute(f'copy from database "{name}" to small')
        connection.execute("detach small")
        self.close()
        small.replace(self.folder / FACTS)

    def close(self) -> None:
        """Close the file, so that another program may open it; what is uncommitted is lost."""
        self._is_ahead = False
        if self._connection is not None:
            (self._session or self._connection).close()
            self._connection = self._session = None


def open_store(
    folder: Path,
    *,
    timezone: str,
    currency: str,
    country: str = "RU",
    dup_days: int = 30,
    engine: Engine | None = None,
) -> Store:
    """Open the store of a workspace's hidden folder, making it when there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    return Store(folder, (timezone, currency, country, dup_days), engine)


def open_published(folder: Path) -> DuckDBPyConnection:
    """Open the published copy for reading; a program closes its old one first.

    Raises:
        FileNotFoundError: nothing has been published yet.
    """
    import duckdb

    path = published(folder)
    connection = duckdb.connect(str(path), read_only=True, config=dict(SETTINGS))
    connection.execute("set timezone = 'UTC'")
    return connection


def begin(session: Session) -> None:
    """Count everything anew, where the rows are."""
    with intake.transaction(session.here):
        session.begin()
        compute(cast("DuckDBPyConnection", session))


def open_counted(folder: Path, engine: Engine) -> DuckDBPyConnection:
    """Open what a sync published beside a warehouse, and count there as of now.

    Raises:
        FileNotFoundError: nothing has been published yet.
        LookAtSource: the warehouse cannot be reached.
    """
    import duckdb

    from sheets_sync.warehouse.session import Session

    path = str(published(folder)).replace("'", "''")
    connection = duckdb.connect(config=dict(SETTINGS))
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"attach '{path}' as kept (read_only)")
    connection.execute("copy from database kept to memory")
    connection.execute("detach kept")
    session = Session(connection, engine.connect(), engine.tables)
    try:
        begin(session)
    except BaseException:
        session.close()
        raise
    return cast("DuckDBPyConnection", session)


def _connect(path: Path) -> DuckDBPyConnection:
    import duckdb

    spill = path.with_name(SPILL)
    connection = duckdb.connect(str(path), config={**SETTINGS, "temp_directory": str(spill)})
    connection.execute("set timezone = 'UTC'")
    return connection


def _prepare(connection: DuckDBPyConnection, company: tuple[str, str, str, int]) -> None:
    with intake.transaction(connection):
        if not is_current(connection):
            _prepare_tables(connection)
        kept = connection.execute(
            "select timezone, currency, country, dup_days from company"
        ).fetchone()
        if kept == company:
            return
        connection.execute("delete from company")
        connection.execute("insert into company values (?, ?, ?, ?, true)", list(company))
        if kept and kept[0] != company[0]:
            for name, made in DAYS.items():
                for day, time in made.items():
                    connection.execute(f"update {name} set {day} = {day_of(time)}")


def _prepare_tables(connection: DuckDBPyConnection) -> None:
    for statement in create_statements():
        connection.execute(statement)
    _prepare_typed(connection)
    connection.execute(
        "create or replace table funnel_stage (name varchar, sort integer, side varchar)"
    )
    connection.executemany(
        "insert into funnel_stage values (?, ?, ?)",
        [(name, sort, side) for sort, (name, side) in enumerate(FUNNEL, 1)],
    )


def _prepare_typed(connection: DuckDBPyConnection) -> None:
    """Make the tables of what people typed, anew where a tab has got other columns."""
    made = dict(
        connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns()"
            " where table_name like 'typed!_%' escape '!' group by table_name"
        ).fetchall()
    )
    for tab, columns in TYPED.items():
        if made.get(f"typed_{tab}") != list(columns):
            connection.execute(typed_statement(tab))


def _typed(tab: str, rows: Iterable[Row]) -> Iterator[tuple[Value, ...]]:
    """Yield rows as the table of a tab holds them."""
    columns = TYPED[tab].items()
    for row in rows:
        yield tuple(
            str(row[id_]) if kind == "varchar" and row.get(id_) is not None else row.get(id_)
            for id_, kind in columns
        )


def _replace(connection: DuckDBPyConnection, name: str, given: Iterable[Any]) -> bool:
    rows = sorted({tuple(row) for row in given}, key=repr)
    if rows == sorted(connection.execute(f"select * from {name}").fetchall(), key=repr):
        return False
    insert(connection, name, rows)
    return True
