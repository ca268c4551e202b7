-- Leads that count: not gone, not a test, not a repeated contact; with the verdict that holds.
with outcome as (
    select
        lead_id,
        min(deal_id) as deal_id,
        count(*) filter (where status = 'won') as won,
        min(won_on) as won_on,
        min(created_on) as deal_on,
        max(amount_base) as deal_amount
    from deals_now
    where lead_id is not null
    group by lead_id
),

judged as (
    select
        l.*,
        v.lead_id is not null as is_judged_by_people,
        case when v.lead_id is not null then v.verdict = 'qualified' else l.is_target end as target,
        case when v.lead_id is not null then v.verdict = 'spam' else coalesce(l.is_spam, false) end as spam,
        case when v.lead_id is not null then v.reason else l.target_reason end as verdict_reason
    from lead as l
    left join verdict as v on v.lead_id = l.lead_id
    left join lead_left_out as o on o.lead_id = l.lead_id and o.source = l.source
    where o.lead_id is null and not exists (
        select 1 from repeated as x
        where x.object = 'lead' and x.source = l.source and x.id = l.lead_id
    )
)

select
    j.source,
    j.lead_id,
    coalesce(j.deal_id, o.deal_id) as deal_id,
    timezone((select timezone from company), j.created_at) as created_at,
    timezone((select timezone from company), j.verdict_at) as verdict_at,
    timezone((select timezone from company), j.first_touch_at) as first_touch_at,
    j.created_on,
    j.verdict_on,
    j.first_touch_on,
    j.contact_key,
    nullif(trim(j.manager), '') as manager,
    coalesce(c.channel, nullif(trim(j.channel), '')) as channel,
    nullif(trim(j.campaign), '') as campaign,
    j.utm_source,
    j.utm_medium,
    j.utm_content,
    j.utm_term,
    j.stage,
    j.quality,
    j.is_target as crm_is_target,
    coalesce(j.is_spam, false) as crm_is_spam,
    j.target_reason as crm_reason,
    case when j.spam then false else j.target end as is_target,
    j.spam as is_spam,
    j.verdict_reason as reason,
    case
        when j.spam then 'spam'
        when j.target then 'qualified'
        when not j.target then 'unqualified'
        else 'pending'
    end as verdict_text,
    case
        when j.is_judged_by_people then 'people'
        when j.target is not null or j.spam then 'crm'
    end as decided_by,
    case
        when j.target and not j.spam then coalesce(j.verdict_on, o.deal_on, j.created_on)
    end as qualified_on,
    coalesce(o.won, 0) > 0 as is_won,
    o.won_on,
    o.deal_amount,
    j.link
from judged as j
left join outcome as o on o.lead_id = j.lead_id
left join channel_said as c on c.object = 'lead' and c.source = j.source and c.id = j.lead_id
