-- Leads that are unqualified or spam for a stated reason, by the day they came.
select
    channel,
    campaign,
    manager,
    created_on as day,
    count(*) as unqualified_with_reason
from leads_now
where verdict_text in ('unqualified', 'spam') and (reason is not null or is_spam)
group by channel, campaign, manager, created_on
