-- Amounts of deals that are open, by the day they were made.
select
    channel,
    campaign,
    manager,
    created_on as day,
    sum(amount_base) as open_amount
from deals_now
where status = 'open'
group by channel, campaign, manager, created_on
