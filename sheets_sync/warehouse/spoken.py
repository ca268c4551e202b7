"""What each engine says in a way of its own: nodes of sqlglot's trees, changed one by one.

`ALL` is said to all of them, in words that they understand alike; `OWN` to one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlglot import exp

Change = Callable[[Any], exp.Expression]
"""Returns a node as an engine means it; the same one where there is nothing to change."""

KINDS = exp.DataType.Type
TIMES = (KINDS.TIMESTAMP, KINDS.TIMESTAMPNTZ, KINDS.TIMESTAMPTZ)


def spoken(tree: exp.Expression, dialect: str) -> exp.Expression:
    """Return a tree of DuckDB's SQL as an engine means it."""
    for changes in (ALL, OWN[dialect]):
        for node in reversed(list(tree.walk())):  # from the leaves up
            change = changes.get(type(node))
            new = change(node) if change else node
            if new is not node and node is tree:
                tree = new
            elif new is not node:
                node.replace(new)
    _name_subqueries(tree)
    return tree


def _name_subqueries(tree: exp.Expression) -> None:
    """Give each query in FROM a name: not every engine does without."""
    for place, each in enumerate(tree.find_all(exp.Subquery)):
        if isinstance(each.parent, exp.From | exp.Join) and not each.alias:
            each.set("alias", exp.TableAlias(this=exp.to_identifier(f"q{place}")))


def _call(name: str, *arguments: exp.Expression) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _name(text: str) -> exp.Identifier:
    return exp.to_identifier(text, quoted=True)


def _text(text: str) -> exp.Literal:
    return exp.Literal.string(text)


def _filtered(node: exp.Filter) -> exp.Expression:
    """`f(x) filter (where c)` is `f(case when c then x end)`."""
    aggregate: exp.Expression = node.this.copy()
    kept = exp.Literal.number(1) if isinstance(aggregate.this, exp.Star) else aggregate.this.copy()
    aggregate.set("this", exp.Case().when(node.expression.this.copy(), kept))
    return aggregate


def _named(node: exp.Select) -> exp.Select:
    """A column is called as it is, whatever else is joined."""
    named = [
        exp.alias_(each.copy(), each.name, quoted=True)
        if isinstance(each, exp.Column) and each.table and not each.is_star
        else each
        for each in node.expressions
    ]
    node.set("expressions", named)
    return node


def _whole_seconds(node: exp.DateDiff) -> exp.DateDiff:
    """Seconds are counted as they begin, not as they are full."""
    if str(node.unit).lower() == "second":
        for side in ("this", "expression"):
            moment = {"this": node.args[side].copy(), "unit": exp.var("SECOND")}
            node.set(side, exp.TimestampTrunc(**moment))  # type: ignore[no-untyped-call]
    return node


def _small(node: exp.DataType) -> exp.DataType:
    return exp.DataType.build("smallint") if node.this is KINDS.UTINYINT else node


def _is_week_name(node: exp.TimeToStr) -> bool:
    return bool(node.args["format"].name == "%G-W%V")


def _lower_of_all_alphabets(node: exp.Lower) -> exp.Expression:
    """Sorted by bytes, as before."""
    lower = exp.Lower(this=exp.Collate(this=node.this, expression=_name("und-x-icu")))
    return exp.paren(exp.Collate(this=lower, expression=_name("C")))


def _sorted_by_bytes(node: exp.Cast) -> exp.Expression:
    if not node.to.is_type(*exp.DataType.TEXT_TYPES):
        return node
    return exp.paren(exp.Collate(this=node.copy(), expression=_name("C")))


def _postgres_week(node: exp.TimeToStr) -> exp.Expression:
    return _call("to_char", node.this, _text('IYYY"-W"IW')) if _is_week_name(node) else node


def _zoned(
    node: exp.Anonymous, to_local: Callable[..., exp.Expression], to_utc: Callable[..., Any]
) -> exp.Expression:
    """`timezone(zone, time)` tells the clock of a moment, or the moment of a clock's time."""
    if node.name.lower() != "timezone":
        return node
    zone, moment = node.expressions
    return to_utc(moment, zone) if isinstance(moment, exp.Cast) else to_local(moment, zone)


def _spark_week(node: exp.TimeToStr) -> exp.Expression:
    if not _is_week_name(node):
        return node
    year, week = (
        exp.Extract(this=exp.var(part), expression=node.this.copy())
        for part in ("YEAROFWEEK", "WEEK")
    )
    two = _call("lpad", week, exp.Literal.number(2), _text("0"))
    return _call("concat", year, _text("-W"), two)


def _spark_quantile(node: exp.Median | exp.PercentileCont) -> exp.Expression:
    return _call("percentile", node.this, exp.Literal.number(_share(node)))


