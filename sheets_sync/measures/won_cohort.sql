-- Leads that became customers so far, by the day the lead came.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as won_cohort
from leads_now
where is_won
group by channel, campaign, manager, created_on
