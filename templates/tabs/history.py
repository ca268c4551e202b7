"""History: what was known of every week when it was over, one row a number, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping

from templates.answers import asked
from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Table,
    Value,
    human,
    machine,
    problem,
)
from templates.words import Words

SCORE = "score:"


def key(row: Row) -> str:
    """Name a row of the history.

    >>> key({"week": "2026-W47", "metric": "run_rate", "scope": "company"})
    '2026-W47|run_rate|company'
    """
    return "|".join(str(row[part]) for part in ("week", "metric", "scope"))


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return what was known, in words."""
    asks = asked(facts)
    names = {section.id: section.names[words.language] for section in asks.sections}
    names |= {band.id: band.names[words.language] for band in asks.bands}
    return [
        {
            **row,
            **{id_: _rounded(row.get(id_)) for id_ in ("value", "low", "high", "plan")},
            "history_id": key(row),
            "week": words("history.baseline") if row["week"] == "baseline" else row["week"],
            "metric": spoken(str(row["metric"]), words, names),
            "scope": _scope(row, words),
            "reason": _said("reason", row.get("reason"), words),
            "status": names.get(str(row.get("status")))
            or _said("status", row.get("status"), words),
            "fact_basis": _said("choice", row.get("fact_basis"), words),
        }
        for row in facts.tables.get("history", ())
    ]


def spoken(metric: str, words: Words, sections: Mapping[str, str] | None = None) -> str:
    """Return the name of what a row tells: of a metric, or of an answer to the scorecard.

    >>> from templates.words import load
    >>> spoken("qualified", load("en")), spoken("forecast:revenue", load("en"))
    ('Qualified', 'Forecast: revenue')
    >>> spoken("customer_cost:month", load("en"))
    'Customer cost: of the month'
    """
    name, _, of = metric.partition(":")
    if metric.startswith(SCORE):
        name, *parts = metric.split(":")
        said = [(sections or {}).get(part) or _said("history", part, words) for part in parts]
        return ": ".join([words("tab.scorecard"), *(str(part) for part in said)])
    known = next(
        (words(f"{kind}.{name}") for kind in ("metric", "measure") if words.has(f"{kind}.{name}")),
        name,
    )
    if not of:
        return known
    window = f"history.{of}"
    return f"{known}: {words(window) if words.has(window) else words(f'measure.{of}').lower()}"


def _rounded(value: Value) -> Value:
    """Return a number with as many digits as people read."""
    return round(value, 4) if isinstance(value, float) else value


def _scope(row: Row, words: Words) -> str | None:
    if row["metric"] == "stage_reached":
        return _said("stage", row["scope"], words)
    return words("choice.company") if row["scope"] == "company" else str(row["scope"])


def _said(kind: str, id_: object, words: Words) -> str | None:
    if id_ is None:
        return None
    return words(text) if words.has(text := f"{kind}.{id_}") else str(id_)


TAB = Table(
    name="history",
    rows=rows,
    group=Group.RECORD,
    key="history_id",
    origin=Origin.FED,
    is_hidden=True,
    columns=(
        machine("week", width=12),
        machine("history_id", width=4, is_hidden=True),
        machine("metric", width=34),
        machine("scope", width=20),
        machine("value", Kind.FIGURE, width=14),
        machine("reason", width=26),
        machine("n", Kind.INTEGER, width=10),
        machine("low", Kind.FIGURE, width=12),
        machine("high", Kind.FIGURE, width=12),
        machine("status", width=14),
        machine("plan", Kind.FIGURE, width=14),
        machine("rule_version", width=12),
        machine("fact_basis", width=14),
        machine("frozen_at", Kind.DATETIME, width=18),
        human("note", width=40),
        problem(),
    ),
    row_rules=(IS_PROBLEM,),
)
