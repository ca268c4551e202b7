"""The rows of a file as they were last read: what stands there as it stood is not typed again.

Known is a row that was typed without a remark and shares its id with no other row. A Parquet file
holds the ids and digests of such rows beside the cursor of their reading, and counts only for who
goes on from that cursor: what was not stored is read again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.model import OBJECTS
from sheets_sync.sources.adspend import total_word
from sheets_sync.sources.casting import Circumstances, casts, quote
from sheets_sync.sources.mapping import Columns

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Known:
    """The known rows of a file: where they are kept, and from which cursor its reading goes on."""

    path: Path
    since: str | None

    def leave_out(
        self,
        connection: duckdb.DuckDBPyConnection,
        mapping: Columns,
        columns: Mapping[str, str],
        around: Circumstances,
    ) -> pa.Table:
        """Take the known rows out of the table `raw` into `unchanged`, and return their ids.

        A row that shares its id with another one stays, and so does every row where one calls
        itself a total: these are looked at together.
        """
        run, field = connection.execute, OBJECTS[mapping.model].id
        run("create table unchanged (line bigint, id varchar, digest ubigint)")
        if self.since and self.path.exists():
            run(
                "insert into unchanged select line, id, digest from raw join read_parquet(?) as k"
                f" on k.digest = {_digest(columns, around)} where k.cursor = ?",
                [str(self.path), self.since],
            )
            [made] = casts(mapping, {field: columns[field]}, around)
            run(
                f"create table other as select {made.value} as id,"
                f" {total_word(mapping, [made])} as total_word"
                f" from (select c0, {made.clean} as t_{field}"
                " from raw anti join unchanged using (line))"
            )
            run(_NOT_ALONE)
            run("create table rest as select raw.* from raw anti join unchanged using (line)")
            run("drop table raw")
            run("alter table rest rename to raw")
        ids: pa.Table = connection.sql("select id from unchanged").to_arrow_table()
        return ids

    def remember(
        self,
        connection: duckdb.DuckDBPyConnection,
        mapping: Columns,
        columns: Mapping[str, str],
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
            f" from unchanged union all select {field}, {_digest(columns, around)}"
            f" from typed join raw using (line) where lost is null and not ({is_remarked})"
            f" and {field} not in (select {field} from typed where lost = 'duplicate_id')))"
            f" to {quote(str(new))} (format parquet)"
        )
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        new.replace(self.path)


def _digest(columns: Mapping[str, str], around: Circumstances) -> str:
    """Return SQL of the digest of a row; its salt keeps a phone from being guessed."""
    return f"hash({', '.join([quote(around.salt), *sorted({'c0', *columns.values()})])})"


_NOT_ALONE = """
delete from unchanged
where id in (select id from other)
    or id in (select id from unchanged group by id having count(*) > 1)
    or exists (select 1 from other where total_word is not null)
"""
