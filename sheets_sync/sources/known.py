"""The rows of a file as they were last read: what stands there as it stood is not typed again.

Known is a row that was typed without a remark and shares its id with no other row. A Parquet file
holds the ids and digests of such rows beside the cursor of their reading, and counts only for who
goes on from that cursor: what was not stored is read again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.model import OBJECTS
from sheets_sync.sources.adspend import total_word
from sheets_sync.sources.casting import Circumstances, casts, quote
from sheets_sync.sources.desk import first_row
from sheets_sync.sources.mapping import Columns, find_columns
from sheets_sync.sources.raw import Raw

if TYPE_CHECKING:
    import duckdb


Load = Callable[..., Raw]
"""Makes the view `raw`: of all rows, or of those whose `digest` is not in the view `known`."""


@dataclass(frozen=True, slots=True)
class Known:
    """The known rows of a file: where they are kept, and from which cursor its reading goes on."""

    path: Path
    since: str | None

    def load(
        self,
        connection: duckdb.DuckDBPyConnection,
        load: Load,
        mapping: Columns,
        around: Circumstances,
    ) -> Raw:
        """Load what is not known; the view `unchanged` has the ids and digests of what is.

        All is loaded where a new row has the id of a known one, or calls itself a total: these are
        looked at beside the others.
        """
        is_again = self.since is not None and self.path.exists()
        raw = self._load(connection, load, mapping, around, is_again=is_again)
        if is_again and not _is_apart(connection, mapping, raw.headers, around):
            return self._load(connection, load, mapping, around, is_again=False)
        return raw

    def _load(
        self,
        connection: duckdb.DuckDBPyConnection,
        load: Load,
        mapping: Columns,
        around: Circumstances,
        *,
        is_again: bool,
    ) -> Raw:
        kept = f"read_parquet({quote(str(self.path))}) where cursor = {quote(self.since or '')}"
        rows = kept if is_again else "(select '' as id, cast(0 as ubigint) as digest) where false"
        connection.execute(f"create or replace temp view known as select id, digest from {rows}")
        raw = load(digest=partial(_digest, mapping, around))
        stood = connection.sql(_STOOD).to_arrow_table()
        connection.register("unchanged", stood)
        return raw

    def remember(
        self,
        connection: duckdb.DuckDBPyConnection,
        mapping: Columns,
        headers: Sequence[str],
        how: tuple[Circumstances, str],
        claims: int,
    ) -> None:
        """Keep the known rows of a reading under its cursor, once all others are in `typed`."""
        (around, cursor), field = how, OBJECTS[mapping.model].id
        is_remarked = " or ".join(f"n{index}" for index in range(claims))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        connection.execute(
            f"copy (select {quote(cursor)} as cursor, id, digest from (select id, digest"
            f" from unchanged union all select {field}, {_digest(mapping, around, headers)}"
            f" from typed join raw using (line) where lost is null and not ({is_remarked})"
            f" and {field} not in (select {field} from typed where lost = 'duplicate_id')))"
            f" to {quote(str(new))} (format parquet)"
        )
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        new.replace(self.path)


def _is_apart(
    connection: duckdb.DuckDBPyConnection,
    mapping: Columns,
    headers: Sequence[str],
    around: Circumstances,
) -> bool:
    """Tell whether each known row stands there once, and no other one has to do with them."""
    field = OBJECTS[mapping.model].id
    column = find_columns(mapping, headers)[field]
    [made] = casts(mapping, {field: column}, around)
    return first_row(
        connection,
        f"with other as (select {made.value} as id, {total_word(mapping, [made])} as total_word"
        f" from (select c0, {made.clean} as t_{field} from raw))"
        " select (select count(*) from stood) = (select count(*) from unchanged)"
        " and not exists (select 1 from other where total_word is not null)"
        " and not exists (select 1 from unchanged semi join other using (id))",
    ) == (True,)


def _digest(mapping: Columns, around: Circumstances, headers: Sequence[str]) -> str:
    """Return SQL of the digest of a row; its salt keeps a phone from being guessed."""
    columns = sorted({"c0", *find_columns(mapping, headers).values()})
    return f"hash({', '.join([quote(around.salt), *columns])})"


_STOOD = "select id, digest from known where digest in (select digest from stood)"
