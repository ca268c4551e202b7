"""Databases, read through SQLAlchemy: within one transaction that can change nothing.

Values come as texts, as the cells of a file do: what cannot be read is told apart later, so that
one bad value spoils neither its row nor the reading.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.sources.grid import digits
from sheets_sync.sources.vocabulary import MARK

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, FromClause

BLOCK = 5_000  # rows that are under way at once
CONNECT = 10  # seconds
LONGEST_WHY = 200
DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "mssql": "mssql+pymssql",
}
TIMEOUT = {
    "psycopg": "connect_timeout",
    "pymysql": "connect_timeout",
    "pymssql": "login_timeout",
    "pyodbc": "timeout",
}
SYSTEM = {
    "information_schema", "INFORMATION_SCHEMA", "pg_catalog", "mysql", "performance_schema", "sys",
    "guest",
}  # fmt: skip
PRIMES = (1_000_003, 998_244_353)
DENIED = {"42501", 1142, 1143, 229, 230}  # how each database says: no right to read this
BOUND = re.compile(r"(?<=\\):|(?<![:\w\\]):(?=[\w$]+(?![:\w$]))")
"""What SQLAlchemy takes for a parameter in a query, or for a colon that is none."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a database: those of a table, or those that a query gives."""

    table: str = ""
    query: str = ""

    def clause(self, columns: Sequence[str] = ()) -> FromClause:
        """Return what rows are selected from, with its columns `c`."""
        import sqlalchemy as sa

        made: Any = [sa.column(sa.quoted_name(name, quote=True)) for name in columns]
        if self.query:
            escaped = BOUND.sub(r"\\:", self.query.strip().rstrip(";"))
            return sa.text(escaped).columns(*made).subquery("q")
        schema, _, name = self.table.rpartition(".")
        quoted = sa.quoted_name(schema, quote=True) if schema else None
        return sa.table(sa.quoted_name(name, quote=True), *made, schema=quoted)


@dataclass(frozen=True, slots=True)
class Database:
    """A database, and as whom it is read."""

    url: str
    secret: str = field(default="", repr=False)
    folder: Path = Path()  # where a file of SQLite is looked for

    @property
    def place(self) -> str:
        """Return the address without who asks."""
        return re.sub("//[^/@]*@", "//", self.url)

    @contextmanager
    def open(self) -> Iterator[Reading]:
        """Lend a transaction in which everything stands still, and nothing can be changed.

        Raises:
            FixConfig: the driver is not installed.
            LookAtSource: the database cannot be reached.
        """
        engine = self._engine()
        import sqlalchemy as sa

        try:
            connection = _begin(engine.connect())
        except (sa.exc.SQLAlchemyError, UnicodeError, OSError) as error:
            raise LookAtSource("sql_unreachable", place=self.place, why=self.why(error)) from None
        with connection:
            yield Reading(self, connection)

    def _engine(self) -> Engine:
        scheme, _, rest = self.url.partition("://")
        driver = DRIVERS.get(scheme, scheme)
        try:
            import sqlalchemy as sa

            url = sa.make_url(f"{driver}://{rest}")
            if url.get_backend_name() == "sqlite":
                return _file((self.folder / (url.database or "")).resolve())
            options = {TIMEOUT[url.get_driver_name()]: CONNECT}
            engine = sa.create_engine(
                url.set(password=self.secret or None),
                poolclass=sa.NullPool,
                connect_args=options,
                hide_parameters=True,
            )
        except (ImportError, KeyError):
            raise FixConfig("sql_driver", scheme=driver) from None
        except (sa.exc.ArgumentError, ValueError):
            raise FixConfig("sql_address", place=self.place) from None
        sa.event.listen(engine, "connect", lambda made, _: _prepare(engine.dialect.name, made))
        return engine

    def why(self, error: BaseException) -> str:
        """Return how the database itself says what is wrong."""
        inner = getattr(error, "orig", None) or error
        said = " ".join(str(inner.args[-1] if inner.args else inner).split())
        return (said.replace(self.secret, "…") if self.secret else said)[:LONGEST_WHY]


def _file(path: Path) -> Engine:
    import sqlite3

    import sqlalchemy as sa

    if not path.is_file():
        raise LookAtSource("file_missing", path=str(path))

    def connect() -> sqlite3.Connection:
        address = f"file:{quote(str(path))}?mode=ro"
        made = sqlite3.connect(address, uri=True, isolation_level=None)
        made.text_factory = lambda text: text.decode(errors="replace")
        return made

    return sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)


def _prepare(dialect: str, made: Any) -> None:
    """Have times come as texts, so that one that is no time spoils nothing, and nothing written."""
    if dialect == "postgresql":
        from psycopg.types.string import TextLoader

        for kind in ("date", "time", "timetz", "timestamp", "timestamptz", "interval", "json",
                     "jsonb"):  # fmt: skip
            made.adapters.register_loader(kind, TextLoader)
        made.execute("set datestyle = 'ISO'")
        made.execute("set timezone = 'UTC'")
        made.commit()
    elif dialect in {"mysql", "mariadb"}:
        with made.cursor() as cursor:
            cursor.execute("set session transaction read only")


def _begin(connection: Connection) -> Connection:
    dialect = connection.dialect.name
    if dialect == "postgresql":
        return connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    if dialect == "sqlite":
        connection.exec_driver_sql("begin")
    return connection


