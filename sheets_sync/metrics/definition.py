"""What a metric is: in words, as SQL, as the formula of a cell, with its unit and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets_sync.errors import FixConfig
from sheets_sync.metrics.catalogue import MEASURES, METRICS, RATIOS
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
    formula: str | None  # as a sentence
    sql: str | None  # of a measure its statement, of a formula an expression over measures
    cell: str | None
    source: str  # the rows or the measures that it is made of


def explain(metric: str, words: Words) -> Definition:
    """Return the definition of a metric in the language of `words`.

    Raises:
        FixConfig: there is no metric of that name.
    """
    from formulas.readings.cell import cell
    from formulas.readings.sql import sql
    from formulas.readings.words import words as in_words
    from formulas.registry import FORMULAS

    if metric not in METRICS:
        raise FixConfig("unknown_metric", name=metric, near=", ".join(_near(metric)))
    kind = "measure" if metric in MEASURES else "metric"
    meaning = "formula.text" if metric in FORMULAS else "meaning"
    said = (
        words(f"{kind}.{metric}"),
        words(f"{meaning}.{metric}"),
        words(f"unit.{METRICS[metric]}"),
    )
    if metric in measures():
        text = measures()[metric]
        return Definition(metric, *said, None, text.strip(), None, _rows(text))
    if metric not in FORMULAS:
        return Definition(metric, *said, None, None, None, "")
    formula = FORMULAS[metric]
    takes = next((ratio.takes for ratio in RATIOS if ratio.id == metric), {})
    given = {each: takes.get(each, each) for each in formula.parameters}
    places = {each: f"{COLUMNS[at]}2" for at, each in enumerate(formula.parameters)}
    return Definition(
        metric,
        *said,
        in_words(formula, words),
        sql(formula, given),
        f"={cell(formula, places)}",
        ", ".join(f"{places[each]}: {given[each]}" for each in formula.parameters),
    )


def _rows(text: str) -> str:
    """Name the table that a measure reads.

    >>> _rows("select 1 from leads_now where x")
    'leads_now'
    """
    return text.split("from ", 1)[1].split(maxsplit=1)[0]


def _near(metric: str) -> list[str]:
    import difflib

    return difflib.get_close_matches(metric, METRICS, 3, 0.5) or list(METRICS)[:3]
