"""Norms: what each of the numbers should be, by the firm's own past or as people set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Table,
    Value,
    Wrong,
    human,
    live,
    machine,
    problem,
    says,
)
from templates.words import Words

METRICS = ("qualified_share", "manager_conversion", "customer_cost")
MODES = ("by_data", "manual")
SHARES = ("qualified_share", "manager_conversion")


def starter(words: Words) -> Mapping[str, Row]:  # noqa: ARG001
    """Return a norm for every number that has one, all of them by the firm's own past."""
    return {
        f"N-{place:04}": {"metric": metric, "mode": "by_data"}
        for place, metric in enumerate(METRICS, 1)
    }


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with a norm."""
    low, high = row.get("low"), row.get("high")
    is_share = row.get("metric") in SHARES
    for id_ in ("low", "high", "target"):
        value = row.get(id_)
        if isinstance(value, float) and (value < 0 or (is_share and value > 1)):
            yield id_, "not_a_share" if is_share else "negative"
    if isinstance(low, float) and isinstance(high, float) and low > high:
        yield "high", "below_low"
    if row.get("metric") is None and any(id_ in row for id_ in ("mode", "low", "high", "target")):
        yield "metric", "no_metric"


def rows(facts: Facts, words: Words) -> list[Row]:  # noqa: ARG001
    """Return what the firm's own past says of the norms that people began."""
    return list(facts.tables.get("norms", ()))


def _used(edge: str) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        found = row.get(edge) if row.get("mode") == "manual" else row.get(f"auto_{edge}")
        return "" if found is None else found

    return value


def _cell(edge: str) -> str:
    chosen = f"IF({says('mode', 'manual')},{{{edge}}},{{auto_{edge}}})"
    return f'IF({chosen}="","",{chosen})'


TAB = Table(
    name="norms",
    rows=rows,
    check=check,
    starter=starter,
    group=Group.SETUP,
    key="norm_id",
    origin=Origin.MINTED,
    prefix="N",
    blank_rows=10,
    is_hidden=True,
    columns=(
        machine("norm_id", width=10),
        human("metric", choices=METRICS, width=26),
        human("scope", width=22),
        human("mode", choices=MODES, width=16),
        human("low", Kind.LIMIT, width=12),
        human("high", Kind.LIMIT, width=12),
        human("target", Kind.LIMIT, width=12),
        human("n_min", Kind.INTEGER, width=12),
        human("valid_from", Kind.DATE, width=14),
        machine("auto_low", Kind.LIMIT, width=12),
        machine("auto_high", Kind.LIMIT, width=12),
        machine("weeks_used", Kind.INTEGER, width=13),
        live("low_used", _cell("low"), _used("low"), Kind.LIMIT, width=12),
        live("high_used", _cell("high"), _used("high"), Kind.LIMIT, width=12),
        problem(),
    ),
    row_rules=(IS_PROBLEM,),
)
