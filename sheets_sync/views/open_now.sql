-- Open deals: what each is worth, what its like are usually worth, and how likely it is won:
-- by the firm's own past, else by the CRM, else by what is usual for such a stage.
with ranked as (
    select
        stage,
        cast(amount_base as decimal(18, 2)) as amount,
        row_number() over (partition by stage order by amount_base) as place,
        count(*) over (partition by stage) as n
    from deals_now
    where status = 'open' and amount_base <> 0
),

usual as (
    select stage, cast((min(amount) + max(amount)) * 0.5 as decimal(38, 2)) as amount
    from ranked
    where 2 * place between n and n + 2
    group by stage
)

select
    d.source,
    d.deal_id,
    d.lead_id,
    d.stage,
    d.canonical,
    d.stage_sort,
    d.stage_since,
    d.channel,
    d.campaign,
    d.manager,
    d.created_on,
    d.expected_close,
    nullif(d.amount_base, 0) as amount,
    u.amount as usual_amount,
    coalesce(
        c.own,
        case when d.probability > 1 then d.probability / 100 else d.probability end,
        c.usual
    ) as chance,
    case
        when c.own is not null then 'own'
        when d.probability is not null then 'crm'
        when c.usual is not null then 'default'
    end as origin,
    c.n as entrants,
    d.is_without_rate
from deals_now as d
left join stage_chance as c on c.stage = d.stage
left join usual as u on u.stage is not distinct from d.stage
where d.status = 'open'
