-- The chance that a deal in a stage is won: the share won of the closed deals that ever entered
-- it, pulled towards that of all deals as if by 20 more, once there are 30; else what is usual.
with entered as (
    select entity_id as deal_id, to_stage as stage
    from stage_event
    where entity = 'deal' and to_stage is not null and not is_deleted
    union
    select entity_id, from_stage
    from stage_event
    where entity = 'deal' and from_stage is not null and not is_deleted
),

closed as (
    select
        e.stage,
        count(*) as n,
        count(*) filter (where d.status = 'won') as won
    from entered as e
    join deals_now as d on d.deal_id = e.deal_id
    where d.status in ('won', 'lost')
    group by e.stage
),

rate as (
    select cast(count(*) filter (where status = 'won') as double) / nullif(count(*), 0) as won
    from deals_now
    where status in ('won', 'lost')
),

typical as (
    select
        name,
        case canonical
            when 'lead' then 0.05e0
            when 'contacted' then 0.10e0
            when 'qualified' then 0.20e0
            when 'proposal' then 0.40e0
            when 'invoice' then 0.70e0
        end as chance
    from stage
)

select
    s.name as stage,
    coalesce(c.n, 0) as n,
    coalesce(c.won, 0) as won,
    case when c.n >= 30 then (c.won + r.won * 20) / (c.n + 20) end as own,
    s.chance as typical,
    coalesce(t.default_p, s.chance) as usual
from typical as s
cross join rate as r
left join closed as c on c.stage = s.name
left join typed_stages as t on t.stage = s.name
