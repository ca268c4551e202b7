-- What marketing costs beside the advertising that cabinets report, as people typed it: each
-- month's amount is spread evenly over its days, to the cent.
with given as (
    select
        cost_id,
        "month",
        kind,
        nullif(trim(channel), '') as channel,
        amount,
        coalesce(nullif(upper(trim(currency)), ''), (select currency from company)) as currency
    from typed_costs
    where "month" is not null and kind is not null and amount is not null
),

placed as (
    select
        g.*,
        c.day,
        row_number() over (partition by g.cost_id order by c.day) as place,
        count(*) over (partition by g.cost_id) as days
    from given as g
    join calendar as c on c.month_start = g."month"
),

daily as (
    select
        cost_id,
        kind,
        channel,
        day,
        currency,
        cast(amount * place / days as decimal(38, 2))
            - cast(amount * (place - 1) / days as decimal(38, 2)) as cost
    from placed
)

select
    d.cost_id,
    d.kind,
    d.channel,
    d.day,
    d.currency,
    d.cost,
    case
        when d.currency = (select currency from company) then d.cost
        else cast(cast(d.cost as decimal(20, 2)) * r.rate as decimal(38, 2))
    end as cost_base,
    d.currency <> (select currency from company) and r.rate is null as is_without_rate
from daily as d
left join rate as r on r.currency = d.currency and r.day = d.day
