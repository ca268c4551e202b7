"""What the bonus of every month is counted from, looked up once: leads, plans, spend, days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from sheets_sync.calendars import days, next_month, worked
from sheets_sync.reports.agreements import (
    Agreement,
    Agreements,
    Part,
    agreements,
    employed,
    owners,
    parts,
)
from sheets_sync.reports.bonus_leads import Leads, leads
from sheets_sync.reports.ground import Found, Ground, compute
from sheets_sync.reports.pace import pace

SPEND = """
    select
        cast(date_trunc('month', day) as date) as month,
        lower(channel) as channel,
        case when not bool_or(is_without_rate) then sum(cost_base) end as spend
    from spend_now
    where day between $first and $as_of
    group by 1, 2
    """
PLANS = "select * from plan where metric = 'qualified' order by month, scope, owner, value"
WHOLE = ("both", "marketing", "company")
"""Scopes whose plan of qualified leads is all marketing's; the last that is planned counts."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What is one person's of a month; `channels` is None where everything is."""

    person: str
    month: date
    parts: Sequence[Part]
    channels: frozenset[str] | None
    leads: Sequence[Leads]
    plan: Fraction | None  # of the whole month
    spend: Fraction | None
    cutoff: date  # the last day on which a verdict counts for this month

    @property
    def key(self) -> str:
        """The key of its row."""
        return f"{self.month:%Y-%m}|{self.person}"

    @property
    def is_without_channels(self) -> bool:
        """Whether nobody said which of several marketers' channels are this person's."""
        return self.channels is not None and not self.channels

    def within(self, part: Part) -> list[Leads]:
        """Return the leads that came on the days of a part."""
        return [each for each in self.leads if part.first <= each.day <= part.last]


@dataclass(slots=True)
class Books:
    """The store, as far as bonuses are concerned."""

    ground: Ground
    agreed: Agreements
    first: date
    leads: Mapping[date, list[Leads]] = field(default_factory=dict)
    spend: Sequence[Found] = ()
    plans: Sequence[Found] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    worked: dict[date, list[date]] = field(default_factory=dict)
    _goals: dict[date, float | None] = field(default_factory=dict)

    def months(self) -> Iterator[date]:
        """Yield the months from the first agreement on."""
        month = self.first
        while month <= self.ground.as_of:
            yield month
            month = next_month(month)

    def days(self, month: date) -> list[date]:
        """Return the working days of a month."""
        if month not in self.worked:
            sql = "select day, is_working from calendar where day >= $month and day < $end"
            end = next_month(month)
            known = {row["day"]: row["is_working"]
                     for row in self.ground.rows(sql, month=month, end=end)}  # fmt: skip
            found = worked(days(month, end), known)
            self.worked[month] = [day for day, works in found.items() if works]
        return self.worked[month]

    def share(self, part: Part) -> Fraction:
        """Return which share of its month's working days a part has."""
        days = self.days(part.first.replace(day=1))
        mine = sum(part.first <= day <= part.last for day in days)
        return Fraction(mine, len(days)) if days else Fraction(1)

    def cutoff(self, month: date, agreement: Agreement) -> date:
        """Return the day until which verdicts are awaited for a month."""
        later = next_month(month)
        days = self.days(later)
        if not agreement.cutoff or not days:
            return later - timedelta(days=1)
        return days[min(agreement.cutoff, len(days)) - 1]

    def goal(self, month: date) -> float | None:
        """Return how far the common plan of revenue is met in a month."""
        if month not in self._goals:
            last = min(next_month(month) - timedelta(days=1), self.ground.as_of)
            found = pace(self.ground, "revenue", last)
            self._goals[month] = compute("plan_attainment", fact=found.fact, plan=found.plan)
        return self._goals[month]

    def stake(self, person: str, month: date) -> Stake:
        """Return what is a person's of a month."""
        rules = self.agreed[person]
        mine = parts(rules, *employed(self.ground, person, month))
        active = [part.agreement for part in mine if part.agreement.basis != "none"]
        channels = self._channels(person, month)
        return Stake(
            person=person,
            month=month,
            parts=[part for part in mine if part.agreement.basis != "none"],
            channels=channels,
            leads=[each for each in self.leads.get(month, ())
                   if channels is None or each.channel in channels],
            plan=self._plan(person, month, channels),
            spend=self._spend(month, channels),
            cutoff=self.cutoff(month, active[-1] if active else rules[-1]),
        )  # fmt: skip

    def _channels(self, person: str, month: date) -> frozenset[str] | None:
        """Return a person's channels, None where nobody else has a bonus in that month."""
        active = [
            other
            for other, rules in self.agreed.items()
            if any(part.agreement.basis != "none"
                   for part in parts(rules, *employed(self.ground, other, month)))
        ]  # fmt: skip
        if len(active) <= 1:
            return None
        return frozenset(name for name, owner in self.owners.items() if owner == person.casefold())

    def _plan(self, person: str, month: date, channels: frozenset[str] | None) -> Fraction | None:
        lines = [line for line in self.plans if line["month"] == month]
        own = [line for line in lines
               if (line["owner"] or "").strip().casefold() == person.casefold()]  # fmt: skip
        if channels is None and not own:
            own = sorted((line for line in lines if line["scope"] in WHOLE and not line["owner"]),
                         key=lambda line: WHOLE.index(line["scope"]))[-1:]  # fmt: skip
        elif channels and not own:
            own = [line for line in lines if line["scope"] == "channel"
                   and (line["owner"] or "").strip().casefold() in channels]  # fmt: skip
        return sum((Fraction(str(line["value"])) for line in own), Fraction(0)) if own else None

    def _spend(self, month: date, channels: frozenset[str] | None) -> Fraction | None:
        rows = [row["spend"] for row in self.spend if row["month"] == month
                and (channels is None or row["channel"] in channels)]  # fmt: skip
        if not rows or None in rows:
            return None
        return sum((Fraction(str(spend)) for spend in rows), Fraction(0))


def open_books(ground: Ground) -> Books | None:
    """Look up what bonuses are counted from; None without any agreement."""
    books = open_calendar(ground)
    if books is None:
        return None
    by_month: dict[date, list[Leads]] = {}
    for each in leads(ground, books.first):
        by_month.setdefault(each.day.replace(day=1), []).append(each)
    return replace(
        books,
        leads=by_month,
        spend=ground.rows(SPEND, first=books.first),
        plans=ground.rows(PLANS),
        owners=owners(ground),
    )


def open_calendar(ground: Ground) -> Books | None:
    """Look up what was agreed alone: enough to tell months and cut-offs."""
    agreed = agreements(ground)
    begun = [rules[0].since for rules in agreed.values() if rules[0].since <= ground.as_of]
    return Books(ground, agreed, min(begun).replace(day=1)) if begun else None
