"""Pace to plan: what has come of what was planned, and what that makes by the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.expression import Unit
from sheets_sync.metrics.catalogue import MEASURES, PACE
from sheets_sync.metrics.ratios import Numbers, evaluate, in_unit
from sheets_sync.metrics.schedule import schedule
from sheets_sync.metrics.sums import Key, Known
from sheets_sync.periods import Period, month

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sheets_sync.calendars import Days
    from sheets_sync.metrics.question import Question

PLANNED = ("revenue", "qualified")
FACTS = (Unit.FACT, Unit.FACT_PER_DAY)


def add_pace(asked: Question, groups: Mapping[Key, Numbers]) -> None:
    """Add the metrics of pace to every group."""
    period = asked.pace_period
    facts = asked.numbers(period.until(asked.as_of), *PLANNED)
    for key, numbers in groups.items():
        found = facts.get(key) or asked.nothing(key, period)
        metric = chosen(asked, key, period, found)
        numbers.update(answers(asked, key, period, metric, found[metric]))


def chosen(asked: Question, key: Key, period: Period, found: Numbers) -> str:
    """Choose what the pace is of: revenue, unless only leads are planned or known."""
    scope = scope_of(asked, key)
    plans = [asked.plans.of(each, period, *scope) if scope else None for each in PLANNED]
    revenue, qualified = (found[each].value for each in PLANNED)
    is_qualified = (plans[0] is None and plans[1] is not None) or (
        revenue is None and qualified is not None
    )
    return PLANNED[is_qualified]


def scope_of(asked: Question, key: Key) -> tuple[str, str] | None:
    """Return whose plan belongs to a group, if it can have one."""
    if not asked.by:
        return "company", ""
    if len(asked.by) == 1 and asked.by[0] in ("channel", "manager") and key[0] is not None:
        return asked.by[0], str(key[0])
    return None


def _passed(asked: Question, period: Period, metric: str) -> Days:
    """Count the days of a period that have passed; by profile where it is a month."""
    mode = str(asked.settings["pace_mode"])
    if mode == "profile" and period.start and (period.start, period.end) == _month(period.start):
        return schedule(asked.plans, metric, period.start, mode)(asked.as_of)
    return asked.plans.days(period, asked.as_of, mode=mode)


def _month(day: date) -> tuple[date | None, date | None]:
    whole = month(day)
    return whole.start, whole.end


def answers(asked: Question, key: Key, period: Period, metric: str, fact: Known) -> Numbers:
    """Return the metrics of pace of one group."""
    scope = scope_of(asked, key)
    plan = asked.plans.of(metric, period, *scope) if scope else None
    days = _passed(asked, period, metric)
    given = {
        "fact": fact,
        "plan": Known(plan, None if plan else "no_plan"),
        "elapsed": Known(days.elapsed),
        "total": Known(days.total),
    }
    units = {name: MEASURES[metric] if unit in FACTS else unit for name, unit in PACE.items()}
    return {
        name: replace(in_unit(evaluate(name, given), unit), period=period, unit=unit)
        for name, unit in units.items()
    }
