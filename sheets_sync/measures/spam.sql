-- Leads that are spam, by the day they came.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as spam
from leads_now
where verdict_text = 'spam'
group by channel, campaign, manager, created_on
