-- Open deals as of a day: what each may bring, with what probability, and what is wrong with it.
-- A deal without an expected close is expected after the median cycle, tomorrow at the earliest.
create or replace temp table standing as
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

moves as (
    select
        to_stage as stage,
        date_diff('day', day, lead(day) over (partition by entity_id order by "at")) as days
    from stage_event
    where entity = 'deal' and not is_deleted
),

stays as (
    select
        stage,
        count(*) as n,
        greatest(2 * quantile_cont(days, 0.5), quantile_cont(days, 0.9)) as stuck_after
    from moves
    where days is not null
    group by stage
),

median_amount as (
    select stage, median(nullif(amount_base, 0)) as amount
    from deals_now
    where status = 'open'
    group by stage
),

open_deal as (
    select
        d.deal_id, d.title, d.manager, d.channel, d.lead_id, d.stage, d.canonical, d.stage_sort,
        d.created_on, d.expected_close, d.is_without_rate,
        nullif(d.amount_base, 0) as known_amount,
        case
            when nullif(d.amount_base, 0) is not null then d.amount_base
            when $is_imputed then m.amount
        end as amount,
        date_diff('day', coalesce(d.stage_since, d.created_on), $as_of) as days_in_stage,
        coalesce(
            d.expected_close,
            greatest(
                d.created_on + cast(round($median) as integer),
                cast($as_of as date) + 1
            ),
            cast($as_of as date) + 1
        ) as due,
        coalesce(case when s.n >= $few then s.stuck_after end, $stuck_after) as stuck_after,
        case when c.n >= $entrants then (c.won + $close_rate * $pull) / (c.n + $pull) end as own_p,
        c.n as own_n,
        case when d.probability > 1 then d.probability / 100 else d.probability end as crm_p,
        g.p as default_p
    from deals_now as d
    left join median_amount as m on m.stage is not distinct from d.stage
    left join closed as c on c.stage = d.stage
    left join stays as s on s.stage = d.stage
    left join usual_probability as g on g.canonical = d.canonical
    where d.status = 'open' and (d.created_on is null or d.created_on <= $as_of)
)

select
    * exclude (own_p, crm_p, default_p),
    coalesce(own_p, crm_p, default_p) as p,
    case
        when own_p is not null then 'own'
        when crm_p is not null then 'crm'
        when default_p is not null then 'default'
    end as origin,
    coalesce(expected_close < $as_of, false) as is_overdue,
    coalesce(days_in_stage > stuck_after, false) as is_stuck,
    case
        when expected_close < $as_of then 'overdue'
        when days_in_stage > stuck_after then 'stuck'
        when known_amount is null then 'no_amount'
    end as why
from open_deal
