-- Deals that are open, by the day they were made.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as open_deals
from deals_now
where status = 'open'
group by channel, campaign, manager, created_on
