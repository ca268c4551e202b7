-- Leads that no denominator counts, and why. A repeated contact within dup_days of the lead
-- before it belongs to the first of the row: duplicate_of.
with known as (
    select
        source, lead_id, contact_key, created_at, created_on,
        lag(created_on) over (
            partition by contact_key order by created_at, source, lead_id
        ) as before
    from lead as l
    where contact_key is not null and created_at is not null and not is_deleted
        and coalesce(is_test, false) = false and not exists (
        select 1 from repeated as x
        where x.object = 'lead' and x.source = l.source and x.id = l.lead_id
    )
),

visits as (
    select
        *,
        sum(
            case
                when before is not null
                    and date_diff('day', before, created_on) <= (select dup_days from company)
                then 0
                else 1
            end
        ) over (partition by contact_key order by created_at, source, lead_id) as visit
    from known
),

firsts as (
    select
        source, lead_id,
        first_value(lead_id) over (
            partition by contact_key, visit order by created_at, source, lead_id
        ) as first_id,
        row_number() over (
            partition by contact_key, visit order by created_at, source, lead_id
        ) as place
    from visits
)

select source, lead_id, 'duplicate' as why, first_id as duplicate_of
from firsts
where place > 1
union all
select source, lead_id, case when is_deleted then 'deleted' else 'test' end, cast(null as varchar)
from lead
where is_deleted or is_test
