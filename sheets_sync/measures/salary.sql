-- Costs of salaries of marketing, one sum a month, by day.
select
    channel,
    cast(null as varchar) as campaign,
    cast(null as varchar) as manager,
    day,
    sum(cost_base) as salary
from costs_now
where kind = 'salary'
group by channel, day
