"""Data quality: shares with floors, counts with an example, and what the sources brought."""

from __future__ import annotations

import json
from datetime import date
from zoneinfo import ZoneInfo

from formulas.interval import wilson
from sheets_sync.reports.ground import RECENT, Found, Ground

FLOORS = {
    "source": (0.90, "channels"),
    "owner": (0.98, "managers"),
    "amount": (0.80, "pipeline"),
    "verdict": (0.80, "qualified_share"),
}
"""The least share with which the figures of a tab or statistic can be trusted."""

SHOWN_REJECTIONS = 200
SHOWN_RUNS = 60

FLOOR_SQL = """
    with recent_lead as (
        select * from leads_now where created_on between $recent and $as_of
    ),
    recent_deal as (
        select * from deals_now
        where coalesce(created_on, closed_on) between $recent and $as_of
    )
    select
        (select count(*) from recent_lead) as leads,
        (select count(channel) from recent_lead) as leads_with_channel,
        (select count(manager) from recent_lead) as leads_with_manager,
        (select count(*) from recent_deal) as deals,
        (select count(channel) from recent_deal) as deals_with_channel,
        (select count(manager) from recent_deal) as deals_with_manager,
        (select count(*) from standing) as open,
        (select count(known_amount) from standing) as open_with_amount,
        (select count(*) from recent_lead where created_on <= $deadline) as due,
        (select count(*) from recent_lead where created_on <= $deadline
            and verdict_text <> 'pending') as judged,
        (select count(*) > 0 from leads_now where manager is not null) as leads_have_managers,
        (select count(*) > 0 from leads_now where verdict_text <> 'pending') as has_verdicts
    """


def deadline(ground: Ground) -> date:
    """Return the last day whose leads should have a verdict by now."""
    sql = """
        select min(day) as day
        from (
            select day from calendar where is_working and day <= $as_of
            order by day desc limit $days + 1
        )
        """
    days = int(str(ground.settings["verdict_deadline_wd"]))
    return ground.row(sql, days=days)["day"] or ground.as_of


def floors(ground: Ground) -> list[Found]:
    """Return the four shares that everything else rests on."""
    found = ground.row(FLOOR_SQL, deadline=deadline(ground))
    leads, deals = found["leads"], found["deals"]
    owned = leads if found["leads_have_managers"] else 0  # exports may name owners of deals alone
    parts = {
        "source": (found["leads_with_channel"], leads)
        if leads
        else (found["deals_with_channel"], deals),
        "owner": (
            (found["leads_with_manager"] if owned else 0) + found["deals_with_manager"],
            owned + deals,
        ),
        "amount": (found["open_with_amount"], found["open"]),
        "verdict": (found["judged"], found["due"]),
    }
    return [
        {
            "id": id_,
            "value": wilson(*parts[id_]).share,
            "floor": floor,
            "n": parts[id_][1],
            "affects": affects,
        }
        for id_, (floor, affects) in FLOORS.items()
    ]


COUNTS = {
    "duplicates": "select lead_id as example from lead_left_out where why = 'duplicate'",
    "tests": "select lead_id as example from lead_left_out where why = 'test'",
    "gone": """
        select lead_id as example from lead where is_deleted
        union all select deal_id from deal where is_deleted""",
    "unmapped_stages": "select name as example from stage where canonical is null",
    "unmapped_people": f"""
        select distinct manager as example from (
            select manager, created_on from leads_now
            union all select manager, created_on from deals_now
        )
        where manager is not null and created_on > $as_of - {RECENT}
            and manager not in (select person from typed_people where dept is not null)""",
    "no_channel": "select lead_id as example from leads_now where channel is null",
    "won_before_created": """
        select d.deal_id as example
        from deals_now as d
        left join leads_now as l on l.lead_id = d.lead_id
        where d.closed_on < d.created_on
            or (d.created_on is null and d.closed_on < l.created_on)""",
    "future_dates": """
        select lead_id as example from leads_now where created_on > $today
        union all
        select deal_id from deals_now where created_on > $today or closed_on > $today
        union all
        select row_id from spend_now where day > $today and source <> 'costs'""",
    "stuck": "select deal_id as example from standing where is_stuck",
    "overdue": "select deal_id as example from standing where is_overdue",
    "spend_without_channel": """
        select coalesce(campaign, cabinet, row_id) as example from spend_now
        where channel is null and cost > 0""",
    "vat_differs": """
        select coalesce(campaign, cabinet, row_id) as example from spend_now
        where vat_included <> $is_gross and cost > 0""",
    "unmatched_campaigns": """
        select distinct lower(campaign) as example from (
            select campaign from leads_now union all select campaign from deals_now
        )
        where campaign is not null and exists (select 1 from spend_now where campaign is not null)
            and lower(campaign) not in (
                select lower(campaign) from spend_now where campaign is not null)""",
    "no_rate": """
        select deal_id as example from deals_now where is_without_rate
        union all select row_id from spend_now where is_without_rate""",
    "rejected_rows": "select value as example from quarantine where is_row_lost",
    "rejected_values": "select value as example from quarantine where not is_row_lost",
    "plan_conflicts": """
        select strftime(month, '%Y-%m') || ' ' || metric as example from plan
        group by month, metric, scope, lower(coalesce(owner, '')) having count(*) > 1""",
}
"""What is counted, each as a query of examples."""


