-- Leads whose verdict is "qualified", by the day they came.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as qualified
from leads_now
where verdict_text = 'qualified'
group by channel, campaign, manager, created_on
