-- First deals won of each customer, by the day they were won.
select
    channel,
    campaign,
    manager,
    won_on as day,
    count(*) as customers
from deals_now
where status = 'won' and is_first_won
group by channel, campaign, manager, won_on
