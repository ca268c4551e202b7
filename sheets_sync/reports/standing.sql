-- Open deals as of a day: what each may bring, with what probability, and what is wrong with it.
-- A deal without a next step is worth a look once people write next steps at all.
-- What a deal is worth and how likely it is, is said by `open_now`; `{due}` by the metrics.
create or replace temp table standing as
with moves as (
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

due as (
    select *, {due} as due from open_now where created_on is null or created_on <= $as_of
),

open_deal as (
    select
        o.source, o.deal_id, o.manager, o.channel, o.lead_id, o.stage, o.canonical, o.stage_sort,
        o.created_on, o.expected_close, o.is_without_rate,
        o.amount as known_amount,
        coalesce(o.amount, case when $is_imputed then o.usual_amount end) as amount,
        o.chance as p,
        o.origin,
        o.entrants as own_n,
        o.due,
        date_diff('day', coalesce(o.stage_since, o.created_on), $as_of) as days_in_stage,
        coalesce(g.max_days, case when s.n >= $few then s.stuck_after end, $stuck_after)
            as stuck_after,
        t.next_step is null and t.next_step_on is null and (
            select count(*) > 0 from typed_deals where next_step is not null
        ) as is_without_step
    from due as o
    left join typed_deals as t on t.deal_id = o.deal_id
    left join stays as s on s.stage = o.stage
    left join typed_stages as g on g.stage = o.stage
)

select
    *,
    due < $as_of as is_overdue,
    expected_close is null as is_due_guessed,
    coalesce(days_in_stage > stuck_after, false) as is_stuck,
    case
        when due < $as_of then 'overdue'
        when days_in_stage > stuck_after then 'stuck'
        when known_amount is null then 'no_amount'
        when is_without_step then 'no_step'
    end as why
from open_deal
