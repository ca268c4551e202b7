"""Verdicts: the rule and its versions, what awaits a verdict, why leads are rejected, disputes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

from sheets_sync.metrics import qualification
from sheets_sync.reports.ground import BEGINNING, Found, Ground, number
from templates.rule import unspelled

DAYS = 28
TOP = 3
DISPUTE_DAYS = 3
"""How many working days after the verdict a dispute may be opened."""

MARKETING = ("channel", "campaign", "utm_source", "utm_medium", "utm_content", "utm_term",
             "contact", "region")  # fmt: skip
"""Fields that come with a lead; all others, and answers, are the sellers' to fill in."""

Record = dict[str, float | int | None]


def prepare(ground: Ground) -> None:
    """Make the table `due`: of each day the last day for a verdict on leads that came on it."""
    _due(ground, "due", int(number(ground.settings["verdict_deadline_wd"]) or 0))
    _due(ground, "disputable", DISPUTE_DAYS)


def _due(ground: Ground, name: str, days: int) -> None:
    """Make a table of the days that lie so many working days after each day."""
    sql = f"""
        create or replace temp table {name} as
        with worked as (
            select day, sum(case when is_working then 1 else 0 end) over (order by day) as place
            from calendar
        ),
        reached as (select place, min(day) as day from worked group by place)
        select w.day, r.day as last
        from worked as w
        join reached as r on r.place = w.place + {days}
        """
    ground.new_rows(sql)


def _first(ground: Ground) -> date:
    return BEGINNING if ground.recent.id == "all" else ground.as_of - timedelta(days=DAYS - 1)


def versions(ground: Ground) -> list[Found]:
    """Return the versions of the rule, each with how many leads were decided while it held."""
    sql = """
        select
            r.version, r.hash, cast(r.first_seen as date) as first_seen, r.spelled,
            coalesce(n.leads, 0) as leads_decided
        from rule as r
        left join (
            select rule_version, count(*) as leads
            from leads_now where decided_by is not null
            group by rule_version
        ) as n on n.rule_version = r.version
        order by r.version
        """
    return ground.rows(sql)


def rule_age(ground: Ground) -> Record:
    """Return whether there is a rule and both heads signed it, and for how many days."""
    found = qualification.rule_age(ground.connection, ground.as_of)
    return {**asdict(found), "value": found.age_days}


def answers(ground: Ground) -> list[Found]:
    """Return of each row of the rule how the leads of four weeks answered it."""
    rules = ground.rows("select version, spelled from rule order by version desc limit 1")
    if not rules:
        return []
    rule, _ = unspelled(rules[0]["spelled"])
    sql = """
        select f.code, count(*) as leads
        from rule_finding as f
        join leads_now as l on l.lead_id = f.lead_id and l.source = f.source
        where f.version = $version and l.created_on between $first and $as_of
        group by f.code
        """
    found = ground.rows(sql, version=rules[0]["version"], first=_first(ground))
    rows = []
    for place, row in enumerate(rule.rows):
        counts = {"1": 0, "2": 0, "0": 0}
        for each in found:
            counts[each["code"][place]] += each["leads"]
        yes, no, unknown = counts.values()
        rows.append({"rule_row": row.id, "yes_28d": yes, "no_28d": no, "unknown_28d": unknown})
    return rows


def agreement(ground: Ground) -> list[Found]:
    """Return how often the rule and people gave one verdict, of the recent leads."""
    found = qualification.rule_agreement(ground.connection, ground.recent.first, ground.as_of)
    return [{**asdict(found), "window": ground.recent.id}]


def reasons_used(ground: Ground) -> list[Found]:
    """Return how many leads of four weeks were rejected for each reason."""
    sql = """
        select reason, count(*) as leads
        from leads_now
        where reason is not null and created_on between $first and $as_of
        group by reason
        order by reason
        """
    return ground.rows(sql, first=_first(ground))


def reasons_by_channel(ground: Ground) -> list[Found]:
    """Return the three most frequent reasons of each channel, and of all (channel None).

    `share` is of the rejected leads with a reason; `n` counts all rejected ones.
    """
    sql = """
        with rejected as (
            select channel, reason
            from leads_now
            where verdict_text in ('unqualified', 'spam') and created_on between $first and $as_of
        ),
        counted as (
            select grouping(channel) = 1 as is_total, channel, reason, count(*) as leads
            from rejected
            group by grouping sets ((channel, reason), (reason))
        ),
        shared as (
            select
                is_total, channel, reason, leads,
                sum(leads) over (partition by is_total, channel) as n,
                sum(case when reason is not null then leads end)
                    over (partition by is_total, channel) as reasoned
            from counted
        ),
        placed as (
            select
                is_total, channel, reason, leads, cast(n as bigint) as n,
                leads / cast(reasoned as double) as share,
                row_number() over (partition by is_total, channel order by leads desc, reason)
                    as place
            from shared
            where reason is not null
        )
        select is_total, channel, reason, leads, n, share, place
        from placed
        where place <= $top
        order by is_total desc, n desc, channel nulls last, place
        """
    known = ground.reasons
    return [
        {**row, "label": known.label(row["reason"]), "side": known.sides.get(row["reason"])}
        for row in ground.rows(sql, first=_first(ground), top=TOP)
    ]


def pending(ground: Ground) -> list[Found]:
    """Return the recent leads without a verdict, those past their day first; whose turn it is."""
    sql = """
        select
            l.lead_id, l.channel, l.manager, l.created_on, d.last as deadline, l.missing_signs,
            d.last <= $as_of as is_overdue, l.link
        from leads_now as l
        left join due as d on d.day = l.created_on
        where l.verdict_text = 'pending' and l.created_on between $recent and $as_of
        order by is_overdue desc, d.last, l.lead_id
        """
    fields = _fields(ground)
    return [{**row, "side": _side(row["missing_signs"], fields)} for row in ground.rows(sql)]


def _fields(ground: Ground) -> dict[str, str]:
    """Return the fields of the CRM that the signs of all versions ask."""
    rules = [unspelled(row["spelled"])[0] for row in ground.rows("select spelled from rule")]
    return {sign.id: sign.field for rule in rules for sign in rule.signs}


def _side(missing: str | None, fields: dict[str, str]) -> str:
    first = (missing or "").split()[:1]
    return "marketing" if first and fields.get(first[0]) in MARKETING else "sales"


def disputes(ground: Ground) -> list[Found]:
    """Return the disputes, and whether each was opened within three working days."""
    typed = ground.typed.get("disputes", ())
    ground.give("asked", "lead_id varchar", [(str(row.get("lead_id")),) for row in typed])
    sql = """
        select l.lead_id, l.decided_by, l.our_verdict, coalesce(l.verdict_on, l.created_on) as day
        from leads_now as l where l.lead_id in (select lead_id from asked)
        """
    leads = {row["lead_id"]: row for row in ground.new_rows(sql)}
    judged = {str(row["lead_id"]): row.get("first_seen") for row in ground.typed.get("leads", ())}
    limits = {row["day"]: row["last"] for row in ground.rows("select day, last from disputable")}
    rows = []
    for row in typed:
        lead_id, opened = str(row.get("lead_id")), row.get("first_seen")
        lead = leads.get(lead_id, {})
        day = judged.get(lead_id) if lead.get("our_verdict") else lead.get("day")
        limit = limits.get(day)
        rows.append({
            "dispute_id": row["dispute_id"],
            "lead_id": lead_id,
            "first_seen": opened,
            "in_time": opened <= limit if opened and limit else None,
        })  # fmt: skip
    return rows
