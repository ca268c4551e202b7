-- Open deals without an amount, by the day they were made.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as open_without_amount
from deals_now
where status = 'open' and coalesce(amount_base, 0) = 0
group by channel, campaign, manager, created_on
