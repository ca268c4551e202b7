"""The tables of state.sqlite, and how those of older versions become them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sheets_sync.errors import FixConfig

TABLES = """
create table if not exists typed (
    tab text, key text, "column" text, value text, changed_at text
);
create index if not exists typed_cell on typed (tab, key, "column");
create table if not exists run (
    started text, finished text, source text, read integer, new integer, changed integer,
    rejected integer, gone integer, message text
);
create table if not exists sync (
    number integer primary key, started text, finished text, exit_code integer, failed text,
    message text, seconds text
);
create table if not exists decided (lead_id text primary key, version integer);
create table if not exists kept (name text primary key, value text);
create table if not exists history (
    week text, metric text, scope text, cells text, frozen_at text,
    primary key (week, metric, scope)
);
"""

SCHEMA = 1
"""The number of what the tables are like."""

STEPS: tuple[str, ...] = ("",)
"""What, beside `TABLES`, brings a state from each number to the next; the first had no number."""

BACKUPS = "backups"

SYNCS, RUNS = 300, 1500
"""How many are kept: a day of syncs every five minutes, with five sources."""

FORGET = f"""
delete from sync where number <= (select max(number) from sync) - {SYNCS};
delete from run where rowid <= (select max(rowid) from run) - {RUNS}
    and rowid > (select min(rowid) from run);
"""
"""Forgets old syncs; the first run stays, since it tells when the workspace was set up."""


def bring_up(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables as this version wants them; what older versions left is kept first.

    Raises:
        FixConfig: a newer version was here.
    """
    if _number(connection) == SCHEMA:
        return
    connection.execute("begin immediate")
    number = _number(connection)  # another program may have been quicker
    if number > SCHEMA:
        raise FixConfig("store_newer", folder=path.parent.parent)
    is_new = not connection.execute("select 1 from sqlite_master").fetchone()
    if number < SCHEMA and not is_new:
        _keep(path, number)
    for sql in ("" if is_new else ";".join(STEPS[number:]), TABLES):
        for statement in sql.split(";"):
            connection.execute(statement)
    connection.execute(f"pragma user_version = {SCHEMA}")
    connection.commit()


def _number(connection: sqlite3.Connection) -> int:
    [(number,)] = connection.execute("pragma user_version").fetchall()
    return int(number)


def _keep(path: Path, number: int) -> None:
    """Keep the state, and the facts beside it, as they were under an older number."""
    place = path.parent / BACKUPS / f"schema {number}"
    place.mkdir(parents=True, exist_ok=True)
    with (
        closing(sqlite3.connect(path)) as one,
        closing(sqlite3.connect(place / path.name)) as other,
    ):
        one.backup(other)
    for facts in path.parent.glob("facts.duckdb*"):
        shutil.copy2(facts, place / facts.name)
