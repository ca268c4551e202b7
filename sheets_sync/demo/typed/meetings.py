"""What was written down about the weekly meetings: who was there, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sheets_sync.calendars import week_name, week_start

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words

WEEKS = 9
MISSED = 5
"""The week, counted back, in which marketing did not come."""

USEFUL, SOLUTION = "344353454", "333443455"


def diary(last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield the minutes of the weeks whose meeting has been, on the day of each."""
    for back in reversed(range(WEEKS)):
        held_on = week_start(last_day) - timedelta(weeks=back)
        week = week_name(held_on - timedelta(days=1))
        yield held_on, {"minutes": {week: _meeting(held_on, back, words)}}


def _meeting(held_on: date, back: int, words: Words) -> dict[str, Value]:
    sales = ", ".join(words(f"demo.seller.{n}") for n in (1, 2 + back % 3))
    if back == MISSED:
        return {"sales_present": sales, "doubts": words("demo.minutes.missed")}
    marketing = words("demo.minutes.marketing")
    return {
        "held_on": held_on,
        "facilitator": words("demo.seller.1") if back % 2 else marketing,
        "sales_present": sales,
        "marketing_present": marketing,
        "decisions": words(f"demo.minutes.decision.{back + 1}"),
        "pulse_useful": USEFUL[-1 - back],
        "pulse_solution": SOLUTION[-1 - back],
    }
