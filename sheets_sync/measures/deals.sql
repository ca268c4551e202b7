-- Deals, by the day they were made.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as deals
from deals_now
group by channel, campaign, manager, created_on
