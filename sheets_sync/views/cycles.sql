-- How long each deal took from its making until it was won; zero and less are no durations.
select won_on, channel, campaign, manager, cast(cycle_days as integer) as days
from deals_now
where status = 'won' and cycle_days > 0
order by won_on
