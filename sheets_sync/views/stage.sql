-- The stages that are in use: how they end, what they mean, and their order; what people say of a
-- stage outranks what its deals and its name tell.
with used as (
    select
        stage as name,
        count(*) as n,
        count(*) filter (where status = 'won') as won,
        count(*) filter (where status = 'lost') as lost,
        count(*) filter (where status = 'open') as open
    from deal
    where stage is not null
    group by stage
    union all
    select to_stage, 0, 0, 0, 0 from stage_event where to_stage is not null group by to_stage
    union all
    select stage, 0, 0, 0, 0 from lead where stage is not null group by stage
),

counted as (
    select name, sum(n) as n, sum(won) as won, sum(lost) as lost, sum(open) as open
    from used
    group by name
),

meant as (
    select
        u.name,
        r.name is not null as is_said,
        case
            when r.canonical in ('won', 'lost') then r.canonical
            when r.name is not null then 'open'
            when u.won > u.lost and u.won > u.open then 'won'
            when u.lost > u.won and u.lost > u.open then 'lost'
            when g.canonical in ('won', 'lost') and u.n = 0 then g.canonical
            else 'open'
        end as kind,
        g.canonical,
        coalesce(c.sort, 99) as canonical_sort
    from counted as u
    left join stage_meaning as g on g.name = u.name
    left join stage_rule as r on r.name = u.name
    left join funnel_stage as c on c.name = g.canonical
),

walked as (
    select to_stage as name, avg(cast(place as double)) as place
    from (
        select to_stage, row_number() over (partition by entity, entity_id order by "at") as place
        from stage_event
        where not is_deleted
    )
    group by to_stage
)

select
    m.name,
    row_number() over (
        order by
            case m.kind when 'open' then 0 when 'won' then 1 else 2 end,
            m.canonical_sort, coalesce(w.place, 99), m.name
    ) as sort,
    m.kind,
    m.is_said,
    case when m.kind in ('won', 'lost') then m.kind else m.canonical end as canonical
from meant as m
left join walked as w on w.name = m.name
