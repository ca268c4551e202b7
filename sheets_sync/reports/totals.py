"""One row of totals: everything that was counted, and how far the data reach."""

from __future__ import annotations

from sheets_sync.reports import bottleneck, funnel
from sheets_sync.reports.ground import Found, Ground, compute


def report(ground: Ground) -> list[Found]:
    """Return the totals of all that the store holds."""
    sql = """
        with lead_total as (
            select
                count(*) as leads,
                count(*) filter (where verdict_text = 'qualified') as qualified,
                count(*) filter (where verdict_text = 'unqualified') as unqualified,
                count(*) filter (where verdict_text = 'spam') as spam,
                count(*) filter (where verdict_text = 'pending') as pending,
                min(created_on) as first_lead, max(created_on) as last_lead
            from leads_now
        ),
        deal_total as (
            select
                count(*) as deals,
                count(*) filter (where status = 'won') as won,
                count(*) filter (where status = 'lost') as lost,
                count(*) filter (where status = 'open') as open,
                case
                    when count(*) > 0 and count(*) filter (where status = 'won') = 0 then 0
                    when count(*) filter (where status = 'won' and is_without_rate) = 0
                    then cast(sum(amount_base) filter (where status = 'won') as double)
                end as revenue,
                count(*) filter (where is_first_won) as customers,
                min(coalesce(created_on, closed_on)) as first_deal,
                greatest(max(created_on), max(closed_on)) as last_deal
            from deals_now
        ),
        spend_total as (
            select
                case when count(*) filter (where is_without_rate) = 0
                    then cast(sum(cost_base) as double) end as spend,
                min(day) as first_spend, max(day) as last_spend
            from spend_now
        )
        select
            leads, qualified, unqualified, spam, pending, deals, won, lost, open, revenue, spend,
            customers,
            least(first_lead, first_deal, first_spend) as first_day,
            greatest(last_lead, last_deal, last_spend) as last_day
        from lead_total, deal_total, spend_total
        """
    known = funnel.known(funnel.report(ground))
    found = ground.row(sql)
    return [{
        **found,
        "data_ends_early": ground.is_early_end,
        "known_stage_share": compute("known_stage_share", **known),
        "unknown_index": compute("unknown_index", **known),
        "verdict_coverage": compute(
            "verdict_coverage", decided=found["leads"] - found["pending"], leads=found["leads"]
        ),
        "cycle_median": ground.cycle.median,
        "cycle_n": ground.cycle.n,
        "diagnosis": bottleneck.diagnose_firm(ground),
        "window": ground.recent.id,
        "window_first": ground.recent.first if ground.recent.id != "all" else found["first_day"],
        "window_people": ground.year.id,
    }]  # fmt: skip
