"""How the two departments work together, read from what they typed: metrics of the scorecard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from sheets_sync.metrics.answers import Metric, worded
from sheets_sync.metrics.sums import Known
from sheets_sync.reports import agreements, hypotheses, occasions, tasks, verdicts
from sheets_sync.reports.ground import RECENT, Found, Ground, number
from sheets_sync.reports.minutes import meetings_held
from templates.tab import Row

FOUR_WEEKS = 28
Habit = Callable[[Ground], Known]


def told(ground: Ground) -> dict[str, Metric]:
    """Return the metrics that rest on what people typed, by id."""
    return {
        name: worded(name, habit(ground), {}, "all", ground.currency)
        for name, habit in HABITS.items()
    }


def _share(claims: Iterable[bool]) -> Known:
    given = list(claims)
    return Known(sum(given) / len(given), n=len(given)) if given else Known(None, "no_data", 0)


def _within(ground: Ground, tab: str, column: str, days: int) -> Iterator[Row]:
    """Yield the rows of a tab whose day lies in the last so many days."""
    yield from _in_days(ground, ground.typed.get(tab, ()), column, days)


def _in_days(ground: Ground, rows: Iterable[Row], column: str, days: int) -> Iterator[Row]:
    first = ground.as_of - timedelta(days=days - 1)
    for row in rows:
        day = row.get(column)
        if isinstance(day, date) and first <= day <= ground.as_of:
            yield row


def _is_by(day: object, last: object) -> bool:
    return isinstance(day, date) and isinstance(last, date) and day <= last


def bonus_basis(ground: Ground) -> Known:
    """Return what marketing is paid for today."""
    basis = agreements.bonus_basis(ground)
    return Known(basis, None if basis else "no_data")


def shared_goal(ground: Ground) -> Known:
    """Return how many plans of the month both departments share, and what pay hangs on them."""
    rows = [
        row for row in ground.typed.get("plan", ())
        if row.get("period") == ground.month and row.get("scope") == "both"
        and row.get("value") is not None
    ]  # fmt: skip
    paid = {
        name: max((number(row.get(name)) or 0.0 for row in rows), default=0.0)
        for name in ("pay_share_sales", "pay_share_marketing")
    }
    return Known(len(rows), parts={"plan_rows_both": len(rows), **paid})


def meetings(ground: Ground) -> Known:
    """Return in how many of the last eight weeks the departments met."""
    held, n = meetings_held(ground)
    return Known(held, None if held is not None else "no_data", n)


def tasks_on_time(ground: Ground) -> Known:
    """Return which part of the tasks of four weeks were done by the day first agreed."""
    first = ground.as_of - timedelta(days=FOUR_WEEKS - 1)
    dated = [(tasks.due(row), row) for row in ground.typed.get("tasks", ()) if row.get("text")]
    due = [(day, row) for day, row in dated if _is_by(first, day) and _is_by(day, ground.as_of)]
    return _share(
        row.get("status") != "dropped" and _is_by(tasks.ended_on(row), day) for day, row in due
    )


def promos_told(ground: Ground) -> Known:
    """Return which part of promotions and events sales knew of in time."""
    told_of = [
        _is_by(row.get("sales_notified_on"), row["starts_on"])
        for row in _within(ground, "promos", "starts_on", RECENT)
    ]
    ended = [{**row, "ends_on": occasions.ended_on(row)} for row in ground.typed.get("events", ())]
    handed = [
        _is_by(row.get("list_uploaded_on"), due)
        for row in _in_days(ground, ended, "ends_on", RECENT)
        for due in [occasions.list_due(ground, row)]
        if _is_by(due, ground.as_of) or row.get("list_uploaded_on")
    ]
    return _share([*told_of, *handed])


COMPLETE = ("budget_cap", "leads_needed", "goal_share", "decide_on")


def hypotheses_measured(ground: Ground) -> Known:
    """Return which part of the hypotheses that came to be decided came to a computed result."""
    return _share(
        hypotheses.is_measured(ground, row)
        for row in _within(ground, "hypotheses", "decide_on", RECENT)
    )


def experiments_complete(ground: Ground) -> Known:
    """Return which part of the experiments began with their rules, and were decided when due."""
    return _share(
        all(row.get(name) is not None for name in COMPLETE)
        and (not _is_by(row["decide_on"], ground.as_of) or row.get("decision") is not None)
        for row in _within(ground, "experiments", "start_on", RECENT)
    )


def plan_and_freshness(ground: Ground) -> Known:
    """Return how many sales plans the month has, and how old the data are."""
    sql = """
        select
            (select count(*) from plan where month = $month and metric = 'revenue') as plans,
            (select max(last_good) from arrival) as last_good
        """
    found: Found = ground.row(sql, month=ground.month)
    good = found["last_good"]
    age = max((ground.today - good.date()).days, 0) if isinstance(good, datetime) else None
    parts = {"plan_rows_this_month": found["plans"], "sync_age_days": age}
    return Known(found["plans"], parts=parts)


def rule_age(ground: Ground) -> Known:
    """Return for how many days both heads have stood by the written rule."""
    found = verdicts.rule_age(ground)
    age = found.pop("value")
    return Known(age, None if age is not None else "no_data", parts=found)


def rule_agreement(ground: Ground) -> Known:
    """Return how often the rule and people gave recent leads the same verdict."""
    [found] = verdicts.agreement(ground)
    return Known(found["share"], None if found["n"] else "no_data", found["n"])


HABITS: Mapping[str, Habit] = {
    "qualification_rule_age": rule_age,
    "rule_agreement": rule_agreement,
    "bonus_basis": bonus_basis,
    "shared_goal_configured": shared_goal,
    "meetings_held_8w": meetings,
    "tasks_done_on_time_4w": tasks_on_time,
    "promo_notice_share": promos_told,
    "hypotheses_measured_share_90d": hypotheses_measured,
    "plan_and_freshness": plan_and_freshness,
    "experiments_complete_share_90d": experiments_complete,
}
