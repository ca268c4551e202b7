"""Earlier rounds of the assessment beside the present one."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from formulas.questionnaire import Questionnaire
from templates.assessment import Reckoning
from templates.layout import MARGIN, Spot
from templates.page import Page
from templates.tab import ChartKind, Kind, Look, Row, Series, Value
from templates.words import Words

ROUND, POINTS, BAND, SECTIONS = range(MARGIN, MARGIN + 4)
DIGITS = 1
UNNAMED = "company"
"""What a round without a name is kept under."""


def place_rounds(
    page: Page, past: Sequence[Row], reckoning: Reckoning, *, total: str, band: str, chart: Spot
) -> None:
    """Write what earlier rounds came to, this one below them, and draw the totals.

    `total` and `band` name the cells of the present result.
    """
    words, asks, score = page.words, reckoning.asked, reckoning.score
    page.heading(words("page.rounds"), SECTIONS - MARGIN + 1)
    for at, name in ((ROUND, "round"), (POINTS, "points"), (BAND, "band"), (SECTIONS, "sections")):
        page.put(at, words(f"column.{name}"), Look.HEADER)
    page.next(20)
    first = page.row
    names = {each.id: each.names[words.language] for each in asks.bands}
    for row in past:
        page.put(ROUND, words("page.round_unnamed") if row["round"] == UNNAMED else row["round"])
        page.put(POINTS, _rounded(row.get("total")), kind=Kind.NUMBER)
        page.put(BAND, names.get(str(row["band"]), ""))
        page.put(SECTIONS, _by_section(row, asks, words), Look.LABEL)
        page.next()
    points = "" if score.total is None else _rounded(float(score.total))
    page.put(ROUND, page.facts.settings.get("scorecard_round") or words("page.round_now"))
    page.put(POINTS, points, kind=Kind.NUMBER, formula=f'IF({total}="","",ROUND({total},{DIGITS}))')
    page.put(BAND, names.get(score.band or "", words("page.not_assessed")), formula=band)
    page.next()
    last = page.row - 1
    totals = Series(
        words("column.points"),
        (first, ROUND, last, ROUND),
        (first, POINTS, last, POINTS),
        show_values=True,
    )
    page.chart("rounds", ChartKind.COLUMN, (totals,), chart, size=(355, 220),
               value_kind=Kind.INTEGER, has_legend=False)  # fmt: skip


def _rounded(points: Value) -> Value:
    """Return points as they label a bar, rounded as cells round: halves up.

    >>> _rounded(61.25), _rounded(None)
    (61.3, None)
    """
    step = 10**DIGITS
    return floor(points * step + 0.5) / step if isinstance(points, float) else points


def _by_section(row: Row, asks: Questionnaire, words: Words) -> str:
    """Write the points of each section of a round in one line."""
    said = (
        f"{section.names[words.language]} {words.number(value)}"
        for section in asks.sections
        if isinstance(value := row.get(section.id), int | float)
    )
    return " · ".join(said)
