"""A metric before and after a change: in whole weeks without holidays, as far as they are ripe.

Whole weeks hold every weekday alike; leads whose end is not known yet are on neither side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from formulas.experiment import Change, count_change, count_to_tell, leads_to_tell, share_change
from sheets_sync.calendars import DAY
from sheets_sync.reports import quality, work
from sheets_sync.reports.ground import Found, Ground
from templates.evidence import COSTS, SHARES

WEEK = timedelta(days=7)
LONGEST_LOOK_BACK = 26  # weeks

LEADS = """
    from leads_now
    where created_on >= $first and ($channel is null or lower(channel) = $channel)
    """
SERIES = {
    "qualified_share": f"""
        select created_on as day, count(*) filter (where verdict_text = 'qualified') as k,
            count(*) filter (where verdict_text in ('qualified', 'unqualified')
                or verdict_text = 'spam' and $spam) as n
        {LEADS} group by 1
        """,
    "manager_conversion": """
        select qualified_on as day, count(*) as n,
            count(*) filter (where is_won and won_on <= qualified_on + $maturing) as k
        from leads_now
        where qualified_on >= $first and ($channel is null or lower(channel) = $channel)
        group by 1
        """,
    "leads": f"select created_on as day, count(*) as k {LEADS} group by 1",
    "qualified_leads": f"""
        select created_on as day, count(*) filter (where verdict_text = 'qualified') as k
        {LEADS} group by 1
        """,
    "won_deals": """
        select won_on as day, count(*) as k from deals_now
        where won_on >= $first and ($channel is null or lower(channel) = $channel)
        group by 1
        """,
    "cost_per_qualified": f"""
        select day, sum(k) as k, sum(n) as n
        from (
            select created_on as day, count(*) filter (where verdict_text = 'qualified') as k,
                0e0 as n
            {LEADS} group by 1
            union all
            select day, 0, cast(sum(cost_base) as double) from spend_now
            where day >= $first and ($channel is null or lower(channel) = $channel)
            group by 1
        )
        group by 1
        """,
}
"""Of each metric by day: what is counted, and of how much where that is not working days."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What came in some weeks: k of n leads, or k in n working days, or k for n money."""

    weeks: int
    k: int
    n: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A metric before and after a change."""

    metric: str
    before: Counts
    after: Counts

    @property
    def baseline(self) -> float | None:
        """The metric before: a share, a cost, or a count a week."""
        return value(self.metric, self.before)

    @property
    def change(self) -> Change:
        """How far chance alone could have moved it; more for the money counts as more."""
        before, after = self.before, self.after
        if self.metric in SHARES:
            return share_change((before.k, int(before.n)), (after.k, int(after.n)))
        return count_change(before.k, after.k, before.n, after.n)

    @property
    def n_now(self) -> int:
        """How many have come of those that are needed."""
        return int(self.after.n) if self.metric in SHARES else self.after.k

    def needed(self, target: float | None, min_effect: float) -> int | None:
        """Count what is needed to tell the target, or the smallest effect, from chance."""
        base = self.baseline
        if not base:
            return None
        if self.metric in SHARES:
            wanted = target if target and target > base else base + min_effect
            return leads_to_tell(base, min(wanted, 1.0))
        ratio = (base / target if self.metric in COSTS else target / base) if target else 0
        return count_to_tell(ratio if ratio > 1 else 1 + min_effect)


def value(metric: str, counts: Counts) -> float | None:
    """Return the metric of some weeks: a share, a cost, or a count a week.

    >>> value("leads", Counts(4, 90, 20)), value("cost_per_qualified", Counts(4, 50, 100_000.0))
    (22.5, 2000.0)
    """
    if metric in SHARES:
        return counts.k / counts.n if counts.n else None
    if metric in COSTS:
        return counts.n / counts.k if counts.k and counts.n else None
    return counts.k / counts.weeks if counts.weeks else None


def last_ripe(ground: Ground, metric: str) -> date | None:
    """Return the last day of which a metric is known; None where no day is."""
    if metric == "manager_conversion":
        is_known = ground.maturing and ground.asked(ground.as_of).covered.is_linked
        return ground.mature_by(ground.as_of) if is_known else None
    is_of_verdicts = metric in {"qualified_leads", "cost_per_qualified"}
    return quality.deadline(ground) if is_of_verdicts else ground.as_of


def gather(ground: Ground, metric: str, start: date, end: date, channel: str | None) -> Evidence:
    """Count the metric in the weeks from `start` until `end`, and in as many weeks before."""
    ripe = last_ripe(ground, metric)
    first = start - WEEK * LONGEST_LOOK_BACK
    found = _series(ground, metric, first, channel) if ripe else {}
    known_since = min(found, default=end)
    worked = work.working_days(ground, first, end)
    after = [week for week in _weeks(start, end) if ripe and week + WEEK - DAY <= ripe]
    planned = max((end - start) // WEEK, 1)
    back = (start - WEEK * number for number in range(1, LONGEST_LOOK_BACK + 1))
    before = [
        week
        for week in back
        if ripe and known_since <= week and week + WEEK - DAY <= ripe and _is_plain(week, worked)
    ][:planned]
    after = [week for week in after if _is_plain(week, worked)]
    return Evidence(
        metric, _counted(metric, before, found, worked), _counted(metric, after, found, worked)
    )


def _series(ground: Ground, metric: str, first: date, channel: str | None) -> dict[date, Found]:
    rows = ground.rows(
        SERIES[metric],
        first=first,
        channel=channel and channel.strip().lower(),
        spam=bool(ground.settings["spam_counts"]),
        maturing=ground.maturing,
    )
    is_told = metric == "leads" or any(row["k"] for row in rows)  # no verdict at all is no zero
    return {row["day"]: row for row in rows} if is_told else {}


def _weeks(start: date, end: date) -> Iterator[date]:
    """Yield the first days of the whole weeks of `[start, end)`."""
    while start + WEEK <= end:
        yield start
        start += WEEK


def _is_plain(week: date, worked: dict[date, bool]) -> bool:
    """Tell whether a week has no holiday on a weekday."""
    saturday = 5
    days = (week + timedelta(days=n) for n in range(7))
    return all(worked[day] for day in days if day.weekday() < saturday)


def _counted(
    metric: str, weeks: list[date], found: dict[date, Found], worked: dict[date, bool]
) -> Counts:
    days = [week + timedelta(days=n) for week in weeks for n in range(7)]
    rows = [found[day] for day in days if day in found]
    k = int(sum(row["k"] for row in rows))
    if metric in SHARES | COSTS:
        return Counts(len(weeks), k, float(sum(row["n"] for row in rows)))
    return Counts(len(weeks), k, sum(worked[day] for day in days))