def _share(node: exp.Median | exp.PercentileCont) -> str:
    return "0.5" if isinstance(node, exp.Median) else node.expression.name


def _time(node: exp.DataType, of: str, dialect: str) -> exp.DataType:
    return exp.DataType.build(of, dialect=dialect) if node.this in TIMES else node


def _clickhouse_local(moment: exp.Expression, zone: exp.Expression) -> exp.Expression:
    local = _call("toString", _call("toTimeZone", moment, zone))
    return _call("toDateTime64", local, exp.Literal.number(6), _text("UTC"))


def _clickhouse_utc(moment: exp.Expression, zone: exp.Expression) -> exp.Expression:
    there = _call("toDateTime64", _call("toString", moment), exp.Literal.number(6), zone)
    return _call("toTimeZone", there, _text("UTC"))


def _clickhouse_quantile(node: exp.Median | exp.PercentileCont) -> exp.Expression:
    return exp.CombinedParameterizedAgg(
        this="quantileExactInclusive",
        params=[_call("toFloat64", node.this)],
        expressions=[exp.Literal.number(_share(node))],
    )


def _sorted_by_result(node: exp.Select) -> exp.Select:
    """ORDER BY means what is selected, not the column of that name."""
    places = {each.alias: place for place, each in enumerate(node.selects, 1) if each.alias}
    for key in node.args["order"].expressions if node.args.get("order") else ():
        if isinstance(key.this, exp.Column) and not key.this.table and key.this.name in places:
            key.set("this", exp.Literal.number(places[key.this.name]))
    return node


def _joined_texts(node: exp.GroupConcat) -> exp.Expression:
    distinct = node.find(exp.Distinct)
    if distinct is None:
        return node
    texts = _call("arraySort", _call("groupUniqArray", distinct.expressions[0]))
    return _call("arrayStringConcat", texts, _text(", "))


def _whole_frame(node: exp.Window) -> exp.Window:
    """The rows before and behind are those of the whole partition."""
    if node.this.name in {"leadInFrame", "lagInFrame"}:
        ends = {"start_side": "PRECEDING", "end_side": "FOLLOWING"}
        spec = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", end="UNBOUNDED", **ends)
        node.set("spec", spec)
    return node


def _rounded(node: exp.Cast) -> exp.Cast:
    """A decimal is rounded, not cut; from a text that is exact already it is read."""
    if node.to.is_type("decimal") and not node.meta.get("is_exact"):
        scale = exp.Literal.number(node.to.expressions[1].name)
        node.set("this", _call("toString", _call("round", node.this.copy(), scale)))
    return node


def _iso_week(node: exp.DateTrunc | exp.TimestampTrunc) -> exp.Expression:
    if str(node.unit).upper() == "WEEK":
        node.set("unit", exp.var("ISOWEEK"))
    return node


ALL: Mapping[type, Change] = {
    exp.Filter: _filtered,
    exp.Select: _named,
    exp.DateDiff: _whole_seconds,
    exp.DataType: _small,
}

OWN: Mapping[str, Mapping[type, Change]] = {
    "postgres": {
        exp.Lower: _lower_of_all_alphabets,
        exp.Cast: _sorted_by_bytes,
        exp.TimeToStr: _postgres_week,
    },
    "spark": {
        exp.Anonymous: partial(
            _zoned,
            to_local=partial(_call, "from_utc_timestamp"),
            to_utc=partial(_call, "to_utc_timestamp"),
        ),
        exp.Median: _spark_quantile,
        exp.PercentileCont: _spark_quantile,
        exp.TimeToStr: _spark_week,
        exp.DataType: partial(_time, of="timestamptz", dialect="spark"),  # the session is in UTC
    },
    "clickhouse": {
        exp.Anonymous: partial(_zoned, to_local=_clickhouse_local, to_utc=_clickhouse_utc),
        exp.Median: _clickhouse_quantile,
        exp.PercentileCont: _clickhouse_quantile,
        exp.Select: _sorted_by_result,
        exp.Lower: lambda node: _call("lowerUTF8", node.this),
        exp.LogicalOr: lambda node: _call("max", node.this),
        exp.LogicalAnd: lambda node: _call("min", node.this),
        exp.GroupConcat: _joined_texts,
        exp.Lead: lambda node: _call("leadInFrame", node.this),
        exp.Lag: lambda node: _call("lagInFrame", node.this),
        exp.Window: _whole_frame,
        exp.Cast: _rounded,
        exp.DataType: partial(_time, of="Nullable(DateTime64(6, 'UTC'))", dialect="clickhouse"),
    },
    "bigquery": {
        exp.Anonymous: partial(
            _zoned, to_local=partial(_call, "datetime"), to_utc=partial(_call, "timestamp")
        ),
        exp.DateTrunc: _iso_week,
        exp.TimestampTrunc: _iso_week,
    },
}
