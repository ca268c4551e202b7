"""The measures of a period, by whatever they are split by: numbers, or why they are unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sheets_sync.calendars import month_start, next_month
from sheets_sync.periods import Period
from sheets_sync.store_cube import PARTS, is_money, measures, sql_type

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TIMES = {"day": "c.day", "week": "strftime(c.day, '%G-W%V')", "month": "strftime(c.day, '%Y-%m')"}
BY = (*PARTS, *TIMES)

VERDICTS = ("qualified", "unqualified", "spam", "unqualified_with_reason")
QUALIFIED = ("qualified_cohort", "won_of_qualified")
SPEND = ("spend", "spend_mapped", "spend_unconverted", "impressions", "clicks")
COSTS = ("agency", "tools", "salary")
"""What people type by the month, a row for each kind of cost that the firm has."""

UNCONVERTED = {
    **dict.fromkeys(COSTS, "costs_unconverted"),
    "revenue": "revenue_unconverted",
    "revenue_sourced": "revenue_unconverted",
    "revenue_cohort": "revenue_unconverted",
    "open_amount": "open_unconverted",
    "spend": "spend_unconverted",
    "spend_mapped": "spend_unconverted",
}
"""What counts the rows that an amount could not be summed from."""

COUNTED = {
    "revenue": ("won", "won_with_amount"),
    "revenue_sourced": ("won", "won_with_amount"),
    "lost_amount": ("lost", "lost_with_amount"),
    "open_amount": ("open_deals", "open_with_amount"),
}
"""What counts the deals of an amount, and those of them whose amount is known."""

NEEDS_PART = {
    "revenue_sourced": ("deals", "channel"),
    "spend_mapped": ("spend", "channel"),
    "deals_owned": ("deals", "manager"),
}
"""What tells how much is known of a part: nothing, where no row knows it, and not a zero."""

ENDS = ("won", "lost", "open_deals")
AMOUNTS = {**COUNTED, "revenue_cohort": COUNTED["revenue"]}
LINKED = ("won_cohort", "won_of_qualified")

LEADS = ("leads", "pending", "won_cohort", *VERDICTS, *QUALIFIED)


def family(measure: str) -> str:
    """Name the measure that tells whether there are rows at all for another one.

    >>> family("qualified"), family("revenue"), family("clicks")
    ('leads', 'deals', 'clicks')
    """
    if measure in ("impressions", "clicks", *COSTS):
        return measure
    return "leads" if measure in LEADS else "spend" if measure in SPEND else "deals"


@dataclass(frozen=True, slots=True)
class Known:
    """A number, or the reason why there is none; of a share, how many it is of and its interval."""

    value: Decimal | float | int | str | None
    reason: str | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    period: Period | None = None  # where it is not the one that was asked for
    basis: str | None = None
    unit: str | None = None  # where it depends
    whose: str | None = None  # the seller's, where people may be named
    parts: Mapping[str, float | bool | None] = field(default_factory=dict)  # what it rests on


Key = tuple[object, ...]
Sums = Mapping[str, Decimal | int | None]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the rows of the store can speak of at all."""

    totals: Sums
    first: Mapping[str, date | None]  # by family
    last: Mapping[str, date | None]
    undated: frozenset[str]  # measures of which no row knows its day
    split: frozenset[tuple[str, str]]  # family, part: some rows know the part
    is_linked: bool  # some deal is known to come from a lead
    cost_months: Mapping[str, frozenset[date]]  # by kind, the months that people typed


def coverage(connection: DuckDBPyConnection) -> Coverage:
    """Look at what there is."""
    totals: dict[str, Decimal | int | None] = dict.fromkeys(measures())
    first: dict[str, date | None] = {family(name): None for name in measures()}
    last = dict(first)
    split, undated = set(), set()
    for name, total, began, ended, *parts in connection.execute(
        f"select measure, total, first, last, {', '.join(PARTS)} from cube_known"
    ).fetchall():
        of = family(name)
        totals[name] = total
        undated |= set() if began else {name}
        first[of] = min((day for day in (first[of], began) if day), default=None)
        last[of] = max((day for day in (last[of], ended) if day), default=None)
        split |= {(of, part) for part, is_told in zip(PARTS, parts, strict=True) if is_told}
    linked = connection.execute("select 1 from deals_now where lead_id is not null limit 1")
    is_linked = linked.fetchone() is not None
    return Coverage(
        totals,
        first,
        last,
        frozenset(undated),
        frozenset(split),
        is_linked,
        _cost_months(connection),
    )


def _cost_months(connection: DuckDBPyConnection) -> dict[str, frozenset[date]]:
    rows = connection.execute(
        "select kind, list(distinct cast(date_trunc('month', day) as date)) from costs_now"
        " group by kind"
    ).fetchall()
    return {kind: frozenset(months) for kind, months in rows}


Days = tuple[date | None, date | None]
"""Start and end of a period: what tells one sum from another."""


