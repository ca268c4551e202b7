"""A database for the time of reading one table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


@contextmanager
def desk() -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a database for one table: in memory, and on disk what is too much for it."""
    import duckdb

    folder = mkdtemp(prefix="smarketing-")
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "300MB",
        "autoinstall_known_extensions": "false",
        "temp_directory": folder,
        "preserve_insertion_order": "true",
    }
    connection = duckdb.connect(config=settings)
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)


def first_row(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> tuple[Any, ...]:
    """Return the first row of a query, and leave no result unfinished; () when there is none."""
    rows = connection.execute(sql, parameters).fetchall()
    return rows[0] if rows else ()
