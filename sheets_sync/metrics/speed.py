"""How long deals take, and how long a lead waits for its first answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sheets_sync.metrics.cycles import cycle, cycles
from sheets_sync.metrics.ratios import Numbers, counted
from sheets_sync.metrics.sums import TIMES, Key, Known

if TYPE_CHECKING:
    from datetime import date

    from sheets_sync.metrics.question import Question
    from sheets_sync.periods import Period
    from templates.tab import Value


DAYS = 28
"""How far back answers are looked at, where nobody asks for a period."""


def add_speed(asked: Question, groups: Mapping[Key, Numbers]) -> None:
    """Add medians of the deal cycle and of the first response to every group."""
    durations = cycles(asked)
    answered = _has_answers(asked)
    waits = {key: row for key, *row in _waits(asked)} if answered else {}
    for key, numbers in groups.items():
        numbers.update(cycle(durations.get(key, [])))
        numbers.update(_response(waits.get(key, [None, None, 0, 0, 0]), _days(asked)))


def _days(asked: Question) -> Period:
    """Return the days whose leads are looked at: split by time, those of all times."""
    is_timed = any(each in TIMES for each in asked.by)
    return asked.whole if is_timed else asked.natural(DAYS)


def _response(found: Sequence[float | None], period: Period) -> Numbers:
    median, p90, n, in_time, due = found
    reason = None if n else "no_data"
    counts = {"answered_on_time": Known(in_time or 0), "answers_due": Known(due or 0)}
    in_norm = counted("sla_first_response_share", counts, "answered_on_time", "answers_due")
    return {
        "first_response_median": Known(median, reason, int(n or 0), period=period),
        "first_response_p90": Known(p90, reason, int(n or 0), period=period),
        "sla_first_response_share": replace(in_norm, period=period)
        if due
        else Known(None, "no_data", period=period),
    }


def _has_answers(asked: Question) -> bool:
    if asked.covered.totals["leads"] is None:
        return False
    sql = "select count(*) > 0 from leads_now where first_touch_at is not null"
    return asked.connection.execute(sql).fetchall() == [(True,)]


def _waits(asked: Question) -> Iterable[list[Any]]:
    keys = [TIMES.get(each, f"c.{each}").replace("c.day", "c.created_on") for each in asked.by]
    period = _days(asked)
    start = f"and c.created_on >= date '{period.start}'" if period.start else ""
    sql = _WAIT.format(
        keys="".join(f"{key}, " for key in keys),
        group=f"group by {', '.join(keys)}" if keys else "",
        within=f"c.created_on < date '{period.end}' {start}",
        waited=waited(asked.settings, asked.as_of),
    )
    for row in asked.connection.execute(sql).fetchall():
        yield [row[: len(keys)], *row[len(keys) :]]


def waited(settings: Mapping[str, Value], as_of: date) -> str:
    """Write the query for leads with the seller's working hours to their first answer.

    `hours` is NULL for a lead that nobody answered, and `is_ok` while it is within the norm; what
    was answered before it came is left out.
    """
    opens, closes = (_hour(text) for text in str(settings["work_hours"]).split("-"))
    sla = float(settings["sla_hours"])  # type: ignore[arg-type]
    return _WAITED.format(opens=opens, length=closes - opens, sla=sla, as_of=as_of)


def _hour(text: str) -> float:
    """Return a time of day in hours.

    >>> _hour("09:30")
    9.5
    """
    hours, minutes = text.split(":")
    return int(hours) + int(minutes) / 60


# A moment is worth the working hours up to it: those of the working days before, and of its own.
_WAITED = """
with clock as (
    select
        day, is_working,
        sum(is_working::integer) over (order by day) - is_working::integer as before
    from calendar
),

own as (
    select
        l.*, coalesce(p.opens, {opens}) as opens, coalesce(p.closes - p.opens, {length}) as length
    from leads_now as l
    left join person as p on p.manager = l.manager
    where l.first_touch_at is null or l.first_touch_at >= l.created_at
),

begun as (
    select
        l.*,
        s.before,
        case when s.is_working then greatest(0, least(l.length,
            date_diff('second', l.created_on::timestamp, l.created_at) / 3600e0 - l.opens))
            else 0 end as began
    from own as l
    join clock as s on s.day = l.created_on
),

waited as (
    select
        l.*,
        (e.before - l.before) * l.length
            + case when e.is_working then greatest(0, least(l.length, date_diff('second',
                l.first_touch_on::timestamp, l.first_touch_at) / 3600e0 - l.opens))
            else 0 end - l.began as hours,
        ((select before + is_working::integer from clock where day = date '{as_of}') - l.before)
            * l.length - l.began as hours_by_now
    from begun as l
    left join clock as e on e.day = l.first_touch_on
)

select
    *,
    case when hours is not null then hours <= {sla} when hours_by_now > {sla} then false end
        as is_ok
from waited
"""

_WAIT = """
with answer as ({waited})

select {keys}
    quantile_cont(hours, 0.5),
    quantile_cont(hours, 0.9),
    count(hours),
    count(*) filter (where is_ok),
    count(is_ok)
from answer as c
where {within}
{group}
"""
