"""Many rows put into a table at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection


def insert(connection: DuckDBPyConnection, name: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Replace the rows of a table."""
    connection.execute(f"delete from {name}")
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        given = ", ".join(f"unnest(${place})" for place in range(1, len(columns) + 1))
        connection.execute(f"insert into {name} select {given}", columns)
