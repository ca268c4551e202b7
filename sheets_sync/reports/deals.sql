-- The open deals and those of the last days, newest first, with what is wrong with them.
with shown as (
    select source, deal_id
    from deals_now
    where status = 'open' or coalesce(created_on, closed_on, $as_of) > $as_of - {days}
        or closed_on > $as_of - {days}
    order by status = 'open' desc, coalesce(created_on, closed_on) desc nulls last, deal_id
    limit {most}
)

select
    d.deal_id,
    d.lead_id,
    r.title,
    d.manager as owner,
    d.stage,
    d.canonical as canonical_stage,
    cast(d.amount_base as double) as amount,
    timezone((select timezone from company), r.created_at) as created_at,
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
    r.lost_reason as loss_reason,
    d.channel,
    r.link,
    'live' as row_state
from deals_now as d
join shown using (source, deal_id)
join deal as r using (source, deal_id)
left join standing as s on s.deal_id = d.deal_id
left join typed_deals as t on t.deal_id = d.deal_id
order by coalesce(d.created_on, d.closed_on) desc nulls last, r.created_at desc nulls last,
    d.deal_id
