"""What the two heads answered to the scorecard."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.words import Words

SALES = (0, 0, 1, 1, 2, 2, 0, 1, 1, 1, 1, "unknown", 0, 2, 0, 1, 1, 1, 1, 2)
MARKETING = (1, 0, 1, 1, 2, 2, 1, 0, 2, 1, 1, 2, 1, 2, 1, 1, 1, 0, "unknown", 1)


def round_name(day: date) -> str:
    """Return the name of the round of a day: its quarter.

    >>> round_name(date(2026, 11, 24))
    '2026-Q4'
    """
    return f"{day.year}-Q{(day.month + 2) // 3}"


def typed(_last_day: date, _words: Words) -> Inputs:
    """Return both opinions of every criterion."""
    criteria = [f"{section}{place}" for section in "MCSQR" for place in range(1, 5)]
    return {
        "scorecard": {
            criterion: {"sales": str(sales), "marketing": str(marketing)}
            for criterion, sales, marketing in zip(criteria, SALES, MARKETING, strict=True)
        }
    }
