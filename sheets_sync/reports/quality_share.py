"""The share of qualified leads: of a week or longer, and the firm's own band for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from formulas.interval import NOTHING, Interval, norm_band
from sheets_sync.calendars import week_name, week_start
from sheets_sync.reports.ground import BEGINNING, Found, Ground, compute

ENOUGH = 20  # leads with a verdict
WEEKS = 26
FEWEST_WEEKS = 8
LAST_WEEKS = 4  # that are judged by the weeks before them
WEEK = timedelta(days=7)
WINDOWS = (("4 weeks", 28), ("90 days", 90))


@dataclass(frozen=True, slots=True)
class Judged:
    """Leads that came in some days, by verdict."""

    window: str
    first: date
    last: date
    leads: int
    qualified: int
    unqualified: int
    spam: int
    pending: int
    is_spam_counted: bool

    @property
    def judged(self) -> int:
        """How many of them the share is of."""
        return self.qualified + self.unqualified + (self.spam if self.is_spam_counted else 0)

    @property
    def share(self) -> float | None:
        """The share of the qualified."""
        spam = self.spam if self.is_spam_counted else 0
        return compute(
            "qualified_share", qualified=self.qualified, unqualified=self.unqualified, spam=spam
        )


COUNTS = """
    count(*) as leads,
    count(*) filter (where verdict_text = 'qualified') as qualified,
    count(*) filter (where verdict_text = 'unqualified') as unqualified,
    count(*) filter (where verdict_text = 'spam') as spam,
    count(*) filter (where verdict_text = 'pending') as pending
    """


def judged(row: Found, *, is_spam_counted: bool) -> tuple[int, int]:
    """Return the qualified leads, and of how many verdicts."""
    spam = row["spam"] if is_spam_counted else 0
    return row["qualified"], row["qualified"] + row["unqualified"] + spam


def judge(ground: Ground, window: str, first: date, last: date) -> Judged:
    """Count the verdicts on the leads that came from `first` to `last`."""
    sql = f"select {COUNTS} from leads_now where created_on between $first and $last"
    return Judged(
        window,
        first,
        last,
        **ground.row(sql, first=first, last=last),
        is_spam_counted=bool(ground.settings["spam_counts"]),
    )


def newest(ground: Ground, day: date) -> tuple[Judged, Judged]:
    """Return the newest days up to one with enough verdicts, and as many days just before them.

    That is the last whole week; with few leads the last four weeks, or longer.
    """
    monday = week_start(day + timedelta(days=1)) - WEEK
    week = judge(ground, "week", monday, monday + timedelta(days=6))
    enough = enough_on(ground, day)
    if week.judged >= enough:
        return week, judge(ground, "week", week.first - WEEK, week.last - WEEK)
    found = week
    for window, days in WINDOWS:
        found = judge(ground, window, day - timedelta(days=days - 1), day)
        if found.judged >= enough:
            break
    if not found.judged:
        found = judge(ground, "all", BEGINNING, day)
    back = timedelta(days=WINDOWS[0][1])
    return found, judge(ground, found.window, max(found.first - back, BEGINNING), found.last - back)


def enough_on(ground: Ground, day: date) -> int:
    """Return how many verdicts a share needs to be judged on a day."""
    n_min = ground.norm("qualified_share", day).n_min
    return ENOUGH if n_min is None else n_min


def band(ground: Ground, of: Judged) -> Interval:
    """Return the band in which chance alone keeps as many leads as these.

    It is made of the 26 weeks before them, if at least eight of those have verdicts.
    """
    usual = usual_share(ground, of.first if of.window == "week" else of.last)
    return _within(ground, of, usual)


def _within(ground: Ground, of: Judged, usual: Usual | None) -> Interval:
    norm = ground.norm("qualified_share", of.last)
    if norm.is_set:
        low, high = norm.low or 0.0, 1.0 if norm.high is None else norm.high
        return Interval(usual.share if usual else None, low, high)
    return norm_band(usual.share, of.judged) if usual and of.judged else NOTHING


@dataclass(frozen=True, slots=True)
class Usual:
    """The share of the weeks before, and how many verdicts a week brought."""

    share: float
    a_week: float
    weeks: int


def usual_share(ground: Ground, before: date, channel: str | None = None) -> Usual | None:
    """Return what was usual before a day, of the firm or a channel; nothing of too few weeks."""
    monday = week_start(before)
    rows = [row for row in _weeks(ground, monday - WEEKS * WEEK, monday, channel) if row.judged]
    judged = sum(row.judged for row in rows)
    if len(rows) < FEWEST_WEEKS:
        return None
    return Usual(sum(row.qualified for row in rows) / judged, judged / len(rows), len(rows))


def _weeks(ground: Ground, first: date, end: date, channel: str | None = None) -> list[Judged]:
    sql = f"""
        select date_trunc('week', created_on)::date as first, {COUNTS}
        from leads_now
        where created_on >= $first and created_on < $end
            and ($channel is null or lower(channel) = lower($channel))
        group by 1
        order by 1
        """
    is_counted = bool(ground.settings["spam_counts"])
    return [
        Judged(
            window="week", last=row["first"] + timedelta(days=6), is_spam_counted=is_counted, **row
        )
        for row in ground.rows(sql, first=first, end=end, channel=channel)
    ]


def report(ground: Ground) -> list[Found]:
    """Return the last 26 whole weeks, from the first one that brought a lead."""
    end = week_start(ground.as_of + timedelta(days=1))
    found = {row.first: row for row in _weeks(ground, end - WEEKS * WEEK, end)}
    usual = usual_share(ground, end - LAST_WEEKS * WEEK) or usual_share(ground, end)
    is_counted = bool(ground.settings["spam_counts"])
    rows, monday = [], min(found, default=end)
    while monday < end:
        none = Judged("week", monday, monday + timedelta(days=6), 0, 0, 0, 0, 0, is_counted)
        week = found.get(monday, none)
        limits = _within(ground, week, usual)
        rows.append({
            "week": week_name(monday),
            "start": monday,
            "leads": week.leads,
            "qualified": week.qualified,
            "unqualified": week.unqualified,
            "spam": week.spam,
            "pending": week.pending,
            "band_low": limits.low,
            "band_high": limits.high,
        })  # fmt: skip
        monday += WEEK
    return rows
