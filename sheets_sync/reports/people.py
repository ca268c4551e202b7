"""The people of the CRM and those added here: what reports call them, and what they do now."""

from __future__ import annotations

from sheets_sync.reports.ground import RECENT, Found, Ground


def report(ground: Ground) -> list[Found]:
    """Return the people, those with most deals first, then those whom only people here know."""
    sql = f"""
        with seen as (
            select manager, created_on as day, true as is_deal, status = 'open' as is_open
            from deals_now
            union all
            select manager, closed_on, false, false from deals_now
            union all
            select manager, created_on, false, false from leads_now
        )
        select
            manager as person,
            count(*) filter (where is_deal and day > $as_of - {RECENT}) as deals_90d,
            coalesce(bool_or(is_open or day > $as_of - {RECENT}), false) as is_active
        from seen
        where manager is not null
        group by manager
        order by deals_90d desc, person
        """
    known = [
        {
            "person": row["person"],
            "initials": ground.name(row["person"]),
            "active_in_crm": "yes" if row["is_active"] else "no",
            "deals_90d": row["deals_90d"],
        }
        for row in ground.rows(sql)
    ]
    names = {row["person"] for row in known}
    added = [row for row in ground.typed.get("people", ()) if row["person"] not in names]
    return [*known, *({"person": row["person"]} for row in added)]
