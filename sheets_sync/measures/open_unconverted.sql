-- Open deals in a currency without a rate.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as open_unconverted
from deals_now
where status = 'open' and is_without_rate
group by channel, campaign, manager, created_on
