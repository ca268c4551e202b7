"""What the people of the made-up company typed, a file for each thing they do in the workbook.

A module has `typed(last_day, words)`: tab, row key, human column, value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from sheets_sync.demo.typed import opinions, plans

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.words import Words

PARTS = (plans, opinions)


def typed(last_day: date, words: Words) -> Inputs:
    """Return everything that was typed by the end of a day."""
    found: dict[str, Mapping[str, Mapping[str, object]]] = {}
    for part in PARTS:
        found |= part.typed(last_day, words)
    return found  # type: ignore[return-value]
