"""The funnel from impression to won: what is known of each stage, how, and how old that is."""

from __future__ import annotations

from sheets_sync.reports.ground import Found, Ground, number

STALE = 7  # days after which a number is no longer known


def report(ground: Ground) -> list[Found]:
    """Return the stages in order; `count` is None where nobody can tell."""
    counts = _advertising(ground) | _people(ground)
    ages, before = _ages(ground), baseline(ground)
    sql = "select name, side from funnel_stage order by sort"
    rows = []
    for stage in ground.rows(sql):
        count, source, age = *counts.get(stage["name"], (None, None)), ages.get(stage["name"])
        is_known = count is not None and age is not None and age <= STALE
        rows.append({
            "stage": stage["name"],
            "side": stage["side"],
            "count": count if is_known else None,
            "source": source if is_known else None,
            "age_days": age,
            "baseline": before.get(stage["name"]),
        })  # fmt: skip
    return rows


def baseline(ground: Ground) -> dict[str, float | None]:
    """Return how many reached each stage when the workbook was set up, once that is past."""
    kept = [row for row in ground.history
            if row["week"] == "baseline" and row["metric"] == "stage_reached"]  # fmt: skip
    return {str(row["scope"]): number(row.get("value")) for row in kept}


def known(rows: list[Found]) -> dict[str, int]:
    """Count the stages that are known, and all of them."""
    return {"known_stages": sum(row["count"] is not None for row in rows), "stages": len(rows)}


def _ages(ground: Ground) -> dict[str, int | None]:
    """Return how many days ago advertising and CRM last told anything."""
    sql = """
        select
            (select max(day) from spend_now where impressions is not null and day <= $as_of)
                as impression,
            (select max(day) from spend_now where clicks is not null and day <= $as_of) as click,
            (select max(day) from (
                select max(created_on) as day from leads_now where created_on <= $as_of
                union all select max(created_on) from deals_now where created_on <= $as_of
                union all select max(closed_on) from deals_now where closed_on <= $as_of
                union all select max(day) from stage_event where day <= $as_of and not is_deleted
            )) as crm
        """
    last = {name: day and (ground.as_of - day).days for name, day in ground.row(sql).items()}
    crm = dict.fromkeys(("lead", "contacted", "qualified", "proposal", "invoice", "won"),
                        last["crm"])  # fmt: skip
    return {"impression": last["impression"], "click": last["click"], **crm}


Counts = dict[str, tuple[int | None, str | None]]


def _advertising(ground: Ground) -> Counts:
    sql = """
        select cast(sum(impressions) as bigint) as impression, cast(sum(clicks) as bigint) as click
        from spend_now
        where day between $recent and $as_of
        """
    return {
        name: (n, "aggregate" if n is not None else None) for name, n in ground.row(sql).items()
    }


def _people(ground: Ground) -> Counts:
    """Count leads by the furthest stage they reached, or deals where no leads are known."""
    sql = """
        select
            (select count(*) > 0 from leads_now) as has_leads,
            (select count(lead_id) > 0 from deals_now) as is_linked,
            (select count(*) > 0 from deals_now) as has_deals,
            (select coalesce(bool_or(verdict_text <> 'pending'), false) from leads_now)
                as has_verdicts,
            (select count(first_touch_on) > 0 from leads_now) as has_touches
        """
    has = ground.row(sql)
    used = {row["canonical"] for row in ground.rows("select distinct canonical from stage")}
    deals = _deals(ground) if has["has_deals"] else {}
    if not has["has_leads"]:
        return {name: found for name, found in deals.items() if name in used or name == "won"}
    leads = _leads(ground)
    known = {
        "lead": True,
        "contacted": has["has_touches"] or "contacted" in used,
        "qualified": has["has_verdicts"] or "qualified" in used,
        "proposal": has["is_linked"] and "proposal" in used,
        "invoice": has["is_linked"] and "invoice" in used,
        "won": has["is_linked"],
    }
    counts = {name: found for name, found in leads.items() if known[name]}
    if has["has_deals"] and not has["is_linked"]:  # nobody knows which lead became which deal
        later = ("proposal", "invoice", "won")
        counts |= {
            name: (deals[name][0], "aggregate")
            for name in later
            if name in deals and (name in used or name == "won")
        }
    return counts


def _leads(ground: Ground) -> Counts:
    sql = """
        select
            count(*) as lead,
            count(*) filter (where sort >= 5) as contacted,
            count(*) filter (where sort >= 6) as qualified,
            count(*) filter (where sort >= 7) as proposal,
            count(*) filter (where sort >= 8) as invoice,
            count(*) filter (where sort >= 9) as won,
            coalesce(bool_and(is_inferred) filter (where sort between 5 and 9), true) as is_inferred
        from reached
        where created_on between $recent and $as_of
        """
    found = ground.row(sql)
    way = "inferred" if found.pop("is_inferred") else "exact"
    measured = {"lead": "exact", "won": "exact"}
    return {name: (n, measured.get(name, way)) for name, n in found.items()}


def _deals(ground: Ground) -> Counts:
    """Count the deals made in the window by the furthest stage they reached."""
    sql = """
        with told as (
            select e.entity_id as deal_id, max(f.sort) as sort,
                coalesce(bool_or(e.is_inferred), false) as is_inferred
            from stage_event as e
            join stage as s on s.name = e.to_stage
            join funnel_stage as f on f.name = s.canonical
            where e.entity = 'deal' and not e.is_deleted
            group by e.entity_id
        ),
        furthest as (
            select
                greatest(coalesce(t.sort, 0), coalesce(f.sort, 0),
                    case when d.status = 'won' then 9 else 0 end) as sort,
                t.deal_id is not null and not t.is_inferred as is_told
            from deals_now as d
            left join told as t on t.deal_id = d.deal_id
            left join funnel_stage as f on f.name = d.canonical
            where coalesce(d.created_on, d.closed_on) between $recent and $as_of
        )
        select
            count(*) filter (where sort >= 6) as qualified,
            count(*) filter (where sort >= 7) as proposal,
            count(*) filter (where sort >= 8) as invoice,
            count(*) filter (where sort >= 9) as won,
            coalesce(bool_or(is_told), false) as is_told
        from furthest
        """
    found = ground.row(sql)
    way = "exact" if found.pop("is_told") else "inferred"
    return {name: (n, "exact" if name == "won" else way) for name, n in found.items()}
