"""Channels: what each costs and brings, and where its bottleneck is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from formulas.diagnosis import Diagnosis, quadrant
from formulas.interval import Interval, norm_band, wilson
from sheets_sync.reports import quality_share
from sheets_sync.reports.ground import BEGINNING, RECENT, YEAR, Found, Ground, why

LONG_CYCLE = 30
ENOUGH = 30


@dataclass(frozen=True, slots=True)
class Cost:
    """What was spent in some days, and the new customers of those days."""

    spend: float | None
    customers: int
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
    return Cost(spend, customers, leads, why("customer_cost", spend=spend, customers=customers))


LEADS = f"""
    select
        channel, {quality_share.COUNTS},
        avg(case when created_on <= $mature then 1e0 else 0e0 end) as maturity
    from leads_now
    where created_on between $recent and $as_of
    group by channel
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
        s.channel,
        cast(sum(s.cost_base) as double) as spend,
        cast(sum(s.cost_base) filter (where t.campaign is not null) as double) as matched,
        bool_or(s.is_without_rate) as is_without_rate
    from spend_now as s
    left join tag as t
        on t.campaign = lower(s.campaign) and t.channel is not distinct from lower(s.channel)
    where s.day between $recent and $as_of
    group by s.channel
    """
SALES = {
    "period": """
        select
            channel,
            count(*) as won,
            count(*) filter (where is_first_won) as customers,
            case when count(*) filter (where is_without_rate) = 0
                then cast(sum(amount_base) as double) end as revenue
        from deals_now
        where status = 'won' and won_on between $recent and $as_of
        group by channel
        """,
    "cohort": """
        select
            l.channel,
            count(*) as won,
            count(*) filter (where d.is_first_won) as customers,
            case when count(*) filter (where d.is_without_rate) = 0
                then cast(sum(d.amount_base) as double) end as revenue
        from deals_now as d
        join leads_now as l on l.lead_id = d.lead_id
        where d.status = 'won' and l.created_on between $recent and $as_of
        group by l.channel
        """,
}
"""What was sold: in the days themselves, or so far from the leads of those days."""

MATURE = """
    select channel, count(*) as n, count(*) filter (where is_won) as won
    from cohort
    where qualified_on between $first and $last
    group by channel
    """
MATURE_LEADS = """
    select channel, count(*) as n, count(*) filter (where is_won) as won
    from leads_now
    where created_on between $first and $last
    group by channel
    """


def method(ground: Ground) -> str:
    """Choose how sales meet spend: by cohort where deals take longer than a month."""
    is_long = (ground.cycle.median or 0) > LONG_CYCLE
    is_linked = ground.row("select count(lead_id) > 0 as is_linked from deals_now")["is_linked"]
    return "cohort" if is_long and is_linked else "period"


def _by_channel(rows: list[Found]) -> dict[str | None, Found]:
    """Key rows by channel, whatever its capitals; equal keys keep the larger."""
    return {row["channel"] and row["channel"].casefold(): row for row in rows}


def report(ground: Ground) -> list[Found]:
    """Return the channels by spend, then by leads; the row without a name is the unknown."""
    how = method(ground)
    leads = _by_channel(ground.rows(LEADS))
    spend = _by_channel(ground.rows(SPEND))
    sales = _by_channel(ground.rows(SALES[how]))
    paid = {row["channel"] for row in ground.rows(PAID)}
    limits = Limits.of(ground)
    mature = _by_channel(_mature(ground, limits.basis))
    knows_leads = bool(ground.row("select count(*) as n from leads_now")["n"])
    knows_deals = bool(ground.row("select count(*) as n from deals_now")["n"])
    rows = []
    for key in {**leads, **spend, **sales}:
        parts = [table[key] for table in (leads, sales, spend) if key in table]
        lead = leads.get(key) or (NO_LEADS if knows_leads else UNKNOWN_LEADS)
        sale = sales.get(key) or (NO_SALES if knows_deals else UNKNOWN_SALES)
        cost = spend.get(key, {})
        share = _share(ground, lead)
        grown = mature.get(key, {"n": 0, "won": 0})
        conversion = wilson(grown["won"], grown["n"])
        diagnosis = quadrant(share, limits.share, conversion, limits.conversion)
        amount = None if cost.get("is_without_rate") else cost.get("spend")
        rows.append({
            "channel": parts[0]["channel"],
            "is_paid": key in paid if paid else None,
            "method": how,
            "window": ground.recent.id,
            "spend": amount,
            **{name: lead[name] for name in NO_LEADS if name != "maturity"},
            **{name: sale[name] for name in NO_SALES},
            "share_low": share.low,
            "share_high": share.high,
            "conversion": conversion.share,
            "conversion_n": grown["n"],
            "conversion_won": grown["won"],
            "conversion_basis": limits.basis,
            "conversion_low": conversion.low,
            "conversion_high": conversion.high,
            "limit": ground.limit,
            "maturity": lead["maturity"],
            "diagnosis": diagnosis if limits.basis == "qualified" else Diagnosis.TOO_LITTLE_DATA,
            "spend_matched": (cost.get("matched") or 0.0) / amount if amount else None,
        })  # fmt: skip
    return sorted(
        rows,
        key=lambda row: (
            row["channel"] is None,
            -(row["spend"] or 0),
            -(row["leads"] or 0),
            row["channel"] or "",
        ),
    )


PAID = "select distinct lower(channel) as channel from spend_now where cost_base > 0"
NO_LEADS: Found = {
    "leads": 0, "qualified": 0, "unqualified": 0, "spam": 0, "pending": 0, "maturity": None,
}  # fmt: skip
UNKNOWN_LEADS: Found = dict.fromkeys(NO_LEADS)
NO_SALES: Found = {"customers": 0, "won": 0, "revenue": 0.0}
UNKNOWN_SALES: Found = dict.fromkeys(NO_SALES)


def _share(ground: Ground, lead: Found) -> Interval:
    qualified = lead["qualified"] or 0
    spam = lead["spam"] or 0 if ground.settings["spam_counts"] else 0
    return wilson(qualified, qualified + (lead["unqualified"] or 0) + spam)


def _mature(ground: Ground, basis: str, back: int = 0, days: int = RECENT) -> list[Found]:
    """Count the leads of `days` days that are mature on a day, `back` days ago."""
    last = ground.mature_by(ground.as_of) - timedelta(days=back)
    is_all = ground.recent.id == "all"
    first = BEGINNING if is_all else last - timedelta(days=days - 1)
    return ground.rows(MATURE if basis == "qualified" else MATURE_LEADS, first=first, last=last)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel has to reach: the firm's own usual values, at their lower edge."""

    basis: str  # conversion is of qualified leads, or of all leads where there are no verdicts
    share: float | None
    conversion: float | None

    @staticmethod
    def of(ground: Ground) -> Limits:
        """Learn the limits from the firm's past."""
        sql = "select count(*) as n from leads_now where verdict_text = 'qualified'"
        basis = "qualified" if ground.row(sql)["n"] else "leads"
        usual = quality_share.usual_share(ground, ground.as_of)
        before = _mature(ground, basis, back=RECENT, days=YEAR)
        rows = before if sum(row["n"] for row in before) >= ENOUGH else _mature(ground, basis)
        n, won = sum(row["n"] for row in rows), sum(row["won"] for row in rows)
        return Limits(
            basis,
            norm_band(*usual).low if usual else None,
            wilson(won, n).low if n >= ENOUGH else None,
        )


def total_diagnosis(ground: Ground) -> Diagnosis:
    """Diagnose the whole firm against its own past."""
    limits = Limits.of(ground)
    before = _mature(ground, limits.basis, back=RECENT, days=YEAR)
    if limits.basis != "qualified" or sum(row["n"] for row in before) < ENOUGH:
        return Diagnosis.TOO_LITTLE_DATA
    now = _mature(ground, limits.basis)
    sql = (
        f"select {quality_share.COUNTS} from leads_now where created_on between $recent and $as_of"
    )
    share = _share(ground, ground.row(sql))
    n, won = sum(row["n"] for row in now), sum(row["won"] for row in now)
    return quadrant(share, limits.share, wilson(won, n), limits.conversion)
