-- Spend that counts, in the company's currency: what cabinets report, and the media that people
-- typed among the costs.
select
    s.source,
    s.row_id,
    s.day,
    s.cabinet,
    s.level,
    coalesce(c.channel, nullif(trim(s.channel), '')) as channel,
    s.campaign_id,
    nullif(trim(s.campaign), '') as campaign,
    s.impressions,
    s.clicks,
    s.cost,
    s.currency,
    s.vat_included,
    case
        when s.currency is null or s.currency = (select currency from company)
            then cast(s.cost as decimal(38, 2))
        else cast(cast(s.cost as decimal(20, 2)) * r.rate as decimal(38, 2))
    end as cost_base,
    s.cost is not null and s.currency is not null and r.rate is null
        and s.currency <> (select currency from company) as is_without_rate
from ad_spend as s
left join rate as r on r.currency = s.currency and r.day is not distinct from s.day
left join channel_said as c on c.object = 'ad_spend' and c.source = s.source and c.id = s.row_id
where not s.is_deleted and not exists (
    select 1 from repeated as x
    where x.object = 'ad_spend' and x.source = s.source and x.id = s.row_id
)
union all
select
    'costs' as source,
    cost_id || ' ' || cast(day as varchar) as row_id,
    day,
    cast(null as varchar) as cabinet,
    cast(null as varchar) as level,
    channel,
    cast(null as varchar) as campaign_id,
    cast(null as varchar) as campaign,
    cast(null as bigint) as impressions,
    cast(null as bigint) as clicks,
    cost,
    currency,
    cast(null as boolean) as vat_included,
    cost_base,
    is_without_rate
from costs_now
where kind = 'media'
