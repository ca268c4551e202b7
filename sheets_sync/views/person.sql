-- What people here say of the people of the CRM: the name to show, how long they work here, whether
-- they are compared with others, and their own hours.
select
    person as manager,
    nullif(trim(name), '') as name,
    dept,
    works_to,
    case counts_in_ranking when 'yes' then true when 'no' then false end as is_counted,
    try_cast(regexp_extract(schedule, '(\d+):(\d+)\D+(\d+):(\d+)', 1) as double)
        + try_cast(regexp_extract(schedule, '(\d+):(\d+)\D+(\d+):(\d+)', 2) as double) / 60e0 as opens,
    try_cast(regexp_extract(schedule, '(\d+):(\d+)\D+(\d+):(\d+)', 3) as double)
        + try_cast(regexp_extract(schedule, '(\d+):(\d+)\D+(\d+):(\d+)', 4) as double) / 60e0 as closes
from typed_people
