"""What a metric is: in words, as SQL, as the formula of a cell, with its unit and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig
from sheets_sync.metrics.catalogue import RATIOS, UNITS
from sheets_sync.store_cube import measures

if TYPE_CHECKING:
    from templates.words import Words

COLUMNS = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure or a metric, explained; what does not apply is None."""

    id: str
    name: str
    words: str  # what it means, in one sentence
    unit: str
    formula: str | None  # in words: names of measures and signs
    sql: str | None  # of a measure its statement, of a formula an expression over measures
    cell: str | None
    arguments: tuple[tuple[str, str], ...]  # cell, name of what stands in it
    measures: tuple[str, ...]  # the .sql files that it is made of


def explain(metric: str, words: Words) -> Definition:
    """Return the definition of a metric in the language of `words`.

    Raises:
        FixConfig: there is no metric of that name.
    """
    from formulas.readings.cell import cell
    from formulas.readings.sql import sql
    from formulas.registry import FORMULAS

    if metric not in UNITS:
        raise FixConfig("metric_unknown", metric=metric, near=", ".join(_near(metric)))
    unit = str(UNITS[metric])
    name, meaning = words(f"metric.{metric}"), words(f"meaning.{metric}")
    if metric in measures():
        text = measures()[metric]
        return Definition(metric, name, meaning, unit, None, text, None, (), (metric,))
    if metric not in FORMULAS:
        return Definition(metric, name, meaning, unit, None, None, None, (), ())
    formula = FORMULAS[metric]
    places = {each: f"{COLUMNS[at]}2" for at, each in enumerate(formula.parameters)}
    takes = next((ratio.takes for ratio in RATIOS if ratio.id == metric), {})
    given = {each: takes.get(each, each) for each in formula.parameters}
    return Definition(
        metric,
        name,
        meaning,
        unit,
        _formula(metric, words),
        sql(formula, given),
        cell(formula, places),
        tuple((places[each], given[each]) for each in formula.parameters),
        tuple(each for each in given.values() if each in measures()),
    )


def _formula(metric: str, words: Words) -> str:
    from formulas.readings.words import words as in_words
    from formulas.registry import FORMULAS

    return in_words(FORMULAS[metric], words)


def _near(metric: str) -> list[str]:
    import difflib

    return difflib.get_close_matches(metric, UNITS, 3, 0.5)
