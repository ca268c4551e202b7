-- Qualified leads that became customers so far, by the day they were qualified.
select
    channel,
    campaign,
    manager,
    qualified_on as day,
    count(*) as won_of_qualified
from leads_now
where verdict_text = 'qualified' and is_won
group by channel, campaign, manager, qualified_on
