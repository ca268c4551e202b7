-- Rows of costs whose currency has no rate.
select
    channel,
    cast(null as varchar) as campaign,
    cast(null as varchar) as manager,
    day,
    count(*) as costs_unconverted
from costs_now
where is_without_rate
group by channel, day
