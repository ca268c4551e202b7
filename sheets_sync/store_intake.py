"""How pages of rows get into the store: staged, compared with what is there, committed at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sheets_sync.model import OBJECTS, record_place
from sheets_sync.store_insert import insert
from sheets_sync.store_schema import DAYS, day_of

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from sheets_sync.model import Page, Rejection

BELIEVED = 0.2  # a larger share of ids that vanish at once is reported, not believed
STAGED = ("lead", "deal")  # objects that move through stages
LONGEST_VALUE = 200  # characters of a rejected value that are kept


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the rows of one object."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    gone: int = 0
    not_believed: int = 0  # ids that vanished, too many at once to be believed
    totals_dropped: int = 0
    stay: int = 0  # that are counted where they are


@contextmanager
def transaction(connection: DuckDBPyConnection) -> Iterator[None]:
    """Commit what is done inside, or nothing of it."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


class Batch:
    """The pages of one read of a source, on their way into the store."""

    def __init__(self, connection: DuckDBPyConnection, source: str, now: datetime) -> None:
        """Begin a read."""
        self.connection = connection
        self.source = source
        self.now = now
        self.counts: dict[str, Count] = {}
        self._staged: dict[str, int] = {}
        self._complete: set[str] = set()
        self._swept: set[str] = set()  # of these, ids alone were read
        self._rejected: list[Rejection] = []
        self._seen: set[str] = set()

    def add(self, page: Page) -> None:
        """Stage a page; a page with a cursor commits everything staged so far."""
        if page.object not in self._seen:
            self._seen.add(page.object)
            self._begin(page.object)
        self._stage(page)
        self._rejected += page.rejected
        count = self.counts.get(page.object, Count())
        self.counts[page.object] = replace(
            count,
            read=count.read + page.rows_read,
            unchanged=count.unchanged + len(page.unchanged or ()),
            quarantined=count.quarantined + len({(r.file, r.line) for r in page.rejected}),
            totals_dropped=count.totals_dropped + page.totals_dropped,
            stay=count.stay + page.rows_read * page.stays,
        )
        if page.is_complete:
            (self._complete if page.ids is None else self._swept).add(page.object)
        if page.cursor:
            self.commit(page.cursor)

    def _begin(self, name: str) -> None:
        self._clear(name)
        self.connection.execute(f"create or replace temp table seen_{name} (id varchar)")

    def _clear(self, name: str) -> None:
        """Make the stage anew: rows that are deleted from it would stay in memory."""
        self.connection.execute(
            f"create or replace temp table staged_{name} as"
            f" select {_columns(name)}, cast(0 as bigint) as position from {name} limit 0"
        )

    def _stage(self, page: Page) -> None:
        name, start = page.object, self._staged.get(page.object, 0)
        numbered = f"{_columns(name)}, {start - 1} + row_number() over ()"
        self._insert(f"staged_{name} select {numbered}", page.rows)
        self._staged[name] = start + page.rows.num_rows
        for ids in filter(None, (page.ids, page.unchanged)):
            self._insert(f"seen_{name} select id", ids)

    def _insert(self, selected: str, rows: pa.Table) -> None:
        self.connection.register("page", rows)
        self.connection.execute(f"insert into {selected} from page")
        self.connection.unregister("page")

    def commit(self, cursor: str = "") -> None:
        """Write everything staged, with the cursor, in one transaction."""
        if not self._seen:
            return
        with transaction(self.connection):
            moved = [self._write(name) for name in self._staged]
            self._write_rejections()
            moved += [self._drop_unreadable(name) for name in self._staged]
            moved += [self._mark_gone(name) for name in self._complete | self._swept]
            self._write_arrivals()
            if cursor:
                self.connection.execute("delete from cursor where source = ?", [self.source])
                self.connection.execute("insert into cursor values (?, ?)", [self.source, cursor])
            if any(moved):
                self.connection.execute("update company set is_stale = true")
        self.drop()

    def drop(self) -> None:
        """Forget what is staged and not committed."""
        self._staged.clear()
        self._complete.clear()
        self._swept.clear()
        self._rejected.clear()

    def _write(self, name: str) -> bool:
        run = self.connection.execute
        key = OBJECTS[name].id
        run(_DEDUPE.format(name=name, key=key, newer=_newer(name)))
        run(f"insert into seen_{name} select {key} from staged_{name}")
        links = f"select link from staged_{name} union all" * ("link" in OBJECTS[name].fields)
        run(  # what of these records could not be read when they last came
            "delete from quarantine where source = ? and object = ?"
            f" and file in ({links} select ? || {key} from staged_{name})",
            [self.source, name, record_place(self.source, "")],
        )
        fields = [f'"{field}"' for field in OBJECTS[name].fields]
        same = " and ".join(f"s.{f} is not distinct from t.{f}" for f in fields)
        older = "s.updated_at < t.updated_at" if "updated_at" in OBJECTS[name].fields else "false"
        was = "t.stage" if name in STAGED else "null"
        run(_FATE.format(name=name, key=key, same=same, older=older, was=was), [self.source])
        fates: dict[str, int] = dict(
            run("select fate, count(*) from fate group by fate").fetchall()
        )
        is_replaced = name == "ad_spend" and self._clear_covered_days()
        if name == "stage_event":
            run(_TOLD_AFTER_ALL)
        if fates.get("changed"):
            if name in STAGED and "stage_event" not in self._seen:
                run(_INFERRED.format(name=name, key=key), [self.now, self.source, self.now])
            run(f"delete from {name} where rowid in (select row from fate where fate = 'changed')")
        if fates.get("new") or fates.get("changed"):
            days = "".join(f", {day_of(time, 's.')}" for time in DAYS[name].values())
            into = ", ".join([_columns(name), *DAYS[name], "source", "loaded_at", "is_deleted"])
            run(
                f"insert into {name} ({into}) select {_columns(name, 's')}{days}, ?, ?, false"
                f" from staged_{name} as s join fate as f on f.{key} = s.{key}"
                " where f.fate in ('new', 'changed')",
                [self.source, self.now],
            )
        run("drop table fate")
        self._clear(name)
        count = self.counts[name]
        self.counts[name] = replace(
            count,
            new=count.new + fates.get("new", 0),
            changed=count.changed + fates.get("changed", 0),
            unchanged=count.unchanged + fates.get("unchanged", 0),
        )
        return bool(fates.get("new") or fates.get("changed") or is_replaced)

    def _clear_covered_days(self) -> bool:
        gone = self.connection.execute(_COVERED, [self.source]).fetchall()
        count = self.counts["ad_spend"]
        self.counts["ad_spend"] = replace(count, gone=count.gone + len(gone))
        return bool(gone)

    def _drop_unreadable(self, name: str) -> bool:
        """Take records out that can be read no longer; they come back when they can."""
        key, place = OBJECTS[name].id, record_place(self.source, "")
        lost = [
            rejection.file.removeprefix(place)
            for rejection in self._rejected
            if rejection.object == name
            and rejection.is_row_lost
            and rejection.file.startswith(place)
        ]
        if not lost:
            return False
        [(dropped,)] = self.connection.execute(
            f"update {name} set is_deleted = true, loaded_at = ? where source = ?"
            f" and not is_deleted and list_contains(?, {key})",
            [self.now, self.source, lost],
        ).fetchall()
        count = self.counts[name]
        self.counts[name] = replace(count, gone=count.gone + dropped)
        return bool(dropped)

    def _mark_gone(self, name: str) -> bool:
        run, key = self.connection.execute, OBJECTS[name].id
        place = record_place(self.source, "")
        if name in self._swept:
            run(
                "delete from quarantine where source = ? and object = ? and starts_with(file, ?)"
                f" and file not in (select ? || id from seen_{name})",
                [self.source, name, place, place],
            )
        run(  # who cannot be read is there, and yet not to be counted
            f"delete from seen_{name} where ? || id in (select file from quarantine"
            " where source = ? and object = ? and is_row_lost)",
            [place, self.source, name],
        )
        if run(_ALL_SEEN.format(name=name, key=key), [self.source]).fetchall() == [(True,)]:
            return False
        [(known, missing, returned)] = run(
            "select count(*) filter (where not is_deleted),"
            " count(*) filter (where not is_deleted and not is_seen),"
            " count(*) filter (where is_deleted and is_seen)"
            f" from (select is_deleted, {key} in (select id from seen_{name}) as is_seen"
            f" from {name} where source = ?)",
            [self.source],
        ).fetchall()
        not_believed = missing if missing > BELIEVED * known else 0
        gone = missing - not_believed
        for is_so, many, such in (("false", returned, "in"), ("true", gone, "not in")):
            if many:
                run(
                    f"update {name} set is_deleted = {is_so}, loaded_at = ? where source = ?"
                    f" and is_deleted <> {is_so} and {key} {such} (select id from seen_{name})",
                    [self.now, self.source],
                )
        count = self.counts.get(name, Count())
        self.counts[name] = replace(count, gone=count.gone + gone, not_believed=not_believed)
        return bool(gone or returned)

    def _write_rejections(self) -> None:
        for name in self._complete:
            self.connection.execute(
                "update quarantine set last_seen = null where source = ? and object = ?",
                [self.source, name],
            )
        if self._rejected:
            rows = [astuple(replace(r, value=r.value[:LONGEST_VALUE])) for r in self._rejected]
            self.connection.execute(_REJECTED)
            insert(self.connection, "rejected", rows)
            self.connection.execute(_SEEN_AGAIN, [self.now, self.source])
            self.connection.execute(_SEEN_FIRST, [self.source, self.now, self.now, self.source])
            self.connection.execute("drop table rejected")
        self.connection.execute("delete from quarantine where last_seen is null")

    def _write_arrivals(self) -> None:
        run = self.connection.execute
        for name, count in self.counts.items():
            [(loaded,)] = run(
                f"select count(*) from {name} where source = ? and not is_deleted", [self.source]
            ).fetchall()
            run("delete from arrival where source = ? and object = ?", [self.source, name])
            run(
                "insert into arrival values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    self.source, name, count.read, loaded + count.stay, count.new, count.changed,
                    count.unchanged, count.quarantined, count.gone, count.not_believed,
                    count.totals_dropped, self.now,
                ],
            )  # fmt: skip

    def note_error(self, error: str, parts: Mapping[str, object]) -> None:
        """Keep the error that ended the read, or that there was none."""
        with transaction(self.connection):
            self.connection.execute("delete from failure where source = ?", [self.source])
            if error:
                spelled = json.dumps({key: str(part) for key, part in parts.items()})
                self.connection.execute(
                    "insert into failure values (?, ?, ?, ?)",
                    [self.source, error, spelled, self.now],
                )


