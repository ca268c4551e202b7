"""How a workspace stood at its last sync: kept in its state, for a list of many to be quick."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from templates.answers import asked, scored
from templates.layout import number
from templates.meeting.digest import questions
from templates.steps import is_assessed
from templates.trust import trust
from templates.words import LANGUAGES, load

if TYPE_CHECKING:
    from sheets_sync.state import State
    from templates.tab import Facts, Row

STANDING = "standing"
WEEKS = 8
"""Meetings that are looked back on."""


def keep(state: State, facts: Facts, place: str, now: datetime) -> None:
    """Keep where the workbook is, as the config says, and what is known as of now."""
    state.put(STANDING, {"place": place, "synced_at": now.isoformat(), **dict(_stood(facts))})


def known(state: State) -> Row | None:
    """Return what was kept at the last sync; None before the first.

    `place` is that of the config; each of the five numbers stands by its id, beside
    its `<id>_status`; what is words is there in each language, as `band_en`.
    """
    kept: dict[str, Any] | None = state.get(STANDING)
    if kept is None:
        return None
    return {
        **kept,
        "as_of": date.fromisoformat(kept["as_of"]),
        "synced_at": datetime.fromisoformat(kept["synced_at"]),
    }


def _stood(facts: Facts) -> Iterator[tuple[str, str | float | None]]:
    yield "company", facts.company
    yield "currency", facts.currency
    yield "as_of", facts.as_of.isoformat()
    for row in facts.tables["five"]:
        yield str(row["id"]), number(row, "value")
        yield f"{row['id']}_status", str(row["status"])
    due = [row for row in facts.tables["minutes"] if _is_due(row, facts)][-WEEKS:]
    yield "weeks", len(due)
    yield "missed", sum(not row["held_on"] for row in due) if due else None
    result = scored(facts)
    found = result.band if is_assessed(result, facts) else None
    band = next((each for each in asked(facts).bands if each.id == found), None)
    yield "score", None if result.total is None or band is None else float(result.total)
    yield "band", found
    for language in LANGUAGES:
        words = load(language)
        said, status = trust(facts, words)
        yield f"band_{language}", band.names[language] if band else None
        yield f"asks_{language}", next(iter(questions(facts, words)), None)
        yield f"trust_{language}", said
        yield "trust", str(status)


def _is_due(row: Row, facts: Facts) -> bool:
    """Tell whether the day of a meeting is over."""
    at = row["scheduled_at"]
    return isinstance(at, datetime) and at.date() < facts.synced_at.date()