def counts(ground: Ground) -> list[Found]:
    """Return how many defects of each kind there are, with an example of each."""
    parts = " union all ".join(
        f"select '{id_}' as id, count(*) as count, min(example) as example from ({sql}) as t{place}"
        for place, (id_, sql) in enumerate(COUNTS.items())
    )
    is_gross = ground.settings["vat"] == "gross"
    rows = ground.rows(parts, today=ground.today, is_gross=is_gross)
    found = {row["id"]: row for row in rows}
    return [found[id_] for id_ in COUNTS]


LOCAL = "timezone((select timezone from company), timezone('UTC', a.last_good))"
"""The time of the last good read on the company's clock; the store keeps UTC."""

SPANS = {
    "lead": "created_on",
    "deal": "coalesce(created_on, closed_on)",
    "stage_event": "day",
    "touch": "day",
    "ad_spend": "day",
}


def sources(ground: Ground) -> list[Found]:
    """Return the sources by object: rows, last good read, first and last day; or the error."""
    spans = " union all ".join(
        f"select source, '{name}' as object, min({day}) as first_day, max({day}) as last_day"
        f" from {name} where not is_deleted group by source"
        for name, day in SPANS.items()
    )
    sql = f"""
        select
            coalesce(a.source, f.source) as source, a.object, coalesce(a.source, f.source) as file,
            a.rows_read, a.loaded, a.quarantined, a.totals_dropped, {LOCAL} as last_good,
            nullif(f.error, '') as error, f.parts as error_parts, s.first_day, s.last_day
        from arrival as a
        full join failure as f on f.source = a.source
        left join ({spans}) as s on s.source = a.source and s.object = a.object
        order by 1, 2
        """
    return [_spelled(row) for row in ground.rows(sql)]


def _spelled(row: Found) -> Found:
    """Turn the parts of an error from JSON into items `error_<part>`."""
    parts = json.loads(row.pop("error_parts") or "{}")
    return row | {f"error_{name}": str(value) for name, value in parts.items()}


def rejections(ground: Ground) -> list[Found]:
    """Return the newest rows and values that were left out."""
    sql = f"""
        select source, object, file, line, "column", value, reason, is_row_lost
        from quarantine
        order by last_seen desc, file, line, "column"
        limit {SHOWN_REJECTIONS}
        """
    return ground.rows(sql)


def log(ground: Ground) -> list[Found]:
    """Return the last syncs, newest first, with their times on the company's clock."""
    columns = ("source", "read", "new", "changed", "rejected", "gone", "message")
    zone = ZoneInfo(str(ground.settings["timezone"]))
    newest = sorted(ground.runs, key=lambda run: run.started, reverse=True)[:SHOWN_RUNS]
    return [
        {
            "started": run.started.astimezone(zone).replace(tzinfo=None),
            "finished": run.finished.astimezone(zone).replace(tzinfo=None),
            **{name: getattr(run, name) for name in columns},
        }
        for run in newest
    ]
