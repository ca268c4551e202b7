"""The warehouses, by Ibis: one connection, statements in, rows out.

Ibis opens the connection and runs what is written for it; its own SQL is not used, and it never
sees DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.warehouse.settings import SCHEMES

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

LONGEST_WHY = 400


@dataclass(frozen=True, slots=True)
class Backend:
    """A warehouse that is connected."""

    dialect: str
    place: str  # as it is told to people
    secret: str
    ibis: BaseBackend

    def run(self, sql: str, /) -> list[tuple[Any, ...]]:
        """Run a statement; return its rows, if it is a query.

        Raises:
            LookAtSource: the warehouse refused it.
        """
        with self._said():
            return ROWS[self.dialect](self.ibis, sql)

    def make(self, table: str, query: str, /) -> None:
        """Make a table of a query, for this session alone.

        Raises:
            LookAtSource: the warehouse refused it.
        """
        from sheets_sync.warehouse.dialect import MAKING

        if self.dialect != "spark":
            for step in MAKING[self.dialect]:
                self.run(step.format(name=table, query=query))
            return
        with (
            self._said()
        ):  # its SQL knows views alone, which are counted anew whenever they are read
            frame: Any = self.ibis.raw_sql(query)
            frame.localCheckpoint().createOrReplaceTempView(table)

    def close(self) -> None:
        """Leave the warehouse; Spark's session ends with the program, which has but one."""
        if self.dialect != "spark":
            self.ibis.disconnect()

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Say what a warehouse refuses in its own words."""
        try:
            yield
        except Exception as error:  # each driver has errors of its own
            why = _why(error, self.secret)
            raise LookAtSource("engine_refused", place=self.place, why=why) from error


def connect(url: str, place: str, secret: str = "") -> Backend:
    """Connect to the warehouse at an address; the secret is its password.

    Raises:
        FixConfig: what talks to such warehouses is not installed.
        LookAtSource: the warehouse cannot be reached, or does not take the secret.
    """
    dialect = SCHEMES[urlsplit(url).scheme]
    try:
        made = CONNECT[dialect](url, secret)
    except ImportError as missing:
        raise FixConfig("engine_not_installed", name=missing.name or dialect) from None
    except Exception as error:  # noqa: BLE001  (each driver has errors of its own)
        why = _why(error, secret)
        raise LookAtSource("engine_unreachable", place=place, why=why) from None
    return Backend(dialect, place, secret, made)


def _why(error: Exception, secret: str) -> str:
    """Return how the warehouse itself says what is wrong, without the secret."""
    said = " ".join(str(error).split())
    return (said.replace(secret, "…") if secret else said)[:LONGEST_WHY]


def _with_password(url: str, secret: str) -> str:
    parts = urlsplit(url)
    if not secret:
        return url
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    login = f"{parts.username or ''}:{quote(secret, safe='')}@{host}"
    return parts._replace(netloc=login).geturl()


def _postgres(url: str, secret: str) -> BaseBackend:
    import ibis

    made: Any = ibis.connect(_with_password(url, secret))
    made.con.rollback()
    made.con.isolation_level = REPEATABLE_READ
    made.raw_sql("set timezone = 'UTC'").close()
    return made


def _clickhouse(url: str, secret: str) -> BaseBackend:
    import ibis

    return ibis.connect(_with_password(url, secret), settings=dict(CLICKHOUSE))


def _bigquery(url: str, secret: str) -> BaseBackend:
    import ibis

    _ = secret  # Google's own sign-in, as its libraries find it
    return ibis.connect(url)


def _spark(url: str, secret: str) -> BaseBackend:
    import ibis
    from pyspark.sql import SparkSession

    _ = secret
    builder = SparkSession.builder.master(url).appName("smarketing")
    for name, value in SPARK.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


CONNECT: Mapping[str, Callable[[str, str], BaseBackend]] = {
    "postgres": _postgres,
    "clickhouse": _clickhouse,
    "bigquery": _bigquery,
    "spark": _spark,
}

REPEATABLE_READ = 3
"""All numbers are of one moment: psycopg's name for it is a number."""

CLICKHOUSE: Mapping[str, int | str] = {
    "join_use_nulls": 1,
    "aggregate_functions_null_for_empty": 1,
    "prefer_column_name_to_alias": 1,
    "session_timezone": "UTC",
    "max_query_size": 100_000_000,
    "max_ast_elements": 10_000_000,
    "max_expanded_ast_elements": 10_000_000,
}
"""What a session has to be set to, to count as the others do."""

SPARK: Mapping[str, str] = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
}


def _of_cursor(ibis: Any, sql: str) -> list[tuple[Any, ...]]:
    with ibis.raw_sql(sql) as cursor:
        return cursor.fetchall() if cursor.description else []


def _of_result(ibis: Any, sql: str) -> list[tuple[Any, ...]]:
    return list(ibis.raw_sql(sql).result_rows)


def _of_rows(ibis: Any, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in ibis.raw_sql(sql)]


def _of_frame(ibis: Any, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in ibis.raw_sql(sql).collect()]


ROWS: Mapping[str, Callable[[Any, str], list[tuple[Any, ...]]]] = {
    "postgres": _of_cursor,
    "clickhouse": _of_result,
    "bigquery": _of_rows,
    "spark": _of_frame,
}
"""How each of Ibis's backends hands over rows."""
