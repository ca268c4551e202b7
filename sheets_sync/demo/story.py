"""A made-up Russian company, seeded: fourteen months of leads, deals, stage history and spend.

The people, channels and stages are keys; their words in the user's language come from the
language files when `exports` writes the exports.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

MONTHS = 14
AVERAGE_DEAL = 150_000
STAGES = ("new", "contacted", "qualified", "proposal", "invoice", "won")
REASONS = ("out_of_area", "below_minimum", "wrong_product", "unreachable", "no_timing")
LOST_REASONS = ("expensive", "competitor", "postponed", "silent")
FORGOTTEN_FOR = timedelta(days=14)
"""How long a deal that nobody closes in time stays open."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: leads a week, how good they are, and what one costs (None: not paid)."""

    id: str
    leads_a_week: float
    qualified: float
    closes: float  # against the company's usual conversion
    cost_per_lead: float | None
    campaigns: tuple[str, ...]
    weeks: int | None = None  # runs only in the last weeks: an experiment


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller: share of the leads, conversion against the usual, hours to the first answer."""

    id: str
    share: float
    closes: float
    answer_hours: float


CHANNELS = (
    Channel("direct", 16, 0.72, 1.10, 2_600, ("brand", "search_msk", "search_regions")),
    Channel("vk", 14, 0.42, 0.55, 1_100, ("lookalike", "lead_form")),
    Channel("avito", 8, 0.66, 0.95, 1_300, ("listing",)),
    Channel("seo", 7, 0.74, 1.15, None, ()),
    Channel("referral", 3.5, 0.88, 1.70, None, ()),
    Channel("telegram", 9, 0.58, 0.80, 1_500, ("seeding_test",), weeks=7),
)
SELLERS = (
    Seller("1", 0.24, 1.45, 0.6),
    Seller("2", 0.22, 1.10, 1.2),
    Seller("3", 0.21, 1.00, 2.0),
    Seller("4", 0.19, 0.85, 3.5),
    Seller("5", 0.14, 0.50, 6.0),
)


@dataclass(slots=True)
class Lead:
    """A lead, and the deal it became."""

    number: int
    created_at: datetime
    channel: Channel
    campaign: str
    seller: Seller
    phone: str
    stage: str = "new"
    verdict: str | None = None  # qualified, unqualified, spam
    reason: str | None = None
    verdict_at: datetime | None = None
    first_touch_at: datetime | None = None
    is_test: bool = False
    amount: int | None = None
    lost_reason: str | None = None
    closed_at: datetime | None = None
    status: str = "open"
    moves: tuple[tuple[datetime, str, str], ...] = ()

    @property
    def has_deal(self) -> bool:
        """Tell whether the lead went to the sellers as a deal."""
        return self.verdict == "qualified"


@dataclass(frozen=True, slots=True)
class SpendRow:
    """A day of one campaign."""

    day: date
    channel: Channel
    campaign: str
    impressions: int
    clicks: int
    cost: int


@dataclass(frozen=True, slots=True)
class Company:
    """All that happened."""

    leads: tuple[Lead, ...]
    spend: tuple[SpendRow, ...]
    first_day: date
    last_day: date


@cache
def found(last_day: date, *, seed: int = 20) -> Company:
    """Make up the company's last fourteen months, ending with `last_day`.

    >>> company = found(date(2026, 11, 22))
    >>> 2_500 < len(company.leads) < 3_500, company.first_day
    (True, datetime.date(2025, 10, 1))
    """
    chance = random.Random(seed)
    first_day = _month_back(last_day, MONTHS - 1)
    days = [first_day + timedelta(n) for n in range((last_day - first_day).days + 1)]
    leads = [
        lead
        for day in days
        for channel in CHANNELS
        for lead in _leads(chance, day, channel, last_day)
    ]
    leads.sort(key=lambda lead: lead.created_at)
    for number, lead in enumerate(leads):
        lead.number = number
        if number % 61 == 60 and lead.verdict != "qualified":  # the same person wrote again
            lead.phone = leads[number - 7].phone
    return Company(tuple(leads), tuple(_spend(chance, days, leads)), first_day, last_day)


def _month_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _leads(chance: random.Random, day: date, channel: Channel, last_day: date) -> Iterator[Lead]:
    if channel.weeks and (last_day - day).days >= 7 * channel.weeks:
        return
    weekend = 0.45 if day.weekday() >= 5 else 1.2
    season = 0.75 if day.month == 1 else 1.12 if day.month in {9, 10, 11} else 1.0
    expected = channel.leads_a_week / 7 * weekend * season
    for _ in range(int(expected) + (chance.random() < expected % 1)):
        moment = datetime.combine(day, time(9)) + timedelta(minutes=chance.randrange(660))
        seller = chance.choices(SELLERS, [seller.share for seller in SELLERS])[0]
        campaign = chance.choice(channel.campaigns) if channel.campaigns else ""
        phone = f"+7 9{chance.randrange(10**9):09d}"
        lead = Lead(0, moment, channel, campaign, seller, phone)
        _live(chance, lead, datetime.combine(last_day, time(23, 59)))
        yield lead


def _live(chance: random.Random, lead: Lead, now: datetime) -> None:
    """Let the lead go as far as it goes until `now`."""
    if chance.random() < 0.01:
        lead.is_test = True
        return
    clock = lead.created_at + timedelta(hours=chance.expovariate(1 / lead.seller.answer_hours))
    path: list[tuple[datetime, str]] = []
    if clock <= now:
        lead.first_touch_at = clock
        path.append((clock, "contacted"))
    clock += timedelta(hours=chance.uniform(2, 60))
    if clock <= now and chance.random() < 0.95:
        lead.verdict_at = clock
        roll = chance.random()
        quality = lead.channel.qualified + (0.04 if lead.created_at.month % 2 else -0.02)
        lead.verdict = "qualified" if roll < quality else "spam" if roll > 0.95 else "unqualified"
        if lead.verdict != "qualified":
            lead.reason = chance.choice(REASONS) if chance.random() < 0.93 else None
        else:
            path += _deal(chance, lead, clock, now)
    stages = ["new", *(stage for _, stage in path)]
    lead.stage = stages[-1]
    lead.moves = tuple(
        (at, before, after) for (at, after), (before, _) in zip(path, pairwise(stages), strict=True)
    )


def _deal(
    chance: random.Random, lead: Lead, clock: datetime, now: datetime
) -> Iterator[tuple[datetime, str]]:
    """Walk the deal through its stages, closing it when its time is up."""
    yield clock, "qualified"
    size = chance.lognormvariate(0, 0.45) * (0.7 if lead.channel.id == "vk" else 1.0)
    lead.amount = 100 * round(AVERAGE_DEAL * size / 110) if chance.random() < 0.96 else None
    wins = chance.random() < 0.21 * lead.channel.closes * lead.seller.closes
    length = timedelta(days=chance.lognormvariate(3.1, 0.5))
    reaches = 3 if wins else chance.choices((0, 1, 2), (0.45, 0.35, 0.2))[0]
    for step, stage in enumerate(("proposal", "invoice", "won")[:reaches], start=1):
        at = clock + length * step / 3
        if at > now:
            return
        if stage == "won":
            lead.status, lead.closed_at = "won", at
            lead.amount = lead.amount or AVERAGE_DEAL
        yield at, stage
    ends = clock + length * 1.3
    if wins or ends > now:
        return
    is_forgotten = chance.random() >= 0.9
    reason = "silent" if is_forgotten else chance.choice(LOST_REASONS)
    ends += FORGOTTEN_FOR if is_forgotten else timedelta()
    if ends <= now:
        lead.status, lead.closed_at, lead.lost_reason = "lost", ends, reason


def _spend(chance: random.Random, days: list[date], leads: list[Lead]) -> Iterator[SpendRow]:
    counts: dict[tuple[date, str, str], int] = {}
    for lead in leads:
        key = (lead.created_at.date(), lead.channel.id, lead.campaign)
        counts[key] = counts.get(key, 0) + 1
    for day in days:
        for channel in CHANNELS:
            if channel.cost_per_lead is None:
                continue
            if channel.weeks and (days[-1] - day).days >= 7 * channel.weeks:
                continue
            for campaign in channel.campaigns:
                usual = channel.leads_a_week / 7 / len(channel.campaigns)
                came = counts.get((day, channel.id, campaign), 0)
                weight = 0.5 * usual + 0.5 * came
                cost = round(channel.cost_per_lead * weight * chance.uniform(0.85, 1.15))
                clicks = max(came, round(weight * chance.uniform(18, 30)))
                yield SpendRow(
                    day, channel, campaign, round(clicks * chance.uniform(40, 70)), clicks, cost
                )
