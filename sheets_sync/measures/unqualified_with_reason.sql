-- Leads that are unqualified for a stated reason, spam apart, by the day they came.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as unqualified_with_reason
from leads_now
where verdict_text = 'unqualified' and reason is not null
group by channel, campaign, manager, created_on
