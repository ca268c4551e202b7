"""A plan a month for money and for qualified leads, and what a customer may cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from sheets_sync.demo.story import MONTHS

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words

SEASON = (0.78, 0.95, 1.05, 1.02, 0.93, 1.02, 0.95, 0.98, 1.08, 1.12, 1.1, 1.02)
PLANNED = {"revenue": 4_600_000, "qualified": 140}
MARGIN = 0.35


def typed(last_day: date, _words: Words) -> Inputs:
    """Return the plans up to the next month, and the margin."""
    return {"plan": dict(_plan(last_day)), "settings": {"margin_share": {"value": MARGIN}}}


def _plan(last_day: date) -> Iterator[tuple[str, dict[str, Value]]]:
    latest = last_day.year * 12 + last_day.month - 1
    number = 0
    for index in range(latest - MONTHS + 1, latest + 2):
        month = date(index // 12, index % 12 + 1, 1)
        for metric, usual in PLANNED.items():
            number += 1
            step = 100_000 if metric == "revenue" else 5
            value = step * round(usual * SEASON[month.month - 1] / step)
            yield (
                f"L-{number:04d}",
                {"period": month, "metric": metric, "scope": "both", "value": float(value)},
            )
