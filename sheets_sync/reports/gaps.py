"""Gaps in the data: names that nobody explained, weeks that changed later, shares week by week."""

from __future__ import annotations

from datetime import timedelta

from sheets_sync.calendars import week_name, week_start
from sheets_sync.reports.ground import RECENT, Found, Ground
from sheets_sync.reports.quality import deadline

LISTED = 12  # names of a kind
WEEKS = 26
ROUNDING = 0.005

UNMAPPED = f"""
    with used as (
        select stage from deals_now union all select stage from leads_now
    ),
    seen as (
        select manager from leads_now where created_on > $as_of - {RECENT}
        union all
        select manager from deals_now where created_on > $as_of - {RECENT}
    ),
    found as (
        select 'stage' as kind, 'stages' as tab, s.name, count(u.stage) as n
        from stage as s
        left join used as u on u.stage = s.name
        where s.canonical is null
        group by s.name
        union all
        select 'lead_source', 'channel_rules', min(coalesce(utm_source, campaign)), count(*)
        from leads_now
        where channel is null and coalesce(utm_source, campaign) is not null
        group by lower(coalesce(utm_source, campaign))
        union all
        select 'spend', 'channel_rules', min(coalesce(campaign, cabinet)), count(*)
        from spend_now
        where channel is null and cost > 0 and coalesce(campaign, cabinet) is not null
        group by lower(coalesce(campaign, cabinet))
        union all
        select 'person', 'people', s.manager, count(*)
        from seen as s
        left join typed_people as p on p.person = s.manager
        where s.manager is not null and p.dept is null
        group by s.manager
    )
    select kind, tab, name, n
    from found
    qualify row_number() over (partition by kind order by n desc, name) <= {LISTED}
    order by kind <> 'stage', kind = 'person', kind, n desc, name
    """


def unmapped(ground: Ground) -> list[Found]:
    """Return the names that the program cannot place: what each is, and on which tab to say it."""
    return ground.rows(UNMAPPED)


def weeks(ground: Ground) -> list[Found]:
    """Return by week which shares of the leads have a channel, an owner, and a verdict in time.

    Verdicts are looked at once their deadline has passed.
    """
    sql = """
        select
            cast(date_trunc('week', created_on) as date) as start,
            count(*) as n,
            avg(case when channel is not null then 1e0 else 0e0 end) as source,
            avg(case when manager is not null then 1e0 else 0e0 end) as owner,
            case when max(created_on) <= $due then
                avg(case when verdict_text <> 'pending' then 1e0 else 0e0 end)
            end as verdict
        from leads_now
        where created_on >= $first and created_on < $end
        group by 1
        order by 1
        """
    end = week_start(ground.as_of + timedelta(days=1))
    return ground.rows(sql, first=end - timedelta(weeks=WEEKS), end=end, due=deadline(ground))


NOW = """
    with fact as (
        select created_on as day, 1 as leads,
            case when verdict_text = 'qualified' then 1 else 0 end as qualified,
            0 as won, 0 as revenue, 0 as spend
        from leads_now
        union all
        select won_on, 0, 0, 1, amount_base, 0 from deals_now where status = 'won'
        union all
        select day, 0, 0, 0, 0, cost_base from spend_now
    )
    select
        cast(date_trunc('week', day) as date) as start,
        cast(sum(leads) as double) as leads, cast(sum(qualified) as double) as qualified,
        cast(sum(won) as double) as won, cast(sum(revenue) as double) as revenue,
        cast(sum(spend) as double) as spend
    from fact
    where day <= $as_of
    group by 1
    """
SUMS = ("leads", "qualified", "won", "revenue", "spend")


def adjustments(ground: Ground) -> list[Found]:
    """Return what is counted otherwise today than when its week was frozen, newest week first."""
    if not ground.history:
        return []
    now = {week_name(row["start"]): row for row in ground.rows(NOW) if row["start"]}
    found = []
    for row in ground.history:
        week, metric, was = str(row["week"]), str(row["metric"]), row.get("value")
        if metric not in SUMS or row["scope"] != "company" or not isinstance(was, int | float):
            continue
        value = now.get(week, {}).get(metric) or 0.0
        if week in now and abs(value - was) > ROUNDING:
            found.append(
                {"week": week, "metric": metric, "was": was, "now": value, "by": value - was}
            )
    return sorted(found, key=lambda row: (row["week"], -SUMS.index(row["metric"])), reverse=True)
