"""The rows that feed the tabs of leads and deals: the open ones, and those of the last 200 days."""

from __future__ import annotations

from importlib.resources import files

from sheets_sync.reports.ground import Found, Ground

DAYS = 200
MOST = 20_000  # rows of a tab, so that it opens at once; rows that are there already stay


def leads(ground: Ground) -> list[Found]:
    """Return the leads, newest first; verdicts and states are ids."""
    text = files("sheets_sync.reports").joinpath("leads.sql").read_text(encoding="utf-8")
    return ground.new_rows(text.format(days=DAYS, most=MOST))


def deals(ground: Ground) -> list[Found]:
    """Return the deals, newest first; states and reasons to look are ids."""
    sql = f"""
        select
            d.deal_id,
            d.lead_id,
            d.title,
            d.manager as owner,
            d.stage,
            d.canonical as canonical_stage,
            cast(d.amount_base as double) as amount,
            d.created_at,
            d.expected_close,
            s.days_in_stage,
            s.why as stuck_why,
            s.p,
            s.origin as p_origin,
            case
                when t.next_step_on is not null and d.status = 'open' then $as_of
            end as checked_on,
            case when d.status = 'won' then d.closed_on end as won_at,
            case when d.status = 'lost' then d.closed_on end as lost_at,
            d.lost_reason as loss_reason,
            d.channel,
            d.link,
            'live' as row_state
        from deals_now as d
        left join standing as s on s.deal_id = d.deal_id
        left join typed_deals as t on t.deal_id = d.deal_id
        where d.status = 'open' or coalesce(d.created_on, d.closed_on, $as_of) > $as_of - {DAYS}
            or d.closed_on > $as_of - {DAYS}
        qualify row_number() over (
            order by d.status = 'open' desc, coalesce(d.created_on, d.closed_on) desc nulls last,
                d.deal_id
        ) <= {MOST}
        order by coalesce(d.created_on, d.closed_on) desc nulls last, d.created_at desc nulls last,
            d.deal_id
        """
    gone = f"""
        select deal_id, title, nullif(trim(manager), '') as owner, stage,
            cast(amount as double) as amount, 'gone' as row_state
        from deal
        where is_deleted and coalesce(created_on, closed_on, $as_of) > $as_of - {DAYS}
        order by coalesce(created_on, closed_on) desc nulls last, deal_id
        limit {MOST}
        """
    return [*ground.new_rows(sql), *ground.new_rows(gone)]
