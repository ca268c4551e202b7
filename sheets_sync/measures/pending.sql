-- Leads that still wait for a verdict, by the day they came.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as pending
from leads_now
where verdict_text = 'pending'
group by channel, campaign, manager, created_on
