"""What the store computes after a change: calendar, stages, the tables of `views/`, the cube."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING

from sheets_sync import calendars
from sheets_sync.stages import FUNNEL, guess
from sheets_sync.store_channels import RULES, SAID, say_channels
from sheets_sync.store_cube import make_cube, measures
from sheets_sync.store_insert import insert
from sheets_sync.store_schema import (
    CALENDAR,
    TYPED,
    VIEWS,
    create_statements,
    typed_statement,
    view,
)
from sheets_sync.store_verdicts import judge_leads, map_reasons

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIRST, LAST = date(1990, 1, 1), date(2100, 1, 1)
YEARS_AHEAD = 2


def compute(connection: DuckDBPyConnection) -> None:
    """Make everything that is computed from the rows."""
    _fill_calendar(connection)
    _guess_stages(connection)
    say_channels(connection)
    map_reasons(connection)
    judge_leads(connection)
    for name in VIEWS:
        connection.execute(f"create or replace table {name} as {view(name)}")
    make_cube(connection)
    connection.execute("delete from computed")
    connection.execute("insert into computed values (?)", [stamp()])
    connection.execute("update company set is_stale = false")


def is_stale(connection: DuckDBPyConnection) -> bool:
    """Tell whether rows, or the ways to compute from them, are newer than what was computed."""
    found = connection.execute("select is_stale from company").fetchall()
    return found == [(True,)] or not is_current(connection)


def is_current(connection: DuckDBPyConnection) -> bool:
    """Tell whether this version made the tables, and not an older one."""
    sql = "select count(*) > 0 from duckdb_tables() where table_name = 'computed'"
    if connection.execute(sql).fetchall() != [(True,)]:
        return False
    return connection.execute("select stamp from computed").fetchall() == [(stamp(),)]


@cache
def stamp() -> str:
    """Return a digest of the statements that make the tables, of rows and computed ones."""
    made = [_texts(), repr(FUNNEL), *create_statements(), *map(typed_statement, TYPED)]
    return sha256("\n".join(made).encode()).hexdigest()[:16]


@cache
def _texts() -> str:
    return "\n".join([*(view(name) for name in VIEWS), *measures().values(), RULES, SAID, CALENDAR])


def is_computed_from(table: str) -> bool:
    """Tell whether a computed table reads a table.

    >>> is_computed_from("verdict"), is_computed_from("typed_tasks")
    (True, False)
    """
    return re.search(rf"\b{table}\b", _texts()) is not None


def _fill_calendar(connection: DuckDBPyConnection) -> None:
    """Cover every year that facts and plans speak of, one before and two after."""
    first, last = connection.execute(_SPAN, [FIRST, LAST] * 6).fetchall()[0]
    [(country,)] = connection.execute("select country from company").fetchall()
    overrides = dict(connection.execute("select day, is_working from day_rule").fetchall())
    start = date((first or last or FIRST).year - 1, 1, 1)
    end = date((last or start).year + YEARS_AHEAD + 1, 1, 1)
    made_of = repr((country, start, end, sorted(overrides.items()), version("holidays"), CALENDAR))
    said = sha256(made_of.encode()).hexdigest()
    found = connection.execute(
        "select comment from duckdb_tables() where table_name = 'calendar'"
    ).fetchall()
    if found == [(said,)]:
        return
    connection.execute(CALENDAR)
    insert(connection, "calendar", list(calendars.rows(start, end, country, overrides)))
    connection.execute(f"comment on table calendar is '{said}'")


def _guess_stages(connection: DuckDBPyConnection) -> None:
    names = connection.execute(
        "select stage from deal union select stage from lead union select to_stage from stage_event"
    ).fetchall()
    meant: dict[str, str | None] = {name: guess(name) for (name,) in names if name}
    meant |= dict(connection.execute("select name, canonical from stage_rule").fetchall())
    connection.execute("create or replace table stage_meaning (name varchar, canonical varchar)")
    insert(connection, "stage_meaning", list(meant.items()))


_SPAN = """
select min(day), max(day) from (
    select created_on as day from lead where created_on between ? and ?
    union all select created_on from deal where created_on between ? and ?
    union all select closed_on from deal where closed_on between ? and ?
    union all select day from ad_spend where day between ? and ?
    union all select month from plan where month between ? and ?
    union all select "month" from typed_costs where "month" between ? and ?
    union all select cast(last_good as date) from arrival
)
"""
