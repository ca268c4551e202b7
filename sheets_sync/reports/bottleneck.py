"""Where the bottleneck of a channel is, judged against what is usual for the firm itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from formulas.diagnosis import Diagnosis, quadrant
from formulas.interval import NOTHING, Interval, norm_band, wilson
from sheets_sync.reports import quality_share
from sheets_sync.reports.ground import BEGINNING, RECENT, YEAR, Found, Ground

ENOUGH = 30

JUDGED = f"""
    select lower(channel) as key, {quality_share.COUNTS}
    from leads_now
    where created_on between $first and $last
    group by 1
    """
MATURE = {
    "qualified": """
        select lower(channel) as key, count(*) as n, count(*) filter (where is_won) as won
        from cohort
        where qualified_on between $first and $last
        group by 1
        """,
    "leads": """
        select lower(channel) as key, count(*) as n, count(*) filter (where is_won) as won
        from leads_now
        where created_on between $first and $last
        group by 1
        """,
}
"""What was won, of qualified leads, or of all leads where nobody gives verdicts."""

Counts = Mapping[str | None, tuple[int, int]]
"""By channel: successes, and of how many."""


@dataclass(frozen=True, slots=True)
class View:
    """Qualified share and conversion by channel over some days, and what they have to reach."""

    basis: str
    shares: Counts
    conversions: Counts
    share_limit: float | None
    conversion_limit: float | None

    def share(self, key: str | None) -> Interval:
        """Return the qualified share of a channel."""
        return wilson(*self.shares.get(key, (0, 0)))

    def conversion(self, key: str | None) -> Interval:
        """Return the conversion of a channel's mature leads."""
        return wilson(*self.conversions.get(key, (0, 0)))

    def diagnose(self, share: Interval, conversion: Interval) -> Diagnosis:
        """Place a channel in the quadrant; without verdicts there is nothing to tell."""
        if self.basis != "qualified":
            return Diagnosis.TOO_LITTLE_DATA
        return quadrant(share, self.share_limit, conversion, self.conversion_limit)


def view(ground: Ground, days: int = RECENT) -> View:
    """Look at the leads of so many days, and at those of as many that are mature by now.

    The limits are the lower edges of the usual: of the weekly share, and of the conversion of the
    year before these days, or of the same days where that is too little.
    """
    basis = basis_of(ground)
    usual = quality_share.usual_share(ground, ground.as_of)
    norm, aim = (ground.norm(name) for name in ("qualified_share", "manager_conversion"))
    conversions = _mature(ground, basis, days=days)
    return View(
        basis,
        _judged(ground, days),
        conversions,
        norm.low if norm.is_set else norm_band(usual.share, usual.a_week).low if usual else None,
        aim.target or aim.low or usual_conversion(ground, days),
    )


def usual_conversion(ground: Ground, days: int = RECENT) -> float | None:
    """Return the lower edge of the conversion of the year before so many days.

    It is that of the same days where the year is too little.
    """
    basis = basis_of(ground)
    before = _sum(_mature(ground, basis, back=days, days=YEAR))
    won, n = before if before[1] >= ENOUGH else _sum(_mature(ground, basis, days=days))
    return wilson(won, n).low if n >= ENOUGH else None


def basis_of(ground: Ground) -> str:
    """Tell what conversion is of."""
    sql = "select count(*) as n from leads_now where verdict_text = 'qualified'"
    return "qualified" if ground.row(sql)["n"] else "leads"


def _first(ground: Ground, last: date, days: int) -> date:
    return BEGINNING if ground.recent.id == "all" else last - timedelta(days=days - 1)


def _judged(ground: Ground, days: int) -> Counts:
    first = _first(ground, ground.as_of, days)
    is_spam_counted = bool(ground.settings["spam_counts"])
    return {row["key"]: quality_share.judged(row, is_spam_counted=is_spam_counted)
            for row in ground.rows(JUDGED, first=first, last=ground.as_of)}  # fmt: skip


def _mature(ground: Ground, basis: str, *, days: int, back: int = 0) -> Counts:
    last = ground.mature_by(ground.as_of) - timedelta(days=back)
    found: list[Found] = ground.rows(MATURE[basis], first=_first(ground, last, days), last=last)
    return {row["key"]: (row["won"], row["n"]) for row in found}


def _sum(counts: Counts) -> tuple[int, int]:
    return sum(k for k, _ in counts.values()), sum(n for _, n in counts.values())


def diagnose(ground: Ground, key: str | None) -> Diagnosis:
    """Diagnose a channel over three months, or over a year where these say too little."""
    found = Diagnosis.TOO_LITTLE_DATA
    for days in (RECENT, YEAR):
        seen = view(ground, days)
        found = seen.diagnose(seen.share(key), seen.conversion(key))
        if found is not Diagnosis.TOO_LITTLE_DATA:
            break
    return found


def firm(ground: Ground) -> Found:
    """Place the firm in the quadrant, against its own past where there is enough of that."""
    seen = view(ground)
    before = _mature(ground, seen.basis, back=RECENT, days=YEAR)
    has_past = ground.recent.id != "all" and _sum(before)[1] >= ENOUGH
    share = wilson(*_sum(seen.shares))
    conversion = wilson(*_sum(seen.conversions)) if has_past else NOTHING
    return {
        "diagnosis": seen.diagnose(share, conversion),
        "share": share.share if seen.basis == "qualified" else None,
        "share_limit": seen.share_limit,
        "conversion": conversion.share,
        "conversion_limit": seen.conversion_limit,
    }
