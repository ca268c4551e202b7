-- Costs of services and tools, by day.
select
    channel,
    cast(null as varchar) as campaign,
    cast(null as varchar) as manager,
    day,
    sum(cost_base) as tools
from costs_now
where kind = 'tools'
group by channel, day
