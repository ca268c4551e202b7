"""The channels as the data call them, and the rules that name them, with what each has brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheets_sync.reports.ground import RECENT, Found, Ground
from templates.tab import Row

RULE_DAYS = 28


def report(ground: Ground) -> list[Found]:
    """Return the channels by leads, then those whom only people here know."""
    sql = f"""
        with seen as (
            select coalesce(c.base, l.channel) as channel, l.created_on as day, 1 as leads,
                cast(null as decimal(38, 2)) as spend
            from leads_now as l
            left join channel_said as c
                on c.object = 'lead' and c.source = l.source and c.id = l.lead_id
            union all
            select coalesce(c.base, d.channel), d.created_on, 0, null
            from deals_now as d
            left join channel_said as c
                on c.object = 'deal' and c.source = d.source and c.id = d.deal_id
            where d.lead_id is null
            union all
            select coalesce(c.base, s.channel), s.day, 0, s.cost_base
            from spend_now as s
            left join channel_said as c
                on c.object = 'ad_spend' and c.source = s.source and c.id = s.row_id
        )
        select
            lower(channel) as channel_id,
            min(channel) as channel,
            coalesce(sum(leads) filter (where day > $as_of - {RECENT}), 0) as leads_90d,
            cast(sum(spend) filter (where day > $as_of - {RECENT}) as double) as spend_90d
        from seen
        where channel is not null
        group by 1
        order by leads_90d desc, channel
        """
    typed = ground.typed.get("channel_list", ())
    added = {key: row for row in typed if (key := _name(row)) and row["channel_id"] != key}
    known = [row for row in ground.rows(sql) if row["channel_id"] not in added]
    keys = {row["channel_id"] for row in known}
    return [
        *known,
        *({"channel_id": row["channel_id"]} for row in typed if row["channel_id"] not in keys),
    ]


def _name(row: Row) -> str:
    return str(row.get("name") or "").strip().casefold()


def rules(ground: Ground) -> list[Found]:
    """Return the rules that people began, with their hits of four weeks and an example."""
    sql = f"""
        with row as (
            select 'lead' as object, source, lead_id as id, created_on as day,
                coalesce(campaign, utm_source, channel) as mark
            from leads_now
            union all
            select 'deal', d.source, d.deal_id, d.created_on,
                coalesce(d.campaign, r.utm_source, d.channel)
            from deals_now as d
            join deal as r on r.source = d.source and r.deal_id = d.deal_id
            where d.lead_id is null
        )
        select c.rule as rule_id, count(*) as hits_28d, max(r.mark) as example
        from row as r
        join channel_said as c on c.object = r.object and c.source = r.source and c.id = r.id
        where r.day between $as_of - {RULE_DAYS - 1} and $as_of and c.rule is not null
        group by c.rule
        """
    return list(_rules(ground, {row["rule_id"]: row for row in ground.rows(sql)}))


def _rules(ground: Ground, hits: Mapping[str, Found]) -> Iterator[Found]:
    sql = "select rule_id, shadowed_by from channel_rule"
    live = {row["rule_id"]: row["shadowed_by"] for row in ground.rows(sql)}
    for row in ground.typed.get("channel_rules", ()):
        id_ = str(row["rule_id"])
        found = hits.get(id_, {})
        yield {
            "rule_id": id_,
            "hits_28d": found.get("hits_28d", 0) if id_ in live else None,
            "example": found.get("example"),
            "shadowed_by": live.get(id_),
        }
