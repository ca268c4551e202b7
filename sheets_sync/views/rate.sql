-- What one unit of a currency is worth in the company's: the last known rate of each day,
-- and under day NULL the newest one, for what has no day yet.
with spans as (
    select
        currency,
        day,
        cast(rate as decimal(17, 8)) as rate,
        lead(day) over (partition by currency order by day) as until
    from fx
)

select s.currency, c.day, s.rate
from spans as s
join calendar as c on c.day >= s.day and (s.until is null or c.day < s.until)
union all
select currency, cast(null as date) as day, rate
from spans
where until is null
