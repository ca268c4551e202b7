-- Deals lost whose amount is known, by the day they were lost.
select
    channel,
    campaign,
    manager,
    lost_on as day,
    count(*) as lost_with_amount
from deals_now
where status = 'lost' and amount_base > 0
group by channel, campaign, manager, lost_on
