"""Sellers compared: the best, the lowest and the middle conversion, and what the spread costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from formulas.cycle import spread
from formulas.interval import wilson
from sheets_sync.metrics.ratios import Numbers, evaluate, money, number
from sheets_sync.metrics.sums import Known
from sheets_sync.periods import Period

if TYPE_CHECKING:
    from sheets_sync.metrics.question import Question

NAMES = (
    "conversion_max", "conversion_min", "conversion_median", "conversion_spread", "spread_cost"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Team:
    """Sellers as (won, n): of mature qualified leads (cohort), or of closed deals (closed)."""

    people: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    basis: str
    period: Period


NOT_COMPARED = """
    select manager from person
    where not coalesce(
        is_counted, coalesce(dept = 'sales', true) and coalesce(works_to >= $day, true)
    )
    """
"""Who is not compared with others: who has left, is no seller, or was taken out."""


def team(asked: Question, numbers: Numbers) -> Team:
    """Count what every seller won, of what."""
    is_cohort = numbers["qualified"].value is not None
    period = asked.mature if is_cohort else asked.whole
    won, parts = (
        ("won_of_qualified", ("qualified_cohort",)) if is_cohort else ("won", ("won", "lost"))
    )
    is_told = is_cohort or numbers["lost"].value is not None
    found = asked.split(("manager",)).numbers(period) if is_told else {}
    rows = asked.connection.execute(NOT_COMPARED, {"day": asked.as_of}).fetchall()
    out = {name for (name,) in rows}
    people = {
        str(name): (int(each[won].value or 0), sum(int(each[part].value or 0) for part in parts))
        for (name,), each in found.items()
        if name is not None and name not in out
    }
    return Team(tuple(people.values()), tuple(people), "cohort" if is_cohort else "closed", period)


def sellers(asked: Question, numbers: Numbers) -> Numbers:
    """Compare the sellers with enough leads to be compared."""
    found = team(asked, numbers)
    n_min = max(int(asked.setting("n_min") or 0), 1)
    people = zip(found.people, found.names, strict=True)
    ranked = sorted((won / n, n, won, name) for (won, n), name in people if n >= n_min)
    if not ranked:
        reason = "too_few" if any(n for _, n in found.people) else "no_data"
        return dict.fromkeys(NAMES, Known(None, reason, period=found.period, basis=found.basis))
    rates = [rate for rate, *_ in ranked]
    deal = asked.usual_deal
    cost = spread(found.people, None if deal.value is None else number(deal), n_min)

    def known(value: Decimal | float | str | None, reason: str | None = None) -> Known:
        return Known(value, reason, len(ranked), period=found.period, basis=found.basis)

    is_named = asked.settings["names"] == "full"
    ends = {
        name: _one(found, n, won, who if is_named else None)
        for name, (_, n, won, who) in (
            ("conversion_max", ranked[-1]),
            ("conversion_min", ranked[0]),
        )
    }
    return {
        **ends,
        "conversion_median": known(median(rates)),
        "conversion_spread": known(evaluate("conversion_spread", ends).value),
        "spread_cost": known(money(cost.total), cost.reason),
    }


def _one(found: Team, n: int, won: int, whose: str | None) -> Known:
    of = wilson(won, n)
    return Known(of.share, None, n, of.low, of.high, found.period, found.basis, whose=whose)
