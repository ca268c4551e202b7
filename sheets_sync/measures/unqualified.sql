-- Leads whose verdict is "unqualified", spam apart, by the day they came.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as unqualified
from leads_now
where verdict_text = 'unqualified'
group by channel, campaign, manager, created_on
