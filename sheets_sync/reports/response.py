"""How fast people answer leads, on the clock of working hours."""

from __future__ import annotations

from datetime import date, timedelta

from formulas.experiment import share_change
from formulas.interval import wilson
from sheets_sync.metrics.speed import waited
from sheets_sync.reports.ground import BEGINNING, Found, Ground, number

DAYS = 28


def prepare(ground: Ground) -> None:
    """Make the table `answer`: by lead the seller's working hours to the first answer, if in time.

    A lead that nobody answered and that is still within the norm is pending: `is_ok` is NULL.
    """
    ground.new_rows(
        f"""
        create or replace temp table answer as
        select lead_id, manager, created_on, hours is not null as is_answered, hours, is_ok
        from ({waited(ground.settings, ground.as_of)})
        """
    )


def is_known(ground: Ground) -> bool:
    """Tell whether anybody writes down first answers."""
    sql = "select coalesce(bool_or(is_answered), false) as is_known from answer"
    return bool(ground.row(sql)["is_known"])


def _first(ground: Ground) -> date:
    is_all = ground.recent.id == "all"
    return BEGINNING if is_all else ground.as_of - timedelta(days=DAYS - 1)


def by_manager(ground: Ground) -> list[Found]:
    """Return the median hours to the first answer and the breaches of the norm, four weeks."""
    if not is_known(ground):
        return []
    sql = """
        select
            manager,
            quantile_cont(hours, 0.5) as median_hours,
            count(*) filter (where not is_ok) as breaches
        from answer
        where created_on between $first and $as_of
        group by manager
        """
    return ground.rows(sql, first=_first(ground))


def slowness(ground: Ground) -> list[Found]:
    """Return, in one row, how leads answered in time and late were won, and what that costs.

    Looked at are leads of the year that are old enough to have been won. The price is told only
    when chance alone does not explain the difference; the two ends of its interval with it.
    """
    if not is_known(ground):
        return []
    sql = """
        select
            count(*) filter (where a.is_ok) as in_time,
            count(*) filter (where a.is_ok and l.is_won) as in_time_won,
            count(*) filter (where not a.is_ok) as late,
            count(*) filter (where not a.is_ok and l.is_won) as late_won
        from answer as a
        join leads_now as l on l.lead_id = a.lead_id
        where a.created_on between $year and $mature and l.verdict_text <> 'spam'
        """
    found = ground.row(sql)
    in_time, late = (
        (found["in_time_won"], found["in_time"]),
        (found["late_won"], found["late"]),
    )
    change = share_change(late, in_time)
    is_enough = min(in_time[1], late[1]) >= ground.n_min
    is_proven = bool(is_enough and change.low is not None and change.low > 0)
    ends = {"low": change.low, "high": change.high} if is_proven else {}
    return [{
        **found,
        **{
            f"{name}_{end}": getattr(wilson(*counts), end)
            for name, counts in (("in_time", in_time), ("late", late))
            for end in ("low", "high")
        },
        "difference": change.difference,
        "difference_low": change.low,
        "difference_high": change.high,
        "is_enough": is_enough,
        "is_proven": is_proven,
        "average_deal": ground.average_deal,
        "sla_hours": number(ground.settings["sla_hours"]),
        **{
            f"cost_{end}": None
            if ground.average_deal is None or ends.get(end) is None
            else late[1] * ends[end] * ground.average_deal
            for end in ("low", "high")
        },
    }]  # fmt: skip
