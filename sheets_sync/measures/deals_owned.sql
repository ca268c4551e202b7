-- Deals with an owner and dates that agree, by the day they were made.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as deals_owned
from deals_now
where manager is not null and (closed_on is null or created_on is null or closed_on >= created_on)
group by channel, campaign, manager, created_on
