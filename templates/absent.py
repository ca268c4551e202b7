"""What a page says instead of dashes: what is not known yet, and what makes it known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from templates.words import Words

NEEDS: Mapping[str, tuple[str, ...]] = {
    "plan": (
        "plan", "run_rate", "plan_gap", "need_per_day", "coverage_raw", "coverage_weighted",
        "required_open", "short_open", "short_amount", "lead_plan.amount", "needed_customers",
        "channel_amount", "planned_qualified", "lead_plan_ratio", "lead_plan.plan",
    ),
    "spend": ("spend", "cost_per_lead", "cost_per_qualified", "customer_cost", "month_spend"),
    "leads": ("leads", "pending", "maturity"),
    "verdicts": (
        "qualified", "unqualified", "spam", "qualified_share", "share_low", "share_high",
        "needed_qualified", "needed_leads", "came_qualified", "conversion", "judged",
    ),
    "amounts": ("revenue", "pipeline.amount", "weighted", "open_amount", "average_deal"),
    "outcomes": ("closed_lost", "close_rate", "close_low", "close_high", "win_rate"),
    "answers": ("response_median_hours",),
}  # fmt: skip
"""By what is missing (`absent.<need>` says what to do): quantities, some of one tab only."""

_NEED = {id_: need for need, ids in NEEDS.items() for id_ in ids}


def unknown(tab: str, ids: Iterable[str], words: Words) -> str:
    """Name the quantities of a tab that are not known, and say what would change that.

    >>> from templates.words import load
    >>> unknown("pace", ["plan", "run_rate"], load("en"))
    'Not known yet: plan, pace to plan. Type the plan on the tab “Plan”.'
    """
    listed = list(ids)
    names = ", ".join(_inside(words(f"column.{id_}")) for id_ in listed)
    needs = dict.fromkeys(_NEED.get(f"{tab}.{id_}", _NEED.get(id_)) for id_ in listed)
    ways = [words(f"absent.{need}") for need in needs if need]
    return " ".join([words("absent.names", names=names), *ways])


def _inside(name: str) -> str:
    """Write a name as it stands inside a sentence; abbreviations stay as they are."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
