-- Deals that count: not gone, not of a test lead; what the deal does not know of its origin is
-- taken from its lead. What only describes a deal, as its title, stays in `deal`.
with link as (
    select deal_id, min(lead_id) as lead_id
    from lead
    where deal_id is not null and not is_deleted
    group by deal_id
),

origin as (
    select l.lead_id, coalesce(c.channel, nullif(trim(l.channel), '')) as channel, l.campaign, l.contact_key, l.is_target, l.is_test, o.duplicate_of,
        l.verdict_on, l.created_on
    from (
        select
            *,
            row_number() over (partition by lead_id order by is_deleted, source) as place
        from lead
    ) as l
    left join lead_left_out as o
        on o.lead_id = l.lead_id and o.source = l.source and o.why = 'duplicate'
    left join channel_said as c on c.object = 'lead' and c.source = l.source and c.id = l.lead_id
    where l.place = 1
),

since as (
    select entity_id as deal_id, to_stage as stage, max(day) as day, min(day) as first_day
    from stage_event
    where entity = 'deal' and not is_deleted
    group by entity_id, to_stage
),

linked as (
    select
        d.*,
        coalesce(d.lead_id, k.lead_id) as own_lead_id,
        case
            when s.is_said and s.kind <> 'open' and coalesce(d.status, 'open') = 'open' then s.kind
            when coalesce(d.status, s.kind) in ('open', 'won', 'lost')
                then coalesce(d.status, s.kind)
        end as state,
        s.canonical,
        s.sort as stage_sort
    from deal as d
    left join link as k on k.deal_id = d.deal_id
    left join stage as s on s.name = d.stage
    where not d.is_deleted and not exists (
        select 1 from repeated as x
        where x.object = 'deal' and x.source = d.source and x.id = d.deal_id
    )
),

joined as (
    select
        d.*,
        o.duplicate_of,
        o.contact_key,
        o.is_target,
        o.verdict_on,
        coalesce(c.channel, nullif(trim(d.channel), ''), first.channel, o.channel)
            as known_channel,
        coalesce(nullif(trim(d.campaign), ''), nullif(trim(first.campaign), ''),
            nullif(trim(o.campaign), '')) as known_campaign,
        nullif(trim(d.manager), '') as known_manager,
        i.day as stage_day,
        case when d.state <> 'open' then coalesce(d.closed_on, i.first_day) end as ended_on
    from linked as d
    left join origin as o on o.lead_id = d.own_lead_id
    left join origin as first on first.lead_id = o.duplicate_of
    left join since as i on i.deal_id = d.deal_id and i.stage = d.stage
    left join channel_said as c on c.object = 'deal' and c.source = d.source and c.id = d.deal_id
    where coalesce(o.is_test, false) = false
),

first_won as (
    select source, deal_id
    from (
        select
            source,
            deal_id,
            row_number() over (
                partition by contact_key order by ended_on nulls last, deal_id, source
            ) as place
        from joined
        where state = 'won' and contact_key is not null
    ) as w
    where place = 1
)

select
    d.source,
    d.deal_id,
    coalesce(d.duplicate_of, d.own_lead_id) as lead_id,
    d.created_on,
    d.ended_on as closed_on,
    case when d.state = 'won' then d.ended_on end as won_on,
    case when d.state = 'lost' then d.ended_on end as lost_on,
    case when d.is_target then coalesce(d.verdict_on, d.created_on) end as qualified_on,
    d.pipeline,
    d.stage,
    d.canonical,
    d.stage_sort,
    coalesce(d.stage_day, d.created_on) as stage_since,
    d.state as status,
    d.amount,
    d.currency,
    case
        when d.currency is null or d.currency = (select currency from company)
            then cast(d.amount as decimal(38, 2))
        else cast(cast(d.amount as decimal(20, 2)) * r.rate as decimal(38, 2))
    end as amount_base,
    d.amount is not null and d.currency is not null and r.rate is null
        and d.currency <> (select currency from company) as is_without_rate,
    d.probability,
    d.expected_close,
    d.known_manager as manager,
    d.known_channel as channel,
    d.known_campaign as campaign,
    d.contact_key,
    coalesce(d.state = 'won', false) and (d.contact_key is null or w.deal_id is not null)
        as is_first_won,
    case
        when d.state = 'won' and d.ended_on is not null and d.created_on is not null
            then date_diff('day', d.created_on, d.ended_on)
    end as cycle_days
from joined as d
left join rate as r on r.currency = d.currency and r.day is not distinct from d.ended_on
left join first_won as w on w.source = d.source and w.deal_id = d.deal_id
