"""Reject reasons: what they are called, whose they are, and what the CRM calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from formulas.presets import REASONS
from templates.reasons import listed, side_of
from templates.tab import (
    IS_PROBLEM,
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Table,
    Wrong,
    human,
    machine,
    problem,
)
from templates.words import LANGUAGES, Words, load

SIDES = ("marketing", "sales", "both", "by_response", "nobody")
BY_RESPONSE = "bought_elsewhere"
"""Of the sellers if they answered too late, else of marketing."""


def starter(words: Words) -> Mapping[str, Row]:  # noqa: ARG001
    """Return the usual reasons, named in both languages."""
    return {
        id_: {
            **{language: load(language)(f"qualification.reason.{id_}") for language in LANGUAGES},
            "side": "by_response" if id_ == BY_RESPONSE else side_of(whose),
            "crm_value": _crm_words(id_),
            "on": "yes",
        }
        for id_, whose in REASONS.items()
    }


def _crm_words(id_: str) -> str | None:
    """Return how CRMs usually put a reason, in both languages."""
    texts = [load(language).texts.get(f"qualification.crm_reason.{id_}") for language in LANGUAGES]
    return "; ".join(filter(None, texts)) or None


def check(row: Row) -> Iterator[Wrong]:
    """Yield what is wrong with a reason."""
    if row and not any(row.get(language) for language in LANGUAGES):
        yield "ru", "blank"


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return how often each reason was given, and what is offered on the other tabs."""
    typed = facts.tables.get("typed.reasons", ())
    used = {str(row["reason"]): row["leads"] for row in facts.tables.get("reasons_used", ())}
    reasons = listed(typed, words)
    return [
        {
            "reason_id": row["reason_id"],
            "used_28d": used.get(str(row["reason_id"]), 0),
            "offered": reasons.label(row["reason_id"]) if row.get("on") == "yes" else None,
        }
        for row in typed
    ]


TAB = Table(
    name="reasons",
    rows=rows,
    starter=starter,
    check=check,
    group=Group.SETUP,
    key="reason_id",
    origin=Origin.MINTED,
    prefix="Q",
    blank_rows=8,
    is_hidden=True,
    columns=(
        machine("reason_id", width=18),
        human("ru", width=30),
        human("en", width=26),
        human("side", choices=SIDES, width=22),
        human("crm_value", Kind.LONG_TEXT, width=44),
        human("on", choices=("yes", "no"), width=13),
        machine("used_28d", Kind.INTEGER, width=16),
        machine("offered", width=26),
        problem(),
    ),
    row_rules=(IS_PROBLEM,),
)
