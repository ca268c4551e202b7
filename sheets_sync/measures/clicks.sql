-- Clicks on advertising, by day.
select
    channel,
    campaign,
    cast(null as varchar) as manager,
    day,
    sum(clicks) as clicks
from spend_now
group by channel, campaign, day
