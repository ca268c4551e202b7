"""How far the three steps are, whether the data can be trusted, what the assessment says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from formulas.scorecard import Score
from templates.answers import asked, scored
from templates.cards import CARDS, STRIDE, card_column
from templates.layout import MARGIN, number
from templates.page import Page
from templates.sentences import unknown_text
from templates.tab import Facts, Kind, Look, Row, Status
from templates.trust import trust
from templates.words import Words

BAND_STATUS = {
    "war": Status.BAD,
    "truce": Status.WARN,
    "allies": Status.GOOD,
    "one_team": Status.GOOD,
}
QUADRANT = {
    "works": Status.GOOD,
    "sales": Status.WARN,
    "traffic": Status.WARN,
    "definition": Status.BAD,
    "too_little_data": Status.UNKNOWN,
}
MATURE = 30
"""Leads of an earlier year that tell what is usual."""

HALF = 0.5
"""With more than this share of questions unanswered there is no result to speak of."""

DONE = 2
"""The points of a criterion that is met in full."""


@dataclass(frozen=True, slots=True)
class Step:
    """A small card: how far something is, and what to do next."""

    title: str
    text: str
    note: str
    status: Status


def place_steps(page: Page, five: Sequence[Row]) -> None:
    """Place the three steps, the state of the data and the assessment side by side."""
    facts, words = page.facts, page.words
    result = scored(facts)
    line, status = trust(facts, words)
    steps = (
        *_three(five, result, facts, words),
        Step(words("page.quality"), line, words("page.quality_note"), status),
        _assessment(result, facts, words),
    )
    start = page.row
    for place, step in enumerate(steps):
        page.row = start
        column, across = card_column(place), (1, 2)
        page.put(column, None, status=step.status, span=across)
        page.next(4)
        page.put(column, step.title, Look.LABEL, span=across)
        page.next(20)
        page.put(column, step.text, kind=Kind.LONG_TEXT, span=across)
        page.next(44)
        page.put(column, step.note, Look.NOTE, span=across)
        page.next(40)


def place_bottleneck(page: Page) -> None:
    """Say where the firm's bottleneck is, and by which numbers; nobody is named."""
    words = page.words
    row = next(iter(page.facts.tables.get("one", ())), {})
    found = str(row.get("diagnosis") or "too_little_data")
    names = ("share", "share_limit", "conversion", "conversion_limit")
    parts = {name: words.share(number(row, name)) for name in names}
    is_known = all(row.get(name) is not None for name in names)
    text = (
        words("page.bottleneck_numbers", **parts)
        if is_known
        else words("page.bottleneck_unknown", n=words.number(MATURE))
    )
    if is_known and QUADRANT[found] is Status.UNKNOWN:
        text = f"{text} {words('page.bottleneck_unsure')}"
    page.put(MARGIN, words("page.bottleneck"), Look.LABEL, span=(1, 2))
    page.put(
        card_column(1), words(f"diagnosis.{found}"), status=QUADRANT[found], span=(1, STRIDE + 2)
    )
    page.put(card_column(3), text, Look.NOTE, span=(1, STRIDE + 2))
    page.next(22)


def _three(
    five: Sequence[Row], result: Score, facts: Facts, words: Words
) -> tuple[Step, Step, Step]:
    """Say how far the three steps are, as far as answers and data tell."""
    money = _answered(result, "M1", "Q1")
    known = sum(row.get("value") is not None for row in five)
    stages = facts.tables.get("funnel", ())
    unknown = sum(row.get("count") is None for row in stages)
    is_clear = bool(stages) and known == CARDS and not unknown
    return (
        _step("motivation", money, words),
        _meeting(result, facts, words),
        Step(
            words("page.step_statistics"),
            words("page.step_statistics_text", known=known, all=CARDS),
            words("page.step_statistics_done")
            if is_clear
            else words(
                "page.step_statistics_next",
                unknown=unknown_text(facts, words),
                n=unknown,
                all=len(stages),
            ),
            Status.GOOD if is_clear else Status.WARN if known else Status.UNKNOWN,
        ),
    )


def _answered(result: Score, *criteria: str) -> Status:
    """Colour a step by the answers it rests on."""
    points = [result.values.get(id_) for id_ in criteria]
    if None in points:
        return Status.UNKNOWN
    return Status.GOOD if min(points) >= DONE else Status.WARN if max(points) else Status.BAD  # type: ignore[type-var, operator]


LATELY = timedelta(days=14)
"""A meeting held since then is as good as a weekly one."""


def _meeting(result: Score, facts: Facts, words: Words) -> Step:
    """Say when the last meeting was held; without one on record, what the departments say."""
    held = [
        day for row in facts.tables.get("minutes", ()) if isinstance(day := row["held_on"], date)
    ]
    if held:
        is_recent = max(held) > facts.as_of - LATELY
        return Step(
            words("page.step_meeting"),
            words("page.step_meeting_last", day=words.day(max(held))),
            words("page.step_meeting_done" if is_recent else "page.step_meeting_late"),
            Status.GOOD if is_recent else Status.WARN,
        )
    said = result.values.get("C1")
    note = "asked" if said is None else "said_weekly" if said >= DONE else "said_less"
    return Step(
        words("page.step_meeting"),
        words("page.step_unknown"),
        words(f"page.step_meeting_{note}"),
        Status.UNKNOWN,
    )


def _step(name: str, status: Status, words: Words) -> Step:
    state = {Status.GOOD: "done", Status.UNKNOWN: "unknown"}.get(status, "open")
    return Step(
        words(f"page.step_{name}"),
        words(f"page.step_{state}"),
        words(f"page.step_{name}_{state}"),
        status,
    )


def is_assessed(result: Score, facts: Facts) -> bool:
    """Tell whether enough questions are answered for a result to mean something."""
    return result.band is not None and len(result.missing) <= HALF * len(asked(facts).criteria)


def _assessment(result: Score, facts: Facts, words: Words) -> Step:
    title = words("page.assessment")
    left = len(result.missing)
    if result.total is None or not is_assessed(result, facts):
        return Step(title, words("page.not_assessed"), words("page.assess_now"), Status.UNKNOWN)
    band = next(band for band in asked(facts).bands if band.id == result.band)
    parts = {"band": band.names[words.language], "total": words.number(float(result.total))}
    note = words("page.answers_missing", n=left) if left else words("page.assess_note")
    status = BAND_STATUS.get(band.id, Status.UNKNOWN)
    return Step(title, words("page.band", **parts), note, status)
