"""Whether verdicts can be paid for: what would look odd if somebody bent them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from formulas.cycle import differences
from formulas.homogeneity import chi_square
from formulas.recheck import sample
from sheets_sync.reports.bonus_books import open_calendar
from sheets_sync.reports.ground import Found, Ground

ENOUGH = 20
"""Leads with a verdict from which on a seller's share of rejected ones is compared."""

MASS, TIMES = 10, 3
"""So many verdicts on one day, and so many times the usual, are a mass of them."""

CUTOFFS = 6
SHOWN = 30

WON = """
    with rejected as (
        select lead_id, created_on, manager, reason, contact_key, link
        from leads_now
        where verdict_text in ('unqualified', 'spam') and created_on between $year and $as_of
    ),
    sale as (
        select deal_id, lead_id, contact_key, won_on, amount_base
        from deals_now where status = 'won'
    ),
    both_ways as (
        select r.*, s.won_on, s.amount_base from rejected as r join sale as s using (lead_id)
        union all
        select r.*, s.won_on, s.amount_base
        from rejected as r
        join sale as s on s.contact_key = r.contact_key and s.won_on >= r.created_on
    )
    select lead_id, created_on, manager, reason, min(won_on) as won_on,
        cast(max(amount_base) as double) as amount, link
    from both_ways
    group by lead_id, created_on, manager, reason, link
    order by won_on desc, lead_id
    """
SELLERS = """
    select manager, count(*) as n,
        count(*) filter (where verdict_text in ('unqualified', 'spam')) as rejected
    from leads_now
    where created_on between $recent and $as_of and verdict_text <> 'pending'
        and manager is not null
    group by manager
    order by manager
    """
DAYS = """
    select verdict_on as day, count(*) as n
    from leads_now
    where verdict_on between $first and $as_of
    group by verdict_on
    """
REJECTED = """
    select lead_id, created_on, manager, reason, link
    from leads_now
    where verdict_text in ('unqualified', 'spam')
        and created_on >= $month and created_on < $end
    """
STEPLESS = """
    select l.lead_id, d.deal_id, l.created_on, l.manager, d.stage,
        cast(d.amount_base as double) as amount, l.link
    from leads_now as l
    left join deals_now as d on d.deal_id = l.deal_id
    where l.verdict_text = 'qualified' and l.created_on between $recent and $as_of
        and coalesce(d.status, 'open') = 'open' and not l.is_won
    order by l.created_on, l.lead_id
    """


def won(ground: Ground) -> list[Found]:
    """Return the rejected leads of a year whose contact became a customer after all."""
    return [_named(ground, row) for row in ground.rows(WON)]


def sellers(ground: Ground) -> list[Found]:
    """Return how many leads each seller rejects, and who differs from the rest."""
    found = ground.rows(SELLERS)
    tested = differences([(row["rejected"], row["n"]) for row in found], ENOUGH)
    return [
        {
            **_named(ground, row),
            "share": row["rejected"] / row["n"],
            "p_value": None if test is None else test.p_value,
            "is_different": test is not None and test.is_different,
        }
        for row, test in zip(found, tested, strict=True)
    ]


def cutoffs(ground: Ground) -> list[Found]:
    """Return how many verdicts fell on the last day that counts, beside a usual working day."""
    books = open_calendar(ground)
    if books is None:
        return []
    ends = sorted({
        stake.cutoff
        for person in books.agreed
        for month in books.months()
        for stake in [books.stake(person, month)]
        if stake.parts and stake.cutoff <= ground.as_of
    })[-CUTOFFS:]  # fmt: skip
    if not ends:
        return []
    first = ends[0].replace(day=1)
    given = {row["day"]: row["n"] for row in ground.rows(DAYS, first=first)}
    for row in ground.typed.get("leads", ()):
        day = row.get("since.our_verdict")
        if row.get("our_verdict") and isinstance(day, date) and first <= day <= ground.as_of:
            given[day] = given.get(day, 0) + 1
    return [_cutoff(end, given, books.days(end.replace(day=1))) for end in reversed(ends)]


def _cutoff(end: date, given: dict[date, int], worked: Sequence[date]) -> Found:
    others = [day for day in worked if day != end]
    usual = sum(given.get(day, 0) for day in others) / len(others) if others else None
    n = given.get(end, 0)
    is_mass = n >= MASS and usual is not None and n > TIMES * usual
    return {"cutoff_on": end, "verdicts": n, "usual": usual, "is_mass": is_mass}


def recheck(ground: Ground) -> list[Found]:
    """Return a tenth of the rejected leads of the last whole month, drawn by lot."""
    end = ground.month
    month = (end - timedelta(days=1)).replace(day=1)
    rows = {row["lead_id"]: row for row in ground.rows(REJECTED, month=month, end=end)}
    return [_named(ground, rows[lead_id]) for lead_id in sample(rows, f"{month:%Y-%m}")]


def stepless(ground: Ground) -> list[Found]:
    """Return the qualified leads of the window that stand open without a next step, oldest first.

    Nothing where nobody writes down next steps in this workbook.
    """
    planned = _steps(ground)
    return [_named(ground, row) for row in ground.rows(STEPLESS)
            if planned and row["deal_id"] not in planned]  # fmt: skip


def _steps(ground: Ground) -> set[str]:
    return {str(row["deal_id"]) for row in ground.typed.get("deals", ()) if row.get("next_step")}


def report(ground: Ground) -> list[Found]:
    """Return each guard: how many cases it found, of how many; None where it cannot look."""
    told = sellers(ground)
    ends = cutoffs(ground)
    compared = [row for row in told if row["n"] >= ENOUGH]
    alike = chi_square([(row["rejected"], row["n"]) for row in compared])
    rejected = sum(row["rejected"] for row in told)
    days = [row for row in ends if row["is_mass"]]
    return [
        {"id": "rejected_won", "cases": len(won(ground)) if rejected else None},
        {
            "id": "reject_share",
            "cases": sum(row["is_different"] for row in told) if len(compared) > 1 else None,
            "p_value": alike.p_value,
        },
        {"id": "mass_verdicts", "cases": len(days) if ends else None},
        {"id": "recheck", "cases": len(recheck(ground)) if rejected else None},
        {"id": "no_next_step", "cases": len(stepless(ground)) if _steps(ground) else None},
    ]


def _named(ground: Ground, row: Found) -> Found:
    return {**row, "manager": ground.name(row["manager"])}
