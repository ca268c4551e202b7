"""How long deals take, and how long a lead waits for its first answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from formulas.cycle import MIN_DEALS
from sheets_sync.metrics.ratios import Numbers, counted
from sheets_sync.metrics.sums import TIMES, Key, Known

if TYPE_CHECKING:
    from sheets_sync.metrics.question import Question


def add_speed(asked: Question, groups: Mapping[Key, Numbers]) -> None:
    """Add medians of the deal cycle and of the first response to every group."""
    cycles: dict[Key, list[tuple[int, int]]] = {}
    for key, days, n in _grouped(asked, _CYCLE, "won_on"):
        cycles.setdefault(key, []).append((days, n))
    answered = _has_answers(asked)
    waits = {key: row for key, *row in _waits(asked)} if answered else {}
    for key, numbers in groups.items():
        numbers.update(_cycle(cycles.get(key, [])))
        numbers.update(_response(waits.get(key, [None, None, 0, 0, 0])))


def _cycle(found: Sequence[tuple[int, int]]) -> Numbers:
    count = sum(n for _, n in found)
    if count < MIN_DEALS:
        few = Known(None, "too_few" if count else "no_data", count)
        return {"deal_cycle_median": few, "deal_cycle_p75": few}
    median, p75 = (quantile(found, share) for share in (0.5, 0.75))
    return {
        "deal_cycle_median": Known(median, n=count),
        "deal_cycle_p75": Known(p75, n=count),
    }


def quantile(counted: Sequence[tuple[int, int]], share: float) -> float:
    """Return a quantile of values given as (value, how often), as quantile_cont does.

    >>> quantile([(10, 1), (20, 1), (40, 1)], 0.75)
    30.0
    """
    ordered = sorted(counted)
    place = (sum(n for _, n in ordered) - 1) * share
    below, above = _at(ordered, int(place)), _at(ordered, int(place) + 1)
    return below + (above - below) * (place - int(place))


def _at(ordered: Sequence[tuple[int, int]], place: int) -> int:
    passed = 0
    for value, n in ordered:
        passed += n
        if place < passed:
            return value
    return ordered[-1][0]


def _response(found: Sequence[float | None]) -> Numbers:
    median, p90, n, in_time, due = found
    reason = None if n else "no_data"
    counts = {"answered_on_time": Known(in_time or 0), "answers_due": Known(due or 0)}
    in_norm = counted("sla_first_response_share", counts, "answered_on_time", "answers_due")
    return {
        "first_response_median": Known(median, reason, int(n or 0)),
        "first_response_p90": Known(p90, reason, int(n or 0)),
        "sla_first_response_share": in_norm if due else Known(None, "no_data"),
    }


def _grouped(asked: Question, text: str, day: str, **parts: object) -> Iterable[list[Any]]:
    """Run a statement over the rows of the period, by what was asked."""
    keys = [_spelled(each, day) for each in asked.by]
    groups = [f"date_trunc('{each}', {day})" if each in TIMES else each for each in asked.by]
    period = asked.whole
    bounds = [f"{day} < date '{period.end}'"] if period.end else []
    bounds += [f"{day} >= date '{period.start}'"] if period.start else []
    within = " and ".join(bounds) or "true"
    if not period.start:
        within = f"(({within}) or {day} is null)"
    sql = text.format(
        keys="".join(f"{key} as k{place}, " for place, key in enumerate(keys)),
        group=f"group by {', '.join(groups)}" if groups else "",
        group_keys="".join(f"{each}, " for each in groups),
        within=within,
        **parts,
    )
    for row in asked.connection.execute(sql).fetchall():
        yield [row[: len(keys)], *row[len(keys) :]]


def _spelled(by: str, day: str) -> str:
    """Name a time after truncating it, which groups far quicker than its name."""
    if by not in TIMES:
        return by
    return TIMES[by].replace("c.day", f"cast(date_trunc('{by}', {day}) as date)")


def _has_answers(asked: Question) -> bool:
    sql = "select count(*) > 0 from leads_now where first_touch_at is not null"
    return asked.connection.execute(sql).fetchall() == [(True,)]


def _waits(asked: Question) -> Iterable[list[Any]]:
    opens, closes = (_hour(text) for text in str(asked.settings["work_hours"]).split("-"))
    return _grouped(
        asked, _WAIT, "created_on", opens=opens, length=closes - opens,
        sla=asked.setting("sla_hours"), as_of=date.isoformat(asked.as_of),
    )  # fmt: skip


def _hour(text: str) -> float:
    """Return a time of day in hours.

    >>> _hour("09:30")
    9.5
    """
    hours, minutes = text.split(":")
    return int(hours) + int(minutes) / 60


_CYCLE = """
select {keys} days, count(*)
from cycles
where {within}
group by {group_keys} days
"""

# A moment is worth the working hours up to it: those of the working days before, and of its own.
_WAIT = """
with clock as (
    select
        day, is_working,
        {length} * (sum(is_working::integer) over (order by day) - is_working::integer) as before
    from calendar
),

waits as (
    select
        l.*,
        s.before + case when s.is_working then greatest(0, least({length},
            date_diff('second', l.created_on::timestamp, l.created_at) / 3600e0 - {opens}))
            else 0 end as began,
        e.before + case when e.is_working then greatest(0, least({length},
            date_diff('second', l.first_touch_on::timestamp, l.first_touch_at) / 3600e0 - {opens}))
            else 0 end as answered,
        (select before + case when is_working then {length} else 0 end
            from clock where day = date '{as_of}') as now
    from leads_now as l
    join clock as s on s.day = l.created_on
    left join clock as e on e.day = l.first_touch_on
    where l.first_touch_at is null or l.first_touch_at >= l.created_at
)

select {keys}
    quantile_cont(answered - began, 0.5),
    quantile_cont(answered - began, 0.9),
    count(answered),
    count(*) filter (where answered - began <= {sla}),
    count(*) filter (where answered is not null or now - began > {sla})
from waits
where {within}
{group}
"""
