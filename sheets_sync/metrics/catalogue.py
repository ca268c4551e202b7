"""Every measure and metric of the product: its unit, and whether it can be split by channel etc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formulas.expression import Unit

HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A metric over the measures of the period: a formula, and of which counts it is a share."""

    id: str
    unit: Unit
    takes: Mapping[str, str] = field(default_factory=dict)  # parameter: what it is given
    successes: str = ""  # with `of`: a share of counts, known with an interval
    of: tuple[str, ...] = ()


C, S, M, R, D, F = (
    Unit.COUNT,
    Unit.SHARE,
    Unit.MONEY,
    Unit.RATIO,
    Unit.DAYS,
    Unit.FACT,
)

MEASURES: Mapping[str, Unit] = {
    "leads": C,
    "qualified": C,
    "unqualified": C,
    "spam": C,
    "pending": C,
    "impressions": C,
    "clicks": C,
    "spend": M,
    "spend_mapped": M,
    "deals": C,
    "open_deals": C,
    "open_amount": M,
    "open_without_amount": C,
    "won": C,
    "lost": C,
    "customers": C,
    "revenue": M,
    "revenue_sourced": M,
    "lost_amount": M,
    "won_cohort": C,
    "revenue_cohort": M,
    "qualified_cohort": C,
    "qualified_mature": C,
    "won_of_qualified": C,
    "won_of_mature": C,
    "unqualified_with_reason": C,
    "deals_owned": C,
}
"""Measures that are shown; those that only serve others are not."""

DEAL = {"won": "won_with_amount"}
"""A deal without an amount says nothing about what a deal brings."""

RATIOS = (
    Ratio("average_deal", M, DEAL),
    Ratio(
        "qualified_share",
        S,
        takes={"spam": "counted_spam"},
        successes="qualified",
        of=("qualified", "unqualified", "counted_spam"),
    ),
    Ratio("verdict_coverage", S, successes="decided", of=("leads",)),
    Ratio("reason_share", S, successes="unqualified_with_reason", of=("unqualified",)),
    Ratio("lead_conversion", S, {"won": "won_cohort"}, successes="won_cohort", of=("leads",)),
    Ratio("close_rate", S, successes="won", of=("won", "lost")),
    Ratio(
        "manager_conversion",
        S,
        takes={"won": "won_of_mature", "qualified": "qualified_mature"},
        successes="won_of_mature",
        of=("qualified_mature",),
    ),
    Ratio("without_amount_share", S, successes="open_without_amount", of=("open_deals",)),
    Ratio("cost_per_lead", M),
    Ratio("cost_per_qualified", M),
    Ratio("customer_cost", M),
    Ratio("customer_cost_full", M),
    Ratio("customer_cost_limit", M, {"margin": "margin_per_customer"}),
    Ratio("cac_to_target", R, {"limit": "customer_cost_limit"}),
    Ratio("romi", S),
    Ratio("value_per_lead", M, {"conversion": "lead_conversion"}),
)

PACE: Mapping[str, Unit] = {
    "forecast": F,
    "run_rate": S,
    "pace_to_date": S,
    "plan_gap": F,
    "need_per_day": Unit.FACT_PER_DAY,
    "pace_per_day": Unit.FACT_PER_DAY,
    "plan_attainment": S,
    "plan_deviation": F,
    "plan_deviation_share": S,
}

PIPELINE: Mapping[str, Unit] = {
    "pipeline_open": M,
    "pipeline_weighted": M,
    "win_rate": S,
    "required_coverage": R,
    "coverage_raw": R,
    "coverage_weighted": R,
    "required_open": M,
    "short_open": M,
    "expected_total": M,
    "needed_customers": C,
    "needed_qualified": C,
    "needed_leads": C,
}

SPEED: Mapping[str, str] = {
    "deal_cycle_median": D,
    "deal_cycle_p75": D,
    "first_response_median": HOURS,
    "first_response_p90": HOURS,
    "sla_first_response_share": S,
}

COMPANY: Mapping[str, Unit] = {
    "conversion_max": S,
    "conversion_min": S,
    "conversion_median": S,
    "conversion_spread": S,
    "spread_cost": M,
    "stage_reached": C,
    "stage_step": S,
    "stage_through": S,
    "known_stage_share": S,
    "unknown_index": S,
    "stage_probability": S,
    "verdict_on_time_share": S,
    "weeks_in_norm_4w": C,
    "lead_plan_ratio": R,
    "owner_known_share": S,
    "source_and_spend_match_share": S,
    "plan_attainment_3m": S,
    "cohort_conversion_trend": S,
    "median_cycle_ratio_qoq": R,
}
"""What is told of the company alone."""

HABITS: Mapping[str, Unit] = {
    "rule_agreement": S,
    "attempts_ok_share": S,
    "bonus_basis": Unit.CHOICE,
    "shared_goal_configured": C,
    "plan_and_freshness": C,
    "meetings_held_8w": C,
    "tasks_done_on_time_4w": S,
    "promo_notice_share": S,
    "hypotheses_measured_share_90d": S,
    "qualification_rule_age": D,
    "experiments_complete_share_90d": S,
    "lift": S,
}
"""What is read from what people typed; unknown where only rows are looked at."""

METRICS: Mapping[str, str] = {
    **MEASURES,
    **{ratio.id: ratio.unit for ratio in RATIOS},
    **PACE,
    **PIPELINE,
    **SPEED,
    **COMPANY,
    **HABITS,
}
"""The unit of everything that `metrics` tells."""