def _columns(name: str, of: str = "") -> str:
    dot = f"{of}." if of else ""
    return ", ".join(f'{dot}"{field}"' for field in OBJECTS[name].fields)


def _newer(name: str) -> str:
    fields = OBJECTS[name].fields
    return (
        "updated_at desc nulls last, position desc" if "updated_at" in fields else "position desc"
    )


# Of rows with one id the newest stays; where the times do not tell, the later one.
_DEDUPE = """
delete from staged_{name} where position in (
    select position from (
        select position, row_number() over (partition by {key} order by {newer}) as place
        from staged_{name}
        where {key} in (select {key} from staged_{name} group by {key} having count(*) > 1)
    ) where place > 1
)
"""

_FATE = """
create or replace temp table fate as
select
    s.{key},
    t.rowid as row,
    {was} as was,
    case
        when t.{key} is null then 'new'
        when {older} then 'older'
        when not t.is_deleted and {same} then 'unchanged'
        else 'changed'
    end as fate
from staged_{name} as s
left join {name} as t on t.{key} = s.{key} and t.source = ?
"""

# Where nobody keeps the history of stages, two states of a record tell that it has moved.
_INFERRED = f"""
insert into stage_event (
    event_id, entity, entity_id, "at", from_stage, to_stage, source, loaded_at, is_deleted, day,
    is_inferred
)
select
    'inferred-{{name}}-' || id || '-' || epoch_ms("at"), '{{name}}', id, "at", from_stage, to_stage,
    source, loaded_at, false, {day_of("at", "m.")}, true
from (
    select
        s.{{key}} as id, coalesce(s.updated_at, ?) as "at", f.was as from_stage,
        s.stage as to_stage, ? as source, ? as loaded_at
    from staged_{{name}} as s
    join fate as f on f.{{key}} = s.{{key}} and f.fate = 'changed'
    where f.was <> s.stage and s.{{key}} not in (
        select entity_id from stage_event where entity = '{{name}}' and is_inferred is null
    )
) as m
"""

