"""How long deals take: whole months from a small table, the days around them from the deals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from formulas.cycle import MIN_DEALS
from sheets_sync.calendars import month_start, next_month
from sheets_sync.metrics.question import counted_quantile
from sheets_sync.metrics.ratios import Numbers
from sheets_sync.metrics.sums import TIMES, Key, Known
from sheets_sync.periods import Period
from sheets_sync.store_cube import PARTS

if TYPE_CHECKING:
    from sheets_sync.metrics.question import Question

Counted = list[tuple[int, int]]
"""Days, and how many deals took so long."""


def cycles(asked: Question) -> dict[Key, Counted]:
    """Return how long the deals won in the period took, by group."""
    keys = [TIMES.get(each, f"c.{each}").replace("c.day", "c.won_on") for each in asked.by]
    truncated = [
        f"date_trunc('{each}', c.won_on)" if each in TIMES else f"c.{each}" for each in asked.by
    ]
    named = [
        key.replace("c.won_on", f"cast({group} as date)")
        for key, group in zip(keys, truncated, strict=True)
    ]
    rows = asked.connection.execute(
        f"select {', '.join([*named, 'c.days', 'sum(c.n)'])} from ({_counted(asked)}) as c"
        f" group by {', '.join([*truncated, 'c.days'])}"
    ).fetchall()
    found: dict[Key, Counted] = {}
    for *key, days, n in rows:
        found.setdefault(tuple(key), []).append((days, n))
    return found


def cycle(counted: Sequence[tuple[int, int]]) -> Numbers:
    """Sum up how long deals took; fewer than ten say nothing."""
    n = sum(times for _, times in counted)
    if n < MIN_DEALS:
        few = Known(None, "too_few" if n else "no_data", n)
        return {"deal_cycle_median": few, "deal_cycle_p75": few}
    median, p75 = (counted_quantile(counted, share) for share in (0.5, 0.75))
    return {"deal_cycle_median": Known(median, n=n), "deal_cycle_p75": Known(p75, n=n)}


def _counted(asked: Question) -> str:
    parts = [each for each in asked.by if each in PARTS]
    period = asked.whole
    columns = "".join(f"{part}, " for part in parts)
    single = f"select {columns}won_on, days, 1 as n from cycles where "
    if len(parts) > 1 or not {"day", "week"}.isdisjoint(asked.by):
        return single + _within("won_on", period)
    first, until = _months(period)
    cut = parts[0] if parts else "all"
    named = f"part as {cut}, " if parts else ""
    edges = [Period("", period.start, first), Period("", until, period.end)]
    whole = f"cut = '{cut}' and {_within('month', Period('', first, until))}"
    statements = [f"select {named}month as won_on, days, n from cycle_months where {whole}"]
    statements += [single + _within("won_on", edge) for edge in edges if edge.start != edge.end]
    return " union all ".join(statements)


def _months(period: Period) -> tuple[date | None, date | None]:
    """Return the whole months of a period, `[first, until)`; none of them if they are equal.

    >>> _months(Period("", date(2026, 8, 3), date(2026, 11, 14)))
    (datetime.date(2026, 9, 1), datetime.date(2026, 11, 1))
    >>> _months(Period("", date(2026, 8, 3), date(2026, 8, 14)))
    (datetime.date(2026, 8, 14), datetime.date(2026, 8, 14))
    """
    start, end = period.start, period.end
    until = month_start(end) if end else None
    if start is None or start == month_start(start):
        return start, until
    first = next_month(start)
    return (first, until) if until is None or first <= until else (end, end)


def _within(day: str, period: Period) -> str:
    bounds = [f"{day} >= date '{period.start}'"] if period.start else []
    bounds += [f"{day} < date '{period.end}'"] if period.end else []
    return " and ".join(bounds) or "true"
