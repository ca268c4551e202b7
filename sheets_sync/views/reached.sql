-- The furthest stage of the funnel that each lead ever reached: by the history of stages where
-- there is one, else inferred from where lead and deal stand now. A stage skipped is passed.
with steps as (
    select e.entity_id as lead_id, e.to_stage, e.is_inferred
    from stage_event as e
    where e.entity = 'lead' and not e.is_deleted
    union all
    select d.lead_id, e.to_stage, e.is_inferred
    from stage_event as e
    join deals_now as d on d.deal_id = e.entity_id
    where e.entity = 'deal' and not e.is_deleted and d.lead_id is not null
),

told as (
    select t.lead_id, max(f.sort) as sort, bool_or(t.is_inferred) as is_inferred
    from steps as t
    join stage as s on s.name = t.to_stage
    join funnel_stage as f on f.name = s.canonical
    group by t.lead_id
),

stands as (
    select d.lead_id, max(f.sort) as sort
    from deals_now as d
    join funnel_stage as f on f.name = d.canonical
    where d.lead_id is not null
    group by d.lead_id
)

select
    l.lead_id,
    l.created_on,
    l.channel,
    l.campaign,
    l.manager,
    greatest(
        4,
        case when l.first_touch_on is not null then 5 end,
        case when l.is_target then 6 end,
        case when l.is_won then 9 end,
        f.sort,
        d.sort,
        t.sort
    ) as sort,
    t.lead_id is null or coalesce(t.is_inferred, false) as is_inferred
from leads_now as l
left join told as t on t.lead_id = l.lead_id
left join stands as d on d.lead_id = l.lead_id
left join stage as s on s.name = l.stage
left join funnel_stage as f on f.name = s.canonical
