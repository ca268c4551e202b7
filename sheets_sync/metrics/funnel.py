"""How far leads get, and of which stages of the funnel anything is known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sheets_sync.metrics.ratios import Numbers, evaluate
from sheets_sync.metrics.sums import Known
from sheets_sync.stages import FUNNEL

if TYPE_CHECKING:
    from sheets_sync.metrics.question import Question

FRESH = timedelta(days=7)
LAST = len(FUNNEL)
NAMES = [name for name, _ in FUNNEL]
LEAD = NAMES.index("lead") + 1


def funnel(asked: Question) -> Numbers:
    """Return the last stage and the step to it, and the share of stages that are known."""
    known = known_stages(asked)
    stages = {"known_stages": Known(len(known)), "stages": Known(len(FUNNEL))}
    found = {name: evaluate(name, stages) for name in ("known_stage_share", "unknown_index")}
    reached = _reached(asked) if {"lead", "won"} <= set(known) else {}
    counts = {
        name: Known(reached[place]) if reached else Known(None, "no_data")
        for place, (name, _) in enumerate(FUNNEL, 1)
    }
    before = [name for name in NAMES[LEAD - 1 : -1] if name in known]
    given = {"reached_first": counts["lead"], "reached": counts["won"]}
    found["stage_reached"] = counts["won"]
    found["stage_through"] = evaluate("stage_through", given)
    last_step = {"reached": counts[before[-1] if before else "lead"], "reached_next": counts["won"]}
    found["stage_step"] = evaluate("stage_step", last_step)
    return found


def known_stages(asked: Question) -> list[str]:
    """Name the stages that rows tell of, and tell of freshly: a gap of a week is unknown."""
    totals, last = asked.covered.totals, asked.covered.last
    told = {
        name
        for (name,) in asked.connection.execute(
            "select distinct canonical from stage where canonical is not null"
        ).fetchall()
    }
    [(touched,)] = asked.connection.execute(
        "select count(first_touch_on) > 0 from leads_now"
    ).fetchall()
    sources = {
        "impression": ("impressions", True),
        "click": ("clicks", True),
        "lead": ("leads", True),
        "contacted": ("leads", touched or "contacted" in told),
        "qualified": ("leads", bool(totals["qualified"]) or "qualified" in told),
        "proposal": ("deals", "proposal" in told),
        "invoice": ("deals", "invoice" in told),
        "won": ("deals", bool(totals["won"])),
    }
    return [
        name
        for name, (family, is_told) in sources.items()
        if is_told and (day := last[family]) is not None and asked.as_of - day <= FRESH
    ]


def _reached(asked: Question) -> dict[int, int]:
    """Count the leads of the period that got to each stage or past it."""
    period = asked.whole
    bounds = [f"created_on < date '{period.end}'"] if period.end else ["true"]
    bounds += [f"created_on >= date '{period.start}'"] if period.start else []
    within = " and ".join(bounds)
    if not period.start:
        within = f"({within} or created_on is null)"
    found = dict(
        asked.connection.execute(
            f"select sort, count(*) from reached where {within} group by sort"
        ).fetchall()
    )
    return {
        place: sum(n for sort, n in found.items() if sort >= place) for place in range(1, LAST + 1)
    }
