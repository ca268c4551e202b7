"""Channels: what each costs and brings, and where its bottleneck is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sheets_sync.reports import bottleneck, quality_share
from sheets_sync.reports.ground import Found, Ground, number, why
from templates.tab import Row

LONG_CYCLE = 30


@dataclass(frozen=True, slots=True)
class Cost:
    """What was spent in some days, and the new customers of those days."""

    spend: float | None
    customers: int | None
    leads: int
    customer_cost: tuple[float | None, str | None]


def cost(ground: Ground, first: date, last: date) -> Cost:
    """Return the cost of a new customer of the days from `first` to `last`."""
    sql = """
        select
            (select cast(sum(cost_base) as double) from spend_now
                where day between $first and $last) as spend,
            (select coalesce(bool_or(is_without_rate), false) from spend_now
                where day between $first and $last) as is_without_rate,
            (select count(*) from deals_now
                where is_first_won and won_on between $first and $last) as customers,
            (select count(*) from leads_now
                where created_on between $first and $last) as leads
        """
    found = ground.row(sql, first=first, last=last)
    spend, customers, leads = found["spend"], found["customers"], found["leads"]
    if found["is_without_rate"]:
        return Cost(None, customers, leads, (None, "no_fx"))
    if spend is None:
        return Cost(None, customers, leads, (None, "no_data"))
    if not ground.dates("customers"):
        return Cost(spend, None, leads, (None, "no_day"))
    return Cost(spend, customers, leads, why("customer_cost", spend=spend, customers=customers))


LEADS = f"""
    select
        lower(channel) as key, min(channel) as channel, {quality_share.COUNTS},
        avg(case when created_on <= $mature then 1e0 else 0e0 end) as maturity
    from leads_now
    where created_on between $recent and $as_of
    group by 1
    order by 1
    """
SPEND = """
    with tag as (
        select distinct lower(channel) as channel, lower(campaign) as campaign
        from leads_now where campaign is not null
        union
        select distinct lower(channel), lower(campaign)
        from deals_now where campaign is not null
    )
    select
        lower(s.channel) as key,
        min(s.channel) as channel,
        case when not bool_or(s.is_without_rate) then cast(sum(s.cost_base) as double) end
            as spend,
        cast(sum(s.cost_base) filter (where t.campaign is not null) as double) as matched
    from spend_now as s
    left join tag as t
        on t.campaign = lower(s.campaign) and t.channel is not distinct from lower(s.channel)
    where s.day between $recent and $as_of
    group by 1
    """
SALES = {
    "period": """
        select
            lower(channel) as key,
            min(channel) as channel,
            count(*) as won,
            count(*) filter (where is_first_won) as customers,
            case when count(*) filter (where is_without_rate) = 0
                then cast(sum(amount_base) as double) end as revenue
        from deals_now
        where status = 'won' and won_on between $recent and $as_of
        group by 1
        """,
    "cohort": """
        select
            lower(l.channel) as key,
            min(l.channel) as channel,
            count(*) as won,
            count(*) filter (where d.is_first_won) as customers,
            case when count(*) filter (where d.is_without_rate) = 0
                then cast(sum(d.amount_base) as double) end as revenue
        from deals_now as d
        join leads_now as l on l.lead_id = d.lead_id
        where d.status = 'won' and l.created_on between $recent and $as_of
        group by 1
        """,
}
"""What was sold: in the days themselves, or so far from the leads of those days."""


def method(ground: Ground) -> str:
    """Choose how sales meet spend: by cohort where deals take longer than a month."""
    is_long = (ground.cycle.median or 0) > LONG_CYCLE
    is_linked = ground.row("select count(lead_id) > 0 as is_linked from deals_now")["is_linked"]
    return "cohort" if is_long and is_linked else "period"


def report(ground: Ground) -> list[Found]:
    """Return the channels by spend, then by leads; the row without a name is the unknown."""
    how = method(ground)
    leads, spend, sales = (
        {row["key"]: row for row in ground.rows(sql)} for sql in (LEADS, SPEND, SALES[how])
    )
    known = ground.row(KNOWN)
    has_sales = known["deals"] and (how == "cohort" or ground.dates("won"))
    paid = {row["key"] for row in ground.rows(PAID)}
    seen = bottleneck.view(ground)
    rows = []
    for key in {**leads, **spend, **sales}:
        lead = leads.get(key) or (NO_LEADS if known["leads"] else UNKNOWN_LEADS)
        sale = sales.get(key) or (NO_SALES if has_sales else UNKNOWN_SALES)
        cost = spend.get(key, {})
        named = next(table[key] for table in (leads, sales, spend) if key in table)
        rows.append({
            "channel": named["channel"],
            "is_paid": key in paid if paid else None,
            **_decided(ground.said_of(named["channel"])),
            "method": how,
            "window": ground.recent.id,
            "spend": cost.get("spend"),
            **{name: lead[name] for name in NO_LEADS},
            **({} if known["verdicts"] else dict.fromkeys(VERDICTS)),
            **{name: sale[name] for name in NO_SALES},
            **_rates(seen, key),
            "limit": ground.limit_of(named["channel"]),
            "diagnosis": bottleneck.diagnose(ground, key),
            "spend_matched": _matched(cost),
        })  # fmt: skip
    return sorted(rows, key=_order)


def _decided(said: Row) -> Found:
    """Return what people say of a channel: whether it is paid for, its margin, what to do."""
    group = said.get("channel_group")
    told = {} if group is None else {"is_paid": group == "channel_paid"}
    decided = {id_: said.get(id_) for id_ in ("decision", "decision_on")}
    return {**told, **decided, "margin_share": number(said.get("margin"))}


def _matched(cost: Found) -> float | None:
    """Return the share of a channel's spend whose campaigns the CRM knows."""
    return (cost["matched"] or 0.0) / cost["spend"] if cost.get("spend") else None


def _rates(seen: bottleneck.View, key: str | None) -> Found:
    share, conversion = seen.share(key), seen.conversion(key)
    won, n = seen.conversions.get(key, (0, 0))
    return {
        "share_low": share.low,
        "share_high": share.high,
        "conversion": conversion.share,
        "conversion_won": won,
        "conversion_n": n,
        "conversion_basis": seen.basis,
        "conversion_low": conversion.low,
        "conversion_high": conversion.high,
    }


def _order(row: Found) -> tuple[bool, float, int, str]:
    name = row["channel"]
    return name is None, -(row["spend"] or 0.0), -(row["leads"] or 0), name or ""


KNOWN = """
    select
        (select count(*) > 0 from leads_now) as leads,
        (select count(*) > 0 from deals_now) as deals,
        (select count(*) > 0 from leads_now where verdict_text <> 'pending') as verdicts
    """
PAID = "select distinct lower(channel) as key from spend_now where cost_base > 0"
NO_LEADS: Found = {
    "leads": 0, "qualified": 0, "unqualified": 0, "spam": 0, "pending": 0, "maturity": None,
}  # fmt: skip
VERDICTS = ("qualified", "unqualified", "spam")
UNKNOWN_LEADS: Found = dict.fromkeys(NO_LEADS)
NO_SALES: Found = {"customers": 0, "won": 0, "revenue": 0.0}
UNKNOWN_SALES: Found = dict.fromkeys(NO_SALES)
