"""What a new customer costs with everything that marketing costs, over the days looked at."""

from __future__ import annotations

from sheets_sync.metrics.sums import COSTS
from sheets_sync.periods import ALL, span
from sheets_sync.reports.ground import BEGINNING, Found, Ground

PARTS = ("spend", *COSTS, "customers")


def report(ground: Ground) -> list[Found]:
    """Return the parts of the full cost, and which kinds of costs people never typed."""
    window = ground.recent
    period = ALL if window.first == BEGINNING else span(window.first, window.last)
    asked = ground.asked(ground.as_of)
    known = asked.numbers(period.until(ground.as_of))[()]
    typed = asked.covered.cost_months
    parts = {
        name: None if known[name].value is None else float(known[name].value or 0) for name in PARTS
    }
    return [{**parts, **{f"has_{kind}": kind in typed for kind in COSTS}}]
