-- Leads that count: not gone, not a test, not a repeated contact; with the verdict that holds.
with ways as (
    select source, lead_id, created_at, 'lead' as entity, lead_id as entity_id from lead
    union all
    select source, lead_id, created_at, 'deal', deal_id from lead
    union all
    select source, lead_id, created_at, 'contact', contact_key from lead
),

touched as (
    select w.source, w.lead_id, min(t."at") as "at", min(t.day) as day
    from touch as t
    join ways as w
        on w.source = t.source and w.entity = t.entity and w.entity_id = t.entity_id
        and w.created_at <= t."at"
    where not t.is_deleted
    group by w.source, w.lead_id
),

outcome as (
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

in_force as (
    select
        d.day,
        coalesce(
            max(case when r.first_seen <= cast(d.day as varchar) then r.version end),
            min(r.version)
        ) as version
    from (select distinct coalesce(verdict_on, created_on) as day from lead) as d
    cross join rule as r
    group by d.day
),

judged as (
    select
        l.*,
        case
            when l.is_spam then 'spam'
            when l.is_target then 'qualified'
            when not l.is_target then 'unqualified'
        end as crm_verdict,
        m.reason as crm_reason,
        v.verdict as our_verdict,
        v.reason as our_reason,
        d.verdict as dispute_verdict,
        d.reason as dispute_reason,
        d.dispute_id,
        nullif(f.verdict, 'pending') as rule_verdict,
        f.reason as rule_reason,
        f.missing as missing_signs,
        f.version as rule_version
    from lead as l
    left join verdict as v on v.lead_id = l.lead_id
    left join dispute as d on d.lead_id = l.lead_id
    left join rule_finding as f on f.lead_id = l.lead_id and f.source = l.source
    left join reason_of as m on m.text = l.target_reason
    left join lead_left_out as o on o.lead_id = l.lead_id and o.source = l.source
    where o.lead_id is null and not exists (
        select 1 from repeated as x
        where x.object = 'lead' and x.source = l.source and x.id = l.lead_id
    )
),

decided as (
    select
        *,
        coalesce(dispute_verdict, our_verdict, crm_verdict, rule_verdict, 'pending')
            as verdict_text,
        case
            when dispute_verdict is not null then 'dispute'
            when our_verdict is not null then 'sheet'
            when crm_verdict is not null then 'crm'
            when rule_verdict is not null then 'rule'
        end as decided_by
    from judged
)

select
    j.source,
    j.lead_id,
    coalesce(j.deal_id, o.deal_id) as deal_id,
    timezone((select timezone from company), j.created_at) as created_at,
    timezone((select timezone from company), j.verdict_at) as verdict_at,
    timezone((select timezone from company), coalesce(j.first_touch_at, a."at"))
        as first_touch_at,
    j.created_on,
    j.verdict_on,
    coalesce(j.first_touch_on, a.day) as first_touch_on,
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
    j.crm_verdict,
    j.crm_reason,
    j.our_verdict,
    j.rule_verdict,
    j.rule_reason,
    j.missing_signs,
    case
        when j.decided_by in ('dispute', 'sheet', 'crm')
        then i.version
        else j.rule_version
    end as rule_version,
    j.dispute_id,
    j.verdict_text,
    j.decided_by,
    case
        when j.verdict_text in ('qualified', 'unqualified') then j.verdict_text = 'qualified'
        when j.verdict_text = 'spam' then false
    end as is_target,
    j.verdict_text = 'spam' as is_spam,
    case
        when j.verdict_text in ('unqualified', 'spam')
        then coalesce(
            j.dispute_reason,
            j.our_reason,
            case when j.decided_by = 'rule' then j.rule_reason else j.crm_reason end
        )
    end as reason,
    case
        when j.verdict_text = 'qualified' then coalesce(j.verdict_on, o.deal_on, j.created_on)
    end as qualified_on,
    coalesce(o.won, 0) > 0 as is_won,
    o.won_on,
    o.deal_amount,
    j.link
from decided as j
left join outcome as o on o.lead_id = j.lead_id
left join touched as a on a.source = j.source and a.lead_id = j.lead_id
left join channel_said as c on c.object = 'lead' and c.source = j.source and c.id = j.lead_id
left join in_force as i on i.day is not distinct from coalesce(j.verdict_on, j.created_on)
