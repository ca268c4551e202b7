"""A store of an older version becomes one of this version; one of a newer version is left alone."""

import sqlite3
from datetime import UTC, datetime

import pytest

from sheets_sync import state_schema
from sheets_sync.state import STATE, State
from tests.cli.calls import cli
from tests.operations.company import copied, different, synced

FIRST = """
create table typed (tab text, key text, "column" text, value text, changed_at text);
create index typed_cell on typed (tab, key, "column");
create table run (
    started text, finished text, source text, read integer, new integer, changed integer,
    rejected integer, gone integer, message text
);
create table kept (name text primary key, value text);
insert into typed values ('plan', 'L-0001', 'value', '100', '2026-01-05T09:00:00+00:00');
insert into typed values ('plan', 'L-0001', 'value', '120', '2026-01-06T09:00:00+00:00');
insert into kept values ('salt', '"s"');
"""
"""The state of the first version."""


def first(folder):
    folder.mkdir()
    with sqlite3.connect(folder / STATE) as connection:
        connection.executescript(FIRST)
    (folder / "facts.duckdb").write_bytes(b"facts")
    return State(folder / STATE)


def number(path):
    with sqlite3.connect(path) as connection:
        return connection.execute("pragma user_version").fetchone()[0]


def test_the_first_state_becomes_todays_and_is_kept(tmp_path):
    state = first(tmp_path / "hidden")
    assert state.recall() == {"plan": {"L-0001": {"value": 120}}}
    assert len(state.history("plan", "L-0001", "value")) == 2
    assert (state.get("salt"), state.syncs(), state.frozen()) == ("s", [], [])
    state.remember({"plan": {"L-0001": {"value": 130}}}, datetime(2026, 1, 7, tzinfo=UTC))
    place = tmp_path / "hidden" / "backups" / "schema 0"
    assert (place / "facts.duckdb").read_bytes() == b"facts"
    with sqlite3.connect(place / STATE) as connection:
        assert connection.execute("select count(*) from typed").fetchone() == (2,)
    assert (number(state.path), number(place / STATE)) == (state_schema.SCHEMA, 0)


def test_a_step_that_fails_changes_nothing(tmp_path, monkeypatch):
    state = first(tmp_path / "hidden")
    monkeypatch.setattr(state_schema, "STEPS", ("alter table typed add column x; select nothing",))
    for _ in range(2):
        with pytest.raises(sqlite3.Error, match="nothing"):
            state.recall()
    with sqlite3.connect(state.path) as connection:
        assert len(connection.execute("pragma table_info(typed)").fetchall()) == 5
    assert number(state.path) == 0
    monkeypatch.undo()
    assert state.recall() == {"plan": {"L-0001": {"value": 120}}}


def test_a_new_state_is_of_todays_number_and_needs_no_backup(tmp_path):
    state = State(tmp_path / STATE)
    state.put("a", 1)
    assert number(state.path) == state_schema.SCHEMA
    assert not (tmp_path / "backups").exists()


def test_a_workspace_without_a_number_syncs_as_before(calm, tmp_path):
    folder = copied(calm, tmp_path / "company")
    with sqlite3.connect(folder / ".smarketing" / STATE) as connection:
        connection.execute("pragma user_version = 0")
    assert not different(synced(folder), synced(copied(calm, tmp_path / "twin")))


def test_what_a_newer_version_made_is_left_alone(calm, tmp_path):
    folder = copied(calm, tmp_path / "company")
    path = folder / ".smarketing" / STATE
    with sqlite3.connect(path) as connection:
        connection.execute(f"pragma user_version = {state_schema.SCHEMA + 1}")
    before = (folder / "smarketing.xlsx").read_bytes()
    for command in ("sync", "check", "metrics"):
        call = cli(command, folder)
        assert (call.code, "newer version" in call.err) == (2, True), (command, call)
    assert cli("schedule", "show", folder).code == 0
    assert (folder / "smarketing.xlsx").read_bytes() == before
    assert number(path) == state_schema.SCHEMA + 1
