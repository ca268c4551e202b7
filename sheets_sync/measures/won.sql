-- Deals won, by the day they were won.
select
    channel,
    campaign,
    manager,
    won_on as day,
    count(*) as won
from deals_now
where status = 'won'
group by channel, campaign, manager, won_on
