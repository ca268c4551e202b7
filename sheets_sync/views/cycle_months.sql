-- The deals won in a month by how long they took, in all and by channel, campaign, manager.
select
    case
        when grouping(channel) = 0 then 'channel'
        when grouping(campaign) = 0 then 'campaign'
        when grouping(manager) = 0 then 'manager'
        else 'all'
    end as cut,
    coalesce(channel, campaign, manager) as part,
    month,
    days,
    count(*) as n
from (
    select *, cast(date_trunc('month', won_on) as date) as month from cycles
)
group by grouping sets (
    (month, days), (month, days, channel), (month, days, campaign), (month, days, manager)
)
order by cut, month
