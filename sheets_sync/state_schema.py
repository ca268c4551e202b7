"""The tables of state.sqlite."""

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

SYNCS, RUNS = 300, 1500
"""How many are kept: a day of syncs every five minutes, with five sources."""

FORGET = f"""
delete from sync where number <= (select max(number) from sync) - {SYNCS};
delete from run where rowid <= (select max(rowid) from run) - {RUNS}
    and rowid > (select min(rowid) from run);
"""
"""Forgets old syncs; the first run stays, since it tells when the workspace was set up."""
