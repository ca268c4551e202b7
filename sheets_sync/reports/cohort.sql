-- Qualified leads, each with the person whose it was and how it ended.
create or replace temp table cohort as
with sold as (
    select
        lead_id,
        coalesce(min(manager) filter (where status = 'won'), min(manager)) as manager
    from deals_now
    where lead_id is not null
    group by lead_id
)

select
    l.lead_id,
    l.channel,
    case
        when $owner_at = 'closed' then coalesce(s.manager, l.manager)
        else coalesce(l.manager, s.manager)
    end as manager,
    l.qualified_on,
    l.is_won,
    l.won_on,
    l.deal_id is not null as is_linked
from leads_now as l
left join sold as s on s.lead_id = l.lead_id
where l.verdict_text = 'qualified'
