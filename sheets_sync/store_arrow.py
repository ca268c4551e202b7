"""Many rows put into a table at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection


def insert(connection: DuckDBPyConnection, name: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Replace the rows of a table."""
    import pyarrow as pa

    connection.execute(f"delete from {name}")
    if not rows:
        return
    described = connection.execute(f"select * from {name} limit 0").description
    arrays = [pa.array(column) for column in zip(*rows, strict=True)]
    connection.register("given", pa.table(arrays, names=[column[0] for column in described]))
    connection.execute(f"insert into {name} select * from given")
    connection.unregister("given")
