-- Amounts of deals won whose channel is known, by the day they were won.
select
    channel,
    campaign,
    manager,
    won_on as day,
    sum(amount_base) as revenue_sourced
from deals_now
where status = 'won' and channel is not null
group by channel, campaign, manager, won_on
