-- Rows that another export brought too: the newest counts, or the one that came last. No source
-- has an id twice, so those of all sources but the largest tell which may be.
select 'deal' as object, source, deal_id as id
from (
    select
        source,
        deal_id,
        row_number() over (
            partition by deal_id order by updated_at desc nulls last, loaded_at desc, source desc
        ) as place
    from deal
    where not is_deleted and deal_id in (
        select deal_id
        from deal
        where not is_deleted and source <> (
            select source from deal group by source order by count(*) desc, source limit 1
        )
    )
)
where place > 1
union all
select 'lead' as object, source, lead_id as id
from (
    select
        source,
        lead_id,
        row_number() over (
            partition by lead_id order by updated_at desc nulls last, loaded_at desc, source desc
        ) as place
    from lead
    where not is_deleted and lead_id in (
        select lead_id
        from lead
        where not is_deleted and source <> (
            select source from lead group by source order by count(*) desc, source limit 1
        )
    )
)
where place > 1
union all
select 'ad_spend' as object, source, row_id as id
from (
    select
        source,
        row_id,
        row_number() over (
            partition by row_id order by loaded_at desc, source desc
        ) as place
    from ad_spend
    where not is_deleted and row_id in (
        select row_id
        from ad_spend
        where not is_deleted and source <> (
            select source from ad_spend group by source order by count(*) desc, source limit 1
        )
    )
)
where place > 1
