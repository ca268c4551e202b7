"""Our SQL as other engines read it: sqlglot's translation, and what it leaves out.

The product's SQL is DuckDB's. Where another engine would count otherwise, and the same can be said
in words that both understand, it is said so here for all statements at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import sqlglot
from sqlglot import exp

from sheets_sync.warehouse.mapped import SOURCE, Mapped
from sheets_sync.warehouse.spoken import spoken
from sheets_sync.warehouse.stars import Columns, name_columns

PREFIX = "smk_"
"""Before the names of our tables over there, which no table of the company has."""

_WRITES = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*"
    r"(?:create(?:\s+or\s+replace)?(?:\s+temp)?\s+table(?:\s+if\s+not\s+exists)?"
    r"|insert\s+into|delete\s+from|update|drop\s+table|alter\s+table)\s+(\w+)",
    re.IGNORECASE,
)


def written(sql: str) -> str | None:
    """Name the table that a statement changes.

    >>> written("insert into plan values (1)"), written("select 1")
    ('plan', None)
    """
    found = _WRITES.match(sql)
    return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of ours, parsed: the table it makes, the query, the tables that this reads."""

    makes: str | None
    query: exp.Query
    reads: frozenset[str]


@lru_cache(maxsize=512)
def parse(sql: str) -> Statement:
    """Read a query, or `create table … as` one.

    >>> parse("create or replace temp table x as with a as (select 1 from lead) select * from a")
    ... # doctest: +ELLIPSIS
    Statement(makes='x', query=..., reads=frozenset({'lead'}))
    """
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    makes = tree.this.name if isinstance(tree, exp.Create) else None
    query = tree.expression if isinstance(tree, exp.Create | exp.Insert) else tree
    if not isinstance(query, exp.Query):
        return Statement(None, exp.select(), frozenset())
    if isinstance(tree, exp.Insert):
        raise TypeError(sql)  # nothing is added to a table over there
    return Statement(makes, query, frozenset(_tables(query)))


def _tables(query: exp.Expression) -> Iterator[str]:
    named = {cte.alias for cte in query.find_all(exp.CTE)}
    yield from (table.name for table in query.find_all(exp.Table) if table.name not in named)


@dataclass(frozen=True, slots=True)
class Translator:
    """Writes queries for an engine."""

    dialect: str
    company: Mapping[str, object]  # the one row of the table `company`
    mapped: Mapping[str, Mapped]  # by table of the model

    def write(
        self,
        query: exp.Query,
        parameters: Sequence[object] | Mapping[str, object],
        columns: Columns,
        kinds: Mapping[str, str] | None = None,
    ) -> str:
        """Return a query with its parameters written into it.

        `columns` tells the columns of a table of ours; with `kinds`, each of the query's own is
        cast.
        """
        from sqlglot import exp

        tree = query.copy()
        _fill(tree, parameters)
        name_columns(tree, columns, {})
        self._replace_tables(tree)
        if kinds:
            typed = [f'cast(q."{name}" as {kind}) as "{name}"' for name, kind in kinds.items()]
            inner = tree.subquery("q")
            tree = exp.select(*typed, dialect="duckdb").from_(inner)
        return self.text(tree)

    def text(self, tree: exp.Expression) -> str:
        """Return a tree in the engine's words."""
        return spoken(tree, self.dialect).sql(dialect=self.dialect, identify=True)

    def _cast(self, name: str, column: str, kind: str) -> str:
        from sqlglot import exp

        value = exp.column(name) if name else exp.null()
        cast = exp.cast(value, exp.DataType.build(kind, dialect="duckdb"))
        cast.meta["is_exact"] = True
        return self.text(exp.alias_(cast, column, quoted=True))

    def sending(self, columns: Mapping[str, str], rows: Sequence[tuple[object, ...]]) -> str:
        """Return the query that gives the rows of a table that is here."""
        names = [f"c{place}" for place in range(len(columns))]
        made = ", ".join(
            self._cast(name if rows else "", column, kind)
            for name, (column, kind) in zip(names, columns.items(), strict=True)
        )
        if not rows:
            return f"SELECT {made} LIMIT 0"
        values = ", ".join(
            f"({', '.join(literal(value, self.dialect) for value in row)})" for row in rows
        )
        given = GIVEN[self.dialect].format(
            rows=values,
            names=", ".join(names),
            texts=", ".join(f"{name} Nullable(String)" for name in names),
            structure=", ".join(f"{name} STRING" for name in names),
        )
        return f"SELECT {made} FROM {given}"

    def _replace_tables(self, tree: exp.Expression) -> None:
        """Put queries in the place of the model's tables, our names in that of the others."""
        from sqlglot import exp

        named = {cte.alias for cte in tree.find_all(exp.CTE)}
        for table in list(tree.find_all(exp.Table)):
            alias = table.alias or table.name
            if mapped := self.mapped.get(table.name):
                table.replace(self._mapped(mapped).subquery(alias))
            elif table.name not in {*named, "company"}:
                table.replace(exp.to_table(f"{PREFIX}{table.name}").as_(alias))
        for inner in list(tree.find_all(exp.Subquery)):
            select = inner.this
            if [table.name for table in select.find_all(exp.Table)] == ["company"]:
                inner.replace(_literal(self.company[select.selects[0].name]))

    def _mapped(self, mapped: Mapped) -> exp.Query:
        """Return the query that makes a table of the model."""
        from sqlglot import exp

        tree = _parsed(mapped.query).copy()
        for table in tree.find_all(exp.Table):
            if table.name == SOURCE:
                table.replace(exp.to_table(mapped.table, dialect=self.dialect).as_(table.alias))
        return tree


