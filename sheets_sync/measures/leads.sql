-- Leads, by the day they came.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as leads
from leads_now
group by channel, campaign, manager, created_on
