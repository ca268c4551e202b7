"""What is told of the company as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheets_sync.metrics.funnel import funnel
from sheets_sync.metrics.ratios import Numbers
from sheets_sync.metrics.sellers import sellers
from sheets_sync.metrics.sums import Known
from sheets_sync.metrics.trends import trends

if TYPE_CHECKING:
    from sheets_sync.metrics.question import Question


def add_company(asked: Question, numbers: Numbers) -> None:
    """Add what is told of the company alone."""
    numbers |= sellers(asked, numbers)
    numbers |= funnel(asked)
    numbers |= trends(asked, numbers)
    numbers["stage_probability"] = _stage_probability(asked)


def _stage_probability(asked: Question) -> Known:
    """Return the chance of a deal in the stage that most closed deals have entered."""
    found = asked.connection.execute(
        "select n, own from stage_chance order by n desc, stage limit 1"
    ).fetchone()
    if found is None:
        return Known(None, "no_data")
    n, own = found
    return Known(own, None if own is not None else "too_few" if n else "no_data", n)
