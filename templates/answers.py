"""What people answer to the questionnaire, as they type it, and what it comes to."""

from __future__ import annotations

from dataclasses import replace

from formulas.questionnaire import Questionnaire
from formulas.scorecard import NOT_APPLICABLE, UNKNOWN, Answer, Said, Score, score, unweighted
from templates.scorecard import load as questionnaire
from templates.tab import Facts, Row, Value
from templates.words import BLUNT, LANGUAGES, load

SAID = {
    load(language)(f"choice.{id_}").casefold(): id_
    for language in LANGUAGES
    for id_ in (UNKNOWN, NOT_APPLICABLE)
}
"""The two answers that are no number, as any language writes them."""

EXCLUDED = "—"
"""What stands for a criterion that does not apply, whatever the language."""


def said(typed: Value) -> Said:
    """Read an answer as people type it, or by its id.

    >>> said(2), said("Не знаю"), said(" 2 "), said("na"), said("soon"), said("2.0")
    (2.0, 'unknown', 2.0, 'na', None, None)
    """
    if isinstance(typed, str):
        text = typed.casefold()
        if text in SAID.values():
            return text
        return SAID.get(text, float(text) if text.strip().isdecimal() else None)
    is_number = isinstance(typed, int | float) and not isinstance(typed, bool)
    return float(typed) if is_number else None  # type: ignore[arg-type]


def answer(row: Row) -> Answer:
    """Read what is known of one criterion from its row."""
    measured = said(row.get("measured"))
    return Answer(
        said(row.get("sales")),
        said(row.get("marketing")),
        int(measured) if isinstance(measured, float) else None,
        said(row.get("override")),
        str(row.get("override_note") or ""),
    )


def asked(facts: Facts) -> Questionnaire:
    """Return the questionnaire as the settings want it weighed."""
    own = facts.questionnaire or questionnaire()
    if unknown := facts.settings.get("unknown_text"):
        own = softened(own, str(unknown))
    return unweighted(own) if facts.settings.get("simple_weights") else own


def softened(asks: Questionnaire, unknown: str) -> Questionnaire:
    """Return the same questions with a word for the unknown that hurts nobody."""
    return replace(
        asks,
        criteria=tuple(
            replace(
                each,
                words={
                    language: replace(said, fix=said.fix.replace(BLUNT, unknown))
                    for language, said in each.words.items()
                },
            )
            for each in asks.criteria
        ),
    )


def given(facts: Facts) -> dict[str, Answer]:
    """Return what people answered and what the data say, by criterion."""
    rows: dict[str, dict[str, Value]] = {}
    for row in facts.tables.get("typed.scorecard", ()):
        rows.setdefault(str(row["criterion"]), {}).update(row)
    for row in facts.tables.get("measured", ()):
        rows.setdefault(str(row["criterion"]), {})["measured"] = row.get("measured")
    return {id_: answer(row) for id_, row in rows.items()}


def scored(facts: Facts) -> Score:
    """Score what people answered and what the data say."""
    return score(asked(facts), given(facts))
