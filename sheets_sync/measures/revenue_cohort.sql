-- Amounts of deals won, by the day the deal was made.
select
    channel,
    campaign,
    manager,
    created_on as day,
    sum(amount_base) as revenue_cohort
from deals_now
where status = 'won'
group by channel, campaign, manager, created_on
