"""One row of totals: everything that was counted, and how far the data reach."""

from __future__ import annotations

from decimal import Decimal

from sheets_sync.reports import bottleneck
from sheets_sync.reports.ground import Found, Ground
from templates.tab import Value

COUNTED = (
    "leads", "qualified", "unqualified", "spam", "pending", "deals", "won", "lost", "revenue",
    "spend", "customers", "known_stage_share", "unknown_index", "verdict_coverage",
)  # fmt: skip


def report(ground: Ground) -> list[Found]:
    """Return the totals of all that the store holds; None of what no source ever told."""
    sql = """
        with days as (
            select min(created_on) as first, max(created_on) as last from leads_now
            union all
            select
                min(coalesce(created_on, closed_on)), greatest(max(created_on), max(closed_on))
            from deals_now
            union all
            select min(day), max(day) from spend_now where source <> 'costs'
        )
        select min(first) as first_day, max(last) as last_day from days
        """
    found = ground.row(sql)
    return [{
        **{name: _plain(ground.told[name].value) for name in COUNTED},
        "open": ground.told["open_deals"].value,
        **found,
        "data_ends_early": ground.is_early_end,
        "cycle_median": ground.cycle.median,
        "cycle_n": ground.cycle.n,
        **bottleneck.firm(ground),
        "window": ground.recent.id,
        "window_first": ground.recent.first if ground.recent.id != "all" else found["first_day"],
        "window_people": ground.year.id,
    }]  # fmt: skip


def _plain(value: Decimal | float | str | None) -> Value:
    return float(value) if isinstance(value, Decimal) else value
