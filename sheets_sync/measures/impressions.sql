-- Impressions of advertising, by day.
select
    channel,
    campaign,
    cast(null as varchar) as manager,
    day,
    sum(impressions) as impressions
from spend_now
group by channel, campaign, day
