"""The leads that a bonus is counted from: when each came, and when it was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sheets_sync.reports.ground import Ground

if TYPE_CHECKING:
    from templates.tab import Value


@dataclass(frozen=True, slots=True)
class Leads:
    """Leads of one day, channel and fate, without repeated and test ones; `n` counts them."""

    day: date
    channel: str | None  # in lower case
    verdict: str  # qualified, unqualified, spam, pending
    decided_on: date | None  # None: no source knows when
    refunded_on: date | None  # when the money of their deal went back
    is_disputed: bool
    n: int


SQL = """
    with ended as (
        select e.entity_id as deal_id
        from stage_event as e join stage as s on s.name = e.to_stage
        where e.entity = 'deal' and s.kind = 'won' and not e.is_deleted
        group by e.entity_id
    ),
    refund as (
        select d.lead_id, min(d.closed_on) as day
        from deals_now as d
        left join ended as e on e.deal_id = d.deal_id
        where d.lead_id is not null
            and (d.status = 'lost' and e.deal_id is not null
                or d.status = 'won' and d.amount_base < 0)
        group by d.lead_id
    )
    select
        l.created_on as day,
        lower(l.channel) as channel,
        l.verdict_text as verdict,
        case
            when s.day is not null then s.day
            when l.decided_by = 'sheet' and l.our_verdict is distinct from l.crm_verdict then t.day
            when l.decided_by = 'rule' then coalesce(t.begun, l.created_on)
            else coalesce(l.verdict_on, t.day)
        end as decided_on,
        r.day as refunded_on,
        d.lead_id is not null as is_disputed,
        count(*) as n
    from leads_now as l
    left join judged as t on t.lead_id = l.lead_id
    left join settled as s on s.lead_id = l.lead_id
    left join disputed as d on d.lead_id = l.lead_id
    left join refund as r on r.lead_id = l.lead_id
    where l.created_on between $first and $as_of
    group by 1, 2, 3, 4, 5, 6
    order by 1, 2, 3, 4, 5, 6
    """


def leads(ground: Ground, first: date) -> list[Leads]:
    """Return the leads that came from a day on, in groups."""
    typed = ground.typed.get("leads", ())
    disputes = ground.typed.get("disputes", ())
    settled = _dated(
        (row.get("lead_id"), row.get("decided_on")) for row in disputes if row.get("outcome")
    )
    disputed = {str(row["lead_id"]) for row in disputes
                if row.get("lead_id") and not row.get("outcome")}  # fmt: skip
    judged = [
        (
            str(row["lead_id"]),
            row.get("since.our_verdict") if row.get("our_verdict") else None,
            row.get("first_seen"),
        )
        for row in typed
    ]
    ground.give("judged", "lead_id varchar, day date, begun date", judged)
    ground.give("settled", "lead_id varchar, day date", settled.items())
    ground.give("disputed", "lead_id varchar", [(lead_id,) for lead_id in sorted(disputed)])
    found = ground.new_rows(SQL, first=first)
    return [Leads(**row) for row in found]


def _dated(pairs: Iterable[tuple[Value, Value]]) -> dict[str, date]:
    return {str(key): day for key, day in pairs if key and isinstance(day, date)}


Decisions = Mapping[date, int]
"""By how many the paid leads grew on a day; what nobody dated was there from the beginning."""


def decisions(found: Iterable[Leads], *, has_clawback: bool) -> Decisions:
    """Return when leads became qualified beyond dispute, and when refunds took them back."""
    days: Counter[date] = Counter()
    for each in found:
        if each.verdict == "qualified" and not each.is_disputed:
            decided = each.decided_on or date.min
            days[decided] += each.n
            if has_clawback and each.refunded_on:
                days[max(decided, each.refunded_on)] -= each.n
    return days


def counted(days: Decisions, by: date) -> int:
    """Count the paid leads by the end of a day.

    >>> counted({date(2026, 11, 5): 3, date(2026, 11, 6): 2}, date(2026, 11, 5))
    3
    """
    return sum(n for day, n in days.items() if day <= by)
