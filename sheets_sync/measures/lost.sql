-- Deals lost, by the day they were lost.
select
    channel,
    campaign,
    manager,
    lost_on as day,
    count(*) as lost
from deals_now
where status = 'lost'
group by channel, campaign, manager, lost_on