def sums(
    connection: DuckDBPyConnection, wanted: Sequence[Days], by: Sequence[str] = ()
) -> dict[Days, dict[Key, Sums]]:
    """Sum every measure over several periods at once; rows without a day count in everything."""
    parts = [each for each in by if each in PARTS]
    keys = [TIMES.get(each, "c.part" if len(parts) == 1 else f"c.{each}") for each in by]
    names = tuple(measures())
    windows = ", ".join(
        f"({place}, {_literal(start)}, {_literal(end)})"
        for place, (start, end) in enumerate(wanted)
    )
    rows = connection.execute(
        f"select {', '.join(['w.place', *keys, *(f'sum(c.{name})' for name in names)])}"
        f" from {_table(parts)} as c join (values {windows}) as w (place, first, until)"
        " on (c.day >= w.first and c.day < w.until)"
        " or (w.first is null and (c.day < w.until or c.day is null))"
        f" group by {', '.join(['w.place', *keys])}"
    ).fetchall()
    found: dict[Days, dict[Key, Sums]] = {days: {} for days in wanted}
    size = 1 + len(keys)
    for row in rows:
        found[wanted[row[0]]][row[1:size]] = dict(zip(names, row[size:], strict=True))
    if not keys:
        for groups in found.values():
            groups.setdefault((), dict.fromkeys(names))
    return found


def _literal(day: date | None) -> str:
    return "cast(null as date)" if day is None else f"date '{day}'"


def _table(parts: Sequence[str]) -> str:
    if len(parts) < 2:  # noqa: PLR2004  (two parts are not in the cube: summed from the rows)
        return f"cube_{parts[0]}" if parts else "cube_all"
    united = " union all ".join(
        f"select channel, campaign, manager, day, {_only(name)} from ({text}) as m"
        for name, text in measures().items()
    )
    return f"({united})"


def _only(measure: str) -> str:
    """Select a measure, and nothing of the others."""
    return ", ".join(
        f"cast({name if name == measure else 'null'} as {sql_type(name)}) as {name}"
        for name in measures()
    )


def reasons(covered: Coverage, period: Period, as_of: date) -> dict[str, str]:
    """Tell which measures are unknown in all of a period, and why."""
    if not period.is_started(as_of):
        return dict.fromkeys(measures(), "period_not_started")
    undated = covered.undated if period.start else frozenset()
    return dict.fromkeys(undated, "no_day") | {
        name: "no_data"
        for name in measures()
        if (name in COSTS and _has_gap(name, period.until(as_of), covered))
        or (name not in COSTS and covered.totals[family(name)] is None)
        or _is_never_told(name, covered)
        or _is_before(period, covered.first[family(name)])
    }


def _has_gap(kind: str, period: Period, covered: Coverage) -> bool:
    """Tell whether a cost of a period is unknown: nobody typed any, or not this month's.

    A kind that was never typed, while others were, is none that the firm has.
    """
    months = covered.cost_months
    if not any(months.get(each) for each in COSTS):
        return True
    if kind not in months:
        return False
    known = [day for day in covered.first.values() if day]
    first = max(filter(None, [period.start, min(known, default=None)]), default=None)
    month = month_start(first) if first else None
    while month and period.end and month < period.end:
        if month not in months[kind]:
            return True
        month = next_month(month)
    return False


def _is_before(period: Period, first: date | None) -> bool:
    return period.end is not None and first is not None and period.end <= first


def explain(
    found: Sums,
    unknown: Mapping[str, str],
    parts: Sequence[str],
    covered: Coverage,
    names: Iterable[str],
) -> dict[str, Known]:
    """Tell of each measure in a group what it is, or why it is unknown; never a guessed zero.

    `unknown` holds for the whole period; `parts` are those of which the group has a value.
    """
    known = {}
    for name in names:
        reason = unknown.get(name) or _reason(name, found, parts, covered)
        known[name] = Known(None, reason) if reason else Known(found[name] or ZERO[name])
    return known


ZERO: Mapping[str, Decimal | int] = {
    name: Decimal(0) if is_money(name) else 0 for name in measures()
}


def _reason(name: str, found: Sums, parts: Sequence[str], covered: Coverage) -> str | None:
    for part in parts:
        if name in COSTS or (family(name), part) not in covered.split:
            return "unmapped"
    if name in UNCONVERTED and found[UNCONVERTED[name]]:
        return "no_fx"
    is_silent = found[name] is None and (name in SPEND or name in covered.cost_months)
    is_silent |= name in COUNTED and _has_no_amount(name, found)
    return "no_data" if is_silent else None


def _is_never_told(name: str, covered: Coverage) -> bool:
    """Tell whether the export leaves something out: then it is unknown, and no zero."""
    totals = covered.totals
    if name in (*VERDICTS, *QUALIFIED) and not any(totals[verdict] for verdict in VERDICTS):
        return True
    if name == "unqualified_with_reason" and totals["unqualified"]:
        return not totals[name]
    if name in LINKED:
        return not covered.is_linked
    if name in NEEDS_PART:
        return NEEDS_PART[name] not in covered.split or _has_no_amount(name, totals)
    return _is_end_untold(name, totals) or _has_no_amount(name, totals)


def _is_end_untold(name: str, totals: Sums) -> bool:
    """Tell whether the export names no end at all, or none but deals won."""
    if name.startswith(("lost", "open_")):
        return not totals["lost"] and not totals["open_deals"]
    is_of_won = name.startswith(("won", "revenue")) or name == "customers"
    return is_of_won and not any(totals[end] for end in ENDS)


def _has_no_amount(name: str, totals: Sums) -> bool:
    """Tell whether there are deals of the kind, and none of them ever had an amount."""
    if name not in AMOUNTS:
        return False
    count, with_amount = AMOUNTS[name]
    return bool(totals[count]) and not totals[with_amount]
