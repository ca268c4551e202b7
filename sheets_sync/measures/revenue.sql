-- Amounts of deals won, by the day they were won.
select
    channel,
    campaign,
    manager,
    won_on as day,
    sum(amount_base) as revenue
from deals_now
where status = 'won'
group by channel, campaign, manager, won_on