@lru_cache(maxsize=16)
def _parsed(sql: str) -> exp.Query:
    return sqlglot.parse_one(sql, dialect="duckdb")  # type: ignore[return-value]


def _fill(tree: exp.Expression, parameters: Sequence[object] | Mapping[str, object]) -> None:
    """Write the values of parameters into a tree."""
    places = [*tree.find_all(exp.Placeholder, exp.Parameter, bfs=False)]
    if isinstance(parameters, Mapping):
        for each in places:
            name = each.this if isinstance(each.this, str) else each.this.name
            each.replace(_literal(parameters[name]))
    else:
        for each, value in zip(places, parameters or (), strict=True):
            each.replace(_literal(value))


def _literal(value: object) -> exp.Expression:
    """Return a value as SQL, with its type where engines would guess another."""
    if isinstance(value, datetime):
        kind = "timestamptz" if value.tzinfo else "timestamp"
        return exp.cast(exp.Literal.string(value.isoformat(" ")), kind)
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    if isinstance(value, float):
        return exp.cast(exp.Literal.number(repr(value)), "double")
    return exp.convert(value)


GIVEN: Mapping[str, str] = {
    "postgres": "(VALUES {rows}) AS v ({names})",
    "spark": "VALUES {rows} AS v ({names})",
    "clickhouse": "values('{texts}', {rows})",
    "bigquery": "UNNEST([STRUCT<{structure}>{rows}])",
}
"""Rows of texts as something to select from."""

MAKING: Mapping[str, tuple[str, ...]] = {
    "postgres": (
        'DROP TABLE IF EXISTS "{name}"',
        'CREATE TEMPORARY TABLE "{name}" AS {query}',
        'ANALYZE "{name}"',
    ),
    "clickhouse": (
        "DROP TEMPORARY TABLE IF EXISTS {name}",
        "CREATE TEMPORARY TABLE {name} ENGINE = Memory AS {query}",
    ),
    "bigquery": ("CREATE OR REPLACE TEMP TABLE {name} AS {query}",),
}
DROPPING: Mapping[str, str] = {
    "postgres": 'DROP TABLE IF EXISTS "{name}"',
    "clickhouse": "DROP TEMPORARY TABLE IF EXISTS {name}",
    "spark": "DROP VIEW IF EXISTS {name}",
    "bigquery": "DROP TABLE IF EXISTS {name}",
}
"""How a table of this session alone is made of a query, and dropped."""


def literal(value: object, dialect: str) -> str:
    """Write a value as a text, to be cast.

    >>> literal("it's", "postgres"), literal(None, "spark"), literal(date(2026, 11, 1), "spark")
    ("'it''s'", 'NULL', "'2026-11-01'")
    """
    if value is None:
        return "NULL"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if dialect == "postgres":
        return "'" + text.replace("'", "''") + "'"
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
