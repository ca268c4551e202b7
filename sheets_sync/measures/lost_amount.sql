-- Amounts of deals lost, by the day they were lost.
select
    channel,
    campaign,
    manager,
    lost_on as day,
    sum(amount_base) as lost_amount
from deals_now
where status = 'lost'
group by channel, campaign, manager, lost_on
