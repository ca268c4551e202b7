-- Open deals whose amount is known, by the day they were made.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as open_with_amount
from deals_now
where status = 'open' and amount_base > 0
group by channel, campaign, manager, created_on
