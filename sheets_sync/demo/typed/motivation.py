"""What the made-up company agreed on with its marketers, and what else marketing costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from sheets_sync.demo.story import MONTHS

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words

RATE = 450.0
COSTS = {"agency": 60_000, "tools": 18_000, "salary": 240_000}


def typed(last_day: date, words: Words) -> Inputs:
    """Return the rules of the bonus and the costs."""
    return {"bonus_rules": rules(last_day, words), "costs": dict(_costs(last_day))}


def rules(last_day: date, words: Words) -> dict[str, dict[str, Value]]:
    """Return the rule of each marketer: a flat rate at first, later with a common goal."""
    before, now = month_back(last_day, 5), month_back(last_day, 1)
    return {
        "B-0001": {
            "person": words("demo.marketer.1"),
            "valid_from": before,
            "basis": "for_qualified",
            "rate": RATE,
            "old_rate": 300.0,
        },
        "B-0002": {
            "person": words("demo.marketer.1"),
            "valid_from": now,
            "basis": "for_qualified",
            "rate": RATE,
            "old_rate": 300.0,
            "threshold": 0.7,
            "below_factor": 0.5,
            "cap": 1.3,
            "team_share": 0.2,
        },
    }


def month_back(day: date, months: int) -> date:
    """Return the first day of the month so many months before that of a day.

    >>> month_back(date(2026, 2, 22), 3)
    datetime.date(2025, 11, 1)
    """
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _costs(last_day: date) -> Iterator[tuple[str, dict[str, Value]]]:
    number = 0
    for back in range(MONTHS - 1, -1, -1):
        for kind, amount in COSTS.items():
            number += 1
            month = month_back(last_day, back)
            yield (
                f"C-{number:04d}",
                {"month": month, "cost_kind": kind, "amount": float(amount)},
            )