# The ids of a source are as many as those seen, and their digests add up to the same.
_ALL_SEEN = """
select (select (count(*), sum(hash(id))) from seen_{name})
    = (select (count(*), sum(hash({key}))) from {name} where source = ? and not is_deleted)
"""

_TOLD_AFTER_ALL = """
delete from stage_event as e
where e.is_inferred and exists (
    select 1 from staged_stage_event as s where s.entity = e.entity and s.entity_id = e.entity_id
)
"""

# Platforms correct the past: what was known of the days that came again gives way to them.
_COVERED = """
delete from ad_spend
where source = ?
    and row_id not in (select id from seen_ad_spend)
    and exists (
        select 1 from staged_ad_spend as s
        where s.day = ad_spend.day
            and s.cabinet is not distinct from ad_spend.cabinet
            and s.level is not distinct from ad_spend.level
    )
returning row_id
"""

_REJECTED = """
create or replace temp table rejected as
select object, file, line, "column", value, reason, is_row_lost from quarantine limit 0
"""

_SAME_REJECTION = """
    q.object = r.object and q.file = r.file and q.line = r.line and q."column" = r."column"
    and q.value = r.value and q.reason = r.reason
"""

_SEEN_AGAIN = f"""
update quarantine as q set last_seen = ?
from rejected as r
where q.source = ? and {_SAME_REJECTION}
"""

_SEEN_FIRST = f"""
insert into quarantine
select distinct ?, object, file, line, "column", value, reason, is_row_lost, ?::timestamp,
    ?::timestamp
from rejected as r
where not exists (select 1 from quarantine as q where q.source = ? and {_SAME_REJECTION})
"""
