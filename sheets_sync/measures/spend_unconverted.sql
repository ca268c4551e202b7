-- Rows of spend in a currency without a rate for the day.
select
    channel,
    campaign,
    cast(null as varchar) as manager,
    day,
    count(*) as spend_unconverted
from spend_now
where is_without_rate
group by channel, campaign, day
