-- Costs of agencies, by day.
select
    channel,
    cast(null as varchar) as campaign,
    cast(null as varchar) as manager,
    day,
    sum(cost_base) as agency
from costs_now
where kind = 'agency'
group by channel, day
