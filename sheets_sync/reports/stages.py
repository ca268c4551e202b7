"""The stages of the CRM: what we took them for, how likely they win, how long deals stand there."""

from __future__ import annotations

from sheets_sync.reports.ground import Found, Ground
from sheets_sync.stages import guess


def report(ground: Ground) -> list[Found]:
    """Return the stages in their order; `guess` is what holds where people say nothing."""
    sql = """
        with moves as (
            select
                to_stage as stage,
                date_diff('day', day, lead(day) over (partition by entity_id order by "at"))
                    as days
            from stage_event
            where entity = 'deal' and not is_deleted
        ),
        stays as (
            select stage, median(days) as median_days from moves where days is not null group by 1
        ),
        counted as (
            select
                stage, count(*) as deals,
                string_agg(distinct pipeline, ', ' order by pipeline) as pipeline
            from deals_now
            group by stage
        )
        select
            s.name as stage, c.pipeline, coalesce(c.deals, 0) as deals,
            s.canonical, r.canonical as said,
            case when s.kind = 'open' then p.own end as own_p,
            case when s.kind = 'open' then p.typical end as usual_p,
            y.median_days
        from stage as s
        left join stage_rule as r on r.name = s.name
        left join counted as c on c.stage = s.name
        left join stage_chance as p on p.stage = s.name
        left join stays as y on y.stage = s.name
        order by s.sort
        """
    typed = {row["stage"] for row in ground.typed.get("stages", ()) if row.get("canonical_stage")}
    return [
        {**row, "guess": _guess(row, is_typed=row["stage"] in typed)} for row in ground.rows(sql)
    ]


def _guess(row: Found, *, is_typed: bool) -> str | None:
    """Return what a stage is without the people: by the config, its deals, or its name."""
    meant: str | None = row["canonical"] or row["said"]
    return guess(row["stage"]) if is_typed else meant
