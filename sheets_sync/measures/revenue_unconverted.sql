-- Deals won in a currency without a rate for the day.
select
    channel,
    campaign,
    manager,
    won_on as day,
    count(*) as revenue_unconverted
from deals_now
where status = 'won' and is_without_rate
group by channel, campaign, manager, won_on
