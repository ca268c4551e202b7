"""A database for the time of reading one table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


LEAST = 300  # megabytes


@contextmanager
def desk(path: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a database for one table: in memory, as much as the file takes, and else on disk."""
    import duckdb

    folder = mkdtemp(prefix="smarketing-")
    size = path.stat().st_size // 10**6 if path is not None and path.exists() else 0
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{max(LEAST, size)}MB",
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
