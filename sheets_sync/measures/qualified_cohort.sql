-- Qualified leads, by the day they were qualified.
select
    channel,
    campaign,
    manager,
    qualified_on as day,
    count(*) as qualified_cohort
from leads_now
where verdict_text = 'qualified'
group by channel, campaign, manager, qualified_on
