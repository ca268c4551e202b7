-- Deals won whose amount is known, by the day they were won.
select
    channel,
    campaign,
    manager,
    won_on as day,
    count(*) as won_with_amount
from deals_now
where status = 'won' and amount_base > 0
group by channel, campaign, manager, won_on
