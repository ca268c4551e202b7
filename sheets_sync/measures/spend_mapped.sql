-- Spend on advertising whose channel is known, by day.
select
    channel,
    campaign,
    cast(null as varchar) as manager,
    day,
    sum(cost_base) as spend_mapped
from spend_now
where channel is not null
group by channel, campaign, day
