"""Pace to plan: what has come this month of what was planned, for whom, and day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sheets_sync.calendars import Days, month_start, next_month
from sheets_sync.metrics.plans import company_scopes
from sheets_sync.metrics.schedule import COMING, schedule
from sheets_sync.reports.ground import Found, Ground, compute

METRICS = ("revenue", "qualified")
LARGE = 0.30  # a single deal above this share of the fact is named

FACT = """
    case
        when count(*) = 0 then 0
        when count(*) filter (where is_unknown) = 0 then cast(sum(amount) as double)
    end as fact,
    cast(max(amount) as double) as largest,
    count(*) as n
    """


@dataclass(frozen=True, slots=True)
class Pace:
    """Fact and plan of a month as of a day; `n` counts what the fact is made of."""

    metric: str
    fact: float | None
    plan: float | None
    days: Days
    n: int
    largest: float | None


def knows(ground: Ground, metric: str) -> bool:
    """Tell whether there are rows at all from which a metric can be counted."""
    return bool(ground.row(f"select count(*) > 0 as is_known from ({COMING[metric]})")["is_known"])


def pace(ground: Ground, metric: str, day: date) -> Pace:
    """Return the company's pace in the month of `day`, as of that day."""
    sql = f"select {FACT} from ({COMING[metric]}) where day between $month and $day"
    found = ground.row(sql, month=month_start(day), day=day)
    fact = found["fact"] if knows(ground, metric) else None
    largest = found["largest"] if metric == "revenue" else None
    plan = plans_of(ground, day).get((metric, "company", ""))
    return Pace(
        metric,
        fact,
        plan,
        schedule(ground.plans, metric, day, str(ground.settings["pace_mode"]))(day),
        found["n"],
        _large(largest, fact),
    )


def _large(largest: float | None, fact: float | None) -> float | None:
    return largest if largest and fact and largest > LARGE * fact else None


def _facts(ground: Ground, metric: str) -> list[Found]:
    """Return the facts of the month: of the company first, of managers, of channels."""
    sql = f"""
        with found as (
            select
                case
                    when grouping(manager) = 0 then 'manager'
                    when grouping(channel) = 0 then 'channel'
                    else 'company'
                end as scope,
                coalesce(manager, channel) as name,
                {FACT}
            from ({COMING[metric]})
            where day between $month and $as_of
            group by grouping sets ((), (manager), (channel))
        )
        select scope, name, fact, largest, n
        from found
        where scope = 'company' or name is not null
        order by scope <> 'company', scope desc, fact desc nulls last, name
        """
    return ground.rows(sql, month=ground.month)


Plans = Mapping[tuple[str, str, str], float]


def plans_of(ground: Ground, day: date) -> Plans:
    """Return the plans of the month of `day` by metric, scope and owner (in lower case).

    The plan of both departments, or of the one that does the work, is the company's where no
    other is.
    """
    sql = "select * from plan where month = $month order by metric, scope, owner, value"
    lines = ground.rows(sql, month=month_start(day))
    plans: dict[tuple[str, str, str], float] = {
        (line["metric"], line["scope"], (line["owner"] or "").strip().casefold()): line["value"]
        for line in lines
        if line["scope"] not in company_scopes(line["metric"])
    }
    for metric in {line["metric"] for line in lines}:
        whole = {line["scope"]: line["value"] for line in lines if line["metric"] == metric}
        for scope in company_scopes(metric):
            if scope in whole:
                plans[metric, "company", ""] = whole[scope]
                break
    return plans


def report(ground: Ground) -> list[Found]:
    """Return plan and fact of the month by company, manager and channel."""
    plans = plans_of(ground, ground.as_of)
    return [row for metric in METRICS for row in _lines(ground, metric, plans)]


def _lines(ground: Ground, metric: str, plans: Plans) -> list[Found]:
    if not knows(ground, metric):
        return []
    days = schedule(ground.plans, metric, ground.as_of, str(ground.settings["pace_mode"]))(
        ground.as_of
    )
    left = {(scope, owner): plan for (planned, scope, owner), plan in plans.items()
            if planned == metric}  # fmt: skip
    lines = []
    for row in _facts(ground, metric):
        owner = (row["scope"], (row["name"] or "").casefold())
        if row["scope"] in SHOWN[metric] or owner in left:
            lines.append({**row, "plan": left.pop(owner, None)})
    people = {person.casefold(): person for person in ground.names}
    for (scope, owner_name), plan in left.items():  # planned, and nothing has come yet
        name = people.get(owner_name, owner_name) or None
        fact = 0.0 if scope in ORDER else None
        lines.append({"scope": scope, "name": name, "fact": fact, "largest": None, "plan": plan})
    return [
        {
            "metric": metric,
            "scope": line["scope"],
            "name": ground.name(line["name"]) if line["scope"] == "manager" else line["name"],
            "plan": line["plan"],
            "fact": line["fact"],
            "elapsed": days.elapsed,
            "total": days.total,
            "largest": _large(line["largest"], line["fact"]) if metric == "revenue" else None,
        }
        for line in sorted(lines, key=lambda line: ORDER.get(line["scope"], len(ORDER)))
    ]


ORDER = {"company": 0, "manager": 1, "channel": 2}
"""Whose facts are counted, in the order of their lines; another's may only be planned."""
SHOWN = {"revenue": ("company", "manager"), "qualified": ("company", "channel")}
"""Whose facts are shown even where nobody planned."""


def daily(ground: Ground) -> list[Found]:
    """Return the month day by day: the fact so far, the way of the plan, and the forecast."""
    return [row for metric in METRICS if knows(ground, metric) for row in _days(ground, metric)]


def _days(ground: Ground, metric: str) -> list[Found]:
    month, now = ground.month, pace(ground, metric, ground.as_of)
    if now.fact is None and now.plan is None:
        return []
    sql = f"""
        select day, cast(sum(amount) as double) as amount from ({COMING[metric]})
        where day between $month and $as_of group by day
        """
    came = {row["day"]: row["amount"] or 0.0 for row in ground.rows(sql, month=month)}
    a_day = compute("pace_per_day", fact=now.fact, elapsed=now.days.elapsed)
    passed_by = schedule(ground.plans, metric, month, str(ground.settings["pace_mode"]))
    rows, fact, day = [], 0.0, month
    while day < next_month(month):
        fact += came.get(day, 0.0)
        passed = passed_by(day)
        is_past = day <= ground.as_of
        rows.append({
            "metric": metric,
            "day": day,
            "fact": fact if is_past and now.fact is not None else None,
            "plan": now.plan * passed.elapsed / passed.total
                    if now.plan is not None and passed.total else None,
            "forecast": now.fact + a_day * (passed.elapsed - now.days.elapsed)
                        if a_day is not None and now.fact is not None and day >= ground.as_of
                        else None,
        })  # fmt: skip
        day += timedelta(days=1)
    return rows