@dataclass(frozen=True, slots=True)
class Reading:
    """A transaction of a database."""

    database: Database
    connection: Connection

    def names(self, rows: Rows) -> list[str]:
        """Return the names of the columns."""
        import sqlalchemy as sa

        every = sa.select(sa.text("*")).select_from(rows.clause()).where(sa.text("1 = 0"))
        with self._said(rows):
            return list(self.connection.execute(every).keys())

    def count(self, rows: Rows) -> int:
        """Return how many rows there are."""
        import sqlalchemy as sa

        with self._said(rows):
            counted = sa.select(sa.func.count()).select_from(rows.clause())
            return int(self.connection.execute(counted).scalar_one())

    def newest(self, rows: Rows, column: str) -> str:
        """Return the greatest value of a column; empty where there is none."""
        import sqlalchemy as sa

        clause = rows.clause([column])
        with self._said(rows):
            return cell(self.connection.execute(sa.select(sa.func.max(clause.c[column]))).scalar())

    def fingerprint(self, rows: Rows, column: str) -> str | None:
        """Return what tells one set of whole numbers from another; None, if these are none."""
        import sqlalchemy as sa

        ids = rows.clause([column]).c[column]
        with self._said(rows):
            count, most = self.connection.execute(
                sa.select(sa.func.count(), sa.func.max(ids))
            ).one()
            if isinstance(most, bool) or not isinstance(most, int):
                return None
            rests = [sa.func.sum(sa.type_coerce(ids, sa.BigInteger) % prime) for prime in PRIMES]
            sums = self.connection.execute(sa.select(*rests)).one()
        return "-".join(map(str, (count, most, *sums)))

    def cells(
        self,
        rows: Rows,
        columns: Sequence[str],
        since: tuple[str, str | int] | None = None,
        most: int | None = None,
    ) -> Iterator[list[str]]:
        """Yield the cells of each row, block by block: those since a value of a column, or all."""
        import sqlalchemy as sa

        named = [*columns, since[0]] if since and since[0] not in columns else columns
        clause = rows.clause(named)
        wanted = sa.select(*(clause.c[name] for name in columns)).limit(most)
        if since:
            column = clause.c[since[0]]
            bound = sa.bindparam(None, since[1], sa.types.NullType())  # of the column's own type
            wanted = wanted.where(sa.or_(column >= bound, column.is_(None)))
        with self._said(rows):
            found = self.connection.execute(wanted, execution_options={"yield_per": BLOCK})
            for block in found.partitions():
                yield from ([cell(value) for value in row] for row in block)

    def tables(self) -> list[str]:
        """Return the names of all tables and views, with their schema where it is not the usual."""
        import sqlalchemy as sa

        with self._said(Rows()):
            inspector = sa.inspect(self.connection)
            usual = inspector.default_schema_name
            return [
                name if schema in {usual, None} else f"{schema}.{name}"
                for schema in (inspector.get_schema_names() if usual else [None])
                if schema not in SYSTEM
                for name in (
                    *inspector.get_table_names(schema=schema),
                    *inspector.get_view_names(schema=schema),
                )
            ]

    @contextmanager
    def _said(self, rows: Rows) -> Iterator[None]:
        """Say an error of the database in our words."""
        import sqlalchemy as sa

        try:
            yield
        except (sa.exc.SQLAlchemyError, UnicodeError, OSError) as error:
            raise self._error(rows, error) from None

    def _error(self, rows: Rows, error: Exception) -> LookAtSource:
        parts = {"place": self.database.place, "table": rows.table or rows.query[:LONGEST_WHY]}
        inner = getattr(error, "orig", None)
        codes = {getattr(inner, "sqlstate", None), *getattr(inner, "args", ())}
        if codes & DENIED:
            return LookAtSource("sql_denied", **parts)
        if rows.table and not connection_is_lost(error):
            self.connection.rollback()
            known = self.tables()
            if rows.table not in known:
                near = difflib.get_close_matches(rows.table, known, 5, 0.4) or known[:20]
                return LookAtSource("sql_no_table", **parts, near=", ".join(near) or "—")
        return LookAtSource("sql_failed", **parts, why=self.database.why(error))


def connection_is_lost(error: Exception) -> bool:
    """Tell whether there is nobody left to ask."""
    return bool(getattr(error, "connection_invalidated", True))


def cell(value: object) -> str:
    r"""Return a value as the text of a cell; a fraction is marked as a number.

    >>> cell(None), cell(17), cell(Decimal("1.50")), cell(True), cell("ю".encode())
    ('', '17', '\x1f1.50', 'true', 'ю')
    """
    return _CELL.get(type(value), _other)(value)


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        return str(value)
    text = f"{value:f}"
    return MARK + text if "." in text else text


def _bytes(value: bytes) -> str:
    """Read bytes as the text that they are, else keep them apart from others."""
    try:
        return _text(bytes(value).decode())
    except UnicodeDecodeError:
        return bytes(value).hex()


def _text(value: str) -> str:
    return value.lstrip(MARK)


def _other(value: object) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return _text(str(value))


_CELL: Mapping[type, Callable[[Any], str]] = {
    str: _text,
    int: str,
    type(None): lambda _: "",
    bool: lambda value: "true" if value else "false",
    float: lambda value: MARK + digits(value),
    Decimal: _decimal,
    datetime: lambda value: value.isoformat(" "),
    date: date.isoformat,
    bytes: _bytes,
    bytearray: _bytes,
    memoryview: _bytes,
}
