"""The rows that feed the tabs of leads and deals: the open ones, and those of the last 200 days."""

from __future__ import annotations

from sheets_sync.reports.ground import Found, Ground

DAYS = 200
MOST = 20_000  # rows of a tab, so that it opens at once; rows that are there already stay


def leads(ground: Ground) -> list[Found]:
    """Return the leads, newest first; verdicts and states are ids."""
    sql = f"""
        select
            l.lead_id,
            timezone((select timezone from company), l.created_at) as created_at,
            coalesce(n.channel, nullif(trim(l.channel), '')) as channel,
            nullif(trim(l.utm_source), '') as source,
            nullif(trim(l.campaign), '') as campaign,
            nullif(concat_ws(' / ', nullif(l.utm_source, ''), nullif(l.utm_medium, ''),
                nullif(l.utm_content, ''), nullif(l.utm_term, '')), '')
                as utm,
            nullif(trim(l.manager), '') as owner,
            l.stage,
            n.first_touch_at as first_response,
            a.is_ok as sla_ok,
            case
                when l.is_spam then 'spam'
                when l.is_target then 'qualified'
                when not l.is_target then 'unqualified'
            end as crm_verdict,
            l.target_reason as crm_reason,
            cast(n.deal_amount as double) as deal_sum,
            l.link,
            case
                when o.why = 'deleted' then 'gone'
                when o.why is not null then o.why
                else 'live'
            end as row_state
        from lead as l
        left join leads_now as n on n.lead_id = l.lead_id and n.source = l.source
        left join lead_left_out as o on o.lead_id = l.lead_id and o.source = l.source
        left join answer as a on a.lead_id = n.lead_id
        where coalesce(l.created_on, $as_of) > $as_of - {DAYS} and not exists (
            select 1 from repeated as x
            where x.object = 'lead' and x.source = l.source and x.id = l.lead_id
        )
        order by l.created_at desc nulls last, l.lead_id
        limit {MOST}
        """
    return ground.new_rows(sql)


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
