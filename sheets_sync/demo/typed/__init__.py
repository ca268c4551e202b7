"""What the people of the made-up company typed, a file for each thing they do in the workbook.

A module has `typed(last_day, words)`: tab, row key, human column, value, all of it typed when the
company began; or `diary(last_day, words)`: days, each with the rows that were typed on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from sheets_sync.calendars import DAY
from sheets_sync.demo.typed import (
    experiments,
    hypotheses,
    lists,
    meetings,
    motivation,
    occasions,
    opinions,
    plans,
    steps,
    tasks,
    verdicts,
)

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.words import Words

PARTS = (plans, opinions, motivation, lists)
DIARIES = (
    tasks,
    meetings,
    steps,
    motivation,
    verdicts,
    hypotheses,
    experiments,
    occasions,
)


def typed(last_day: date, words: Words) -> Inputs:
    """Return everything that was typed when the company began."""
    found: dict[str, Mapping[str, Mapping[str, object]]] = {}
    for part in PARTS:
        found |= part.typed(last_day, words)
    return found  # type: ignore[return-value]


def diary(last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield what was typed day by day, up to the day on which the workbook is looked at."""
    pages = [page for part in DIARIES for page in part.diary(last_day, words)]
    looked_at = last_day + DAY
    yield from sorted((page for page in pages if page[0] <= looked_at), key=lambda page: page[0])
