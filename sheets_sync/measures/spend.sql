-- Spend on advertising, by day.
select
    channel,
    campaign,
    cast(null as varchar) as manager,
    day,
    sum(cost_base) as spend
from spend_now
group by channel, campaign, day
