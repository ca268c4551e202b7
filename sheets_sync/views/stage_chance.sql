-- Of the closed deals that ever entered a stage, by the history: how many, and how many were won.
with entered as (
    select entity_id as deal_id, to_stage as stage
    from stage_event
    where entity = 'deal' and to_stage is not null and not is_deleted
    union
    select entity_id, from_stage
    from stage_event
    where entity = 'deal' and from_stage is not null and not is_deleted
)

select
    e.stage,
    count(*) as n,
    count(*) filter (where d.status = 'won') as won
from entered as e
join deals_now as d on d.deal_id = e.deal_id
where d.status in ('won', 'lost')
group by e.stage
