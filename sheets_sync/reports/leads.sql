-- The leads of the last days and those in dispute, newest first, with every word on them.
select
    l.lead_id,
    timezone((select timezone from company), l.created_at) as created_at,
    coalesce(n.channel, nullif(trim(l.channel), '')) as channel,
    nullif(trim(l.utm_source), '') as source,
    nullif(trim(l.campaign), '') as campaign,
    nullif(substr(
        coalesce(' / ' || nullif(l.utm_source, ''), '')
            || coalesce(' / ' || nullif(l.utm_medium, ''), '')
            || coalesce(' / ' || nullif(l.utm_content, ''), '')
            || coalesce(' / ' || nullif(l.utm_term, ''), ''),
        4), '') as utm,
    nullif(trim(l.manager), '') as owner,
    l.stage,
    n.first_touch_at as first_response,
    a.is_ok as sla_ok,
    case
        when l.is_spam then 'spam'
        when l.is_target then 'qualified'
        when not l.is_target then 'unqualified'
    end as crm_verdict,
    m.reason as crm_reason,
    n.rule_verdict,
    n.rule_reason,
    case when n.verdict_text = 'pending' then n.missing_signs end as missing_signs,
    n.rule_version,
    u.last as deadline,
    coalesce(t.dispute_id, p.dispute_id) as dispute,
    t.verdict as dispute_verdict,
    t.reason as dispute_reason,
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
left join reason_of as m on m.text = l.target_reason
left join due as u on u.day = n.created_on
left join dispute as t on t.lead_id = l.lead_id
left join (
    select lead_id, max(dispute_id) as dispute_id from typed_disputes group by lead_id
) as p on p.lead_id = l.lead_id
where (coalesce(l.created_on, $as_of) > $as_of - {days} or p.lead_id is not null)
and not exists (
    select 1 from repeated as x
    where x.object = 'lead' and x.source = l.source and x.id = l.lead_id
)
order by l.created_at desc nulls last, l.lead_id
limit {most}
