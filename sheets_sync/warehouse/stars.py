"""The columns that `*` stands for, named: an engine may call those of a join otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

Columns = Callable[[str], Sequence[str]]
"""Tells the columns of a table."""


def name_columns(
    query: exp.Query, columns: Columns, known: Mapping[str, Sequence[str]]
) -> Sequence[str]:
    """Name the columns that `*` stands for; return those of the query.

    `known` are the columns of the queries that are named around it.
    """
    known = dict(known)
    for cte in query.ctes:
        known[cte.alias] = name_columns(cte.this, columns, known)
    if isinstance(query, exp.Subquery):
        return name_columns(query.this, columns, known)
    if isinstance(query, exp.SetOperation):
        name_columns(query.right, columns, known)
        return name_columns(query.left, columns, known)
    sources = {
        each.this.alias_or_name: _of_source(each.this, columns, known)
        for each in query.find_all(exp.From, exp.Join)
        if each.parent is query
    }
    for inner in query.find_all(exp.Subquery):
        if inner.parent_select is query and not isinstance(inner.parent, exp.From | exp.Join):
            name_columns(inner, columns, known)
    named = [column for each in query.selects for column in _named(each, sources)]
    query.set("expressions", named)
    return [each.alias_or_name for each in named]


def _of_source(
    source: exp.Expression, columns: Columns, known: Mapping[str, Sequence[str]]
) -> Sequence[str]:
    if isinstance(source, exp.Values):
        return [column.name for column in source.args["alias"].columns]
    if isinstance(source, exp.Table):
        return known.get(source.name) or columns(source.name)
    if not isinstance(source, exp.Query):
        raise TypeError(source)
    return name_columns(source, columns, known)


def _named(each: exp.Expression, sources: Mapping[str, Sequence[str]]) -> list[exp.Expression]:
    if not each.is_star:
        return [each]
    asked = [each.table] if isinstance(each, exp.Column) else list(sources)
    return [exp.column(name, source, quoted=True) for source in asked for name in sources[source]]
