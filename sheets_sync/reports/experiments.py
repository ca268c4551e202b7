"""Experiments with a channel: money, leads and share against what was agreed, and when to stop."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from formulas.interval import wilson
from sheets_sync.reports import quality_share, work
from sheets_sync.reports.ground import Found, Ground

if TYPE_CHECKING:
    from templates.tab import Row

NOTHING: Found = dict.fromkeys(
    ("spent", "leads", "qualified", "judged", "qualified_share", "ci_low", "ci_high", "stop")
)
"""What is not known of an experiment without a channel or a beginning."""


def report(ground: Ground) -> list[Found]:
    """Return what the sync knows of every experiment."""
    day = work.today(ground)
    return [
        {
            "experiment_id": row["experiment_id"],
            "first_seen": row["first_seen"],
            "today": day,
            **NOTHING,
            **result(ground, row),
        }
        for row in work.typed(ground, "experiments")
    ]


def ended_on(row: Row) -> date | None:
    """Return when an experiment was decided, None while it runs."""
    since = row.get("since.decision") or row.get("first_seen")
    return since if row.get("decision") and isinstance(since, date) else None


def result(ground: Ground, row: Row) -> Found:
    """Return the numbers of an experiment, and which of the rules to stop holds.

    `stop` is `not_begun`, `no_channel`, `decided`, `over_cap`, `reached`, `missed`, `unclear` or
    `goes_on`.
    """
    start, channel = row.get("start_on"), row.get("channel")
    if not isinstance(start, date) or not channel:
        return {}
    if start > ground.as_of:
        return {"stop": "not_begun"}
    last = min(ended_on(row) or ground.as_of, ground.as_of)
    found = _counts(ground, str(channel), start, last)
    if found is None:
        return {"stop": "no_channel"}
    is_counted = bool(ground.settings["spam_counts"])
    k, n = quality_share.judged(found, is_spam_counted=is_counted)
    share = wilson(k, n)
    numbers = {
        "spent": found["spent"],
        "leads": found["leads"],
        "qualified": k,
        "judged": n,
        "qualified_share": share.share,
        "ci_low": share.low,
        "ci_high": share.high,
    }
    stop = "decided" if row.get("decision") else _stop({**row, **numbers}, work.today(ground))
    return {**numbers, "stop": stop}


def _counts(ground: Ground, channel: str, first: date, last: date) -> Found | None:
    """Count leads and spend of a channel; None if no row has ever named it."""
    sql = f"""
        select
            {quality_share.COUNTS},
            (select cast(sum(cost_base) as double) from spend_now
                where lower(channel) = $channel and day between $first and $last) as spent,
            (select count(*) from leads_now where lower(channel) = $channel)
                + (select count(*) from spend_now where lower(channel) = $channel) as known
        from leads_now
        where lower(channel) = $channel and created_on between $first and $last
        """
    found = ground.row(sql, channel=channel.strip().lower(), first=first, last=last)
    return found if found["known"] else None


def _stop(row: Found, day: date) -> str:
    """Tell which rule holds: money first, then the goal once enough is known, or time is up.

    >>> told = {"budget_cap": 100.0, "spent": 90.0, "leads_needed": 40, "leads": 40}
    >>> _stop({**told, "goal_share": 0.5, "ci_low": 0.55, "ci_high": 0.8}, date(2026, 11, 23))
    'reached'
    """
    spent, cap, goal = row.get("spent"), row.get("budget_cap"), row.get("goal_share")
    if spent is not None and cap is not None and spent > cap:
        return "over_cap"
    low, high = row.get("ci_low"), row.get("ci_high")
    if goal is not None and low is not None and high is not None:
        if high < goal:
            return "missed"
        if low >= goal:
            return "reached"
    needed, decide_on = row.get("leads_needed"), row.get("decide_on")
    is_enough = needed is not None and (row.get("leads") or 0) >= needed
    is_due = isinstance(decide_on, date) and decide_on <= day
    return "unclear" if is_enough or is_due else "goes_on"


def running(ground: Ground) -> list[Found]:
    """Return the experiments that have begun and are not decided, the ones over the cap first."""
    day = work.today(ground)
    rows = []
    for row, found in zip(work.typed(ground, "experiments"), report(ground), strict=True):
        if row.get("decision") or found["stop"] in {None, "not_begun"}:
            continue
        end = row.get("decide_on")
        own = ("name", "channel", "budget_cap", "leads_needed", "goal_share", "start_on")
        rows.append(
            {
                **found,
                **{id_: row.get(id_) for id_ in own},
                "owner": ground.name(row.get("owner")),
                "decide_on": end,
                "days_left": (end - day).days if end else None,
            }
        )
    return sorted(rows, key=lambda row: (row["stop"] != "over_cap", row["decide_on"] or date.max))
