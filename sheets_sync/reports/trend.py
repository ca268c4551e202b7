"""How the five numbers went, as each week and month was written down when it was over.

What is frozen comes from the history and is never counted anew. Only the week and the month that
are still running come from the rows of now, and say that they are not frozen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from sheets_sync.calendars import DAY, next_month, week_name, week_start
from sheets_sync.reports import five, history, quality_share
from sheets_sync.reports.ground import Found, Ground, number, why
from sheets_sync.reports.quality_share import WEEK, WEEKS, judge
from templates.tab import Row

COMPANY = "company"
SHARE, COST = "qualified_share:week", "customer_cost:month"
TILES: Mapping[str, str] = {
    "run_rate": "run_rate",
    "coverage_raw": "coverage_raw",
    "manager_conversion": "conversion_median",
    "qualified_share": "qualified_share",
    "customer_cost": "customer_cost",
}
"""The number of a tile: the metric that the history keeps of it."""


def frozen(ground: Ground, due: Collection[str]) -> Iterator[Found]:
    """Yield what charts need of the weeks and months that are over and have no such row yet.

    Those that are not `due` were over before anybody wrote them down, and say so.
    """
    for row in (*_shares(ground), *_costs(ground)):
        is_late = row["week"] not in due
        if is_late and row["value"] is None:
            continue
        told = {"reason": "looked_back"} if is_late else {}
        yield {"scope": COMPANY, **row, **told}


def _shares(ground: Ground) -> Iterator[Found]:
    """Yield the share of qualified leads of each week, with its band as low and high."""
    known, is_counted = _kept(ground, SHARE), bool(ground.settings["spam_counts"])
    for week in quality_share.report(ground):
        if week["week"] in known:
            continue
        qualified, n = quality_share.judged(week, is_spam_counted=is_counted)
        yield {
            "week": week["week"],
            "metric": SHARE,
            "value": qualified / n if n else None,
            "reason": None if n else "no_data",
            "n": n,
            "low": week["band_low"],
            "high": week["band_high"],
            "rule_version": rule_version(ground, week["start"] + WEEK - DAY),
        }


def _costs(ground: Ground) -> Iterator[Found]:
    """Yield what a customer cost in each month, in the row of the week in which it ended."""
    known, sunday = _kept(ground, COST), week_start(ground.as_of + DAY) - DAY
    for month, sums in history.sums(ground).items():
        end = next_month(month) - DAY
        if end > sunday or week_name(end) in known:
            continue
        value, reason = _cost(sums)
        yield {
            "week": week_name(end),
            "metric": COST,
            "value": value,
            "reason": reason,
            "n": sums["customers"],
            "plan": ground.limit,
            "rule_version": rule_version(ground, end),
        }


def _cost(sums: Found) -> tuple[float | None, str | None]:
    return why("customer_cost", spend=sums["spend"], customers=sums["customers"])


def rule_version(ground: Ground, day: date) -> int | None:
    """Return which version of the rule held on a day; before the first one, that."""
    sql = "select version, cast(first_seen as date) as since from rule order by version"
    rules = ground.rows(sql)
    held = [rule["version"] for rule in rules if rule["since"] <= day]
    return held[-1] if held else rules[0]["version"] if rules else None


def _kept(ground: Ground, metric: str) -> dict[str, Row]:
    return {
        str(row["week"]): row
        for row in ground.history
        if row["metric"] == metric and row["scope"] == COMPANY
    }


def weeks(ground: Ground) -> list[Found]:
    """Return the last 26 weeks from the first that is known, and the one that is running.

    `week_share` is of the week alone; the numbers of the tiles look back as far as these do.
    """
    end = week_start(ground.as_of + DAY)
    kept = {metric: _kept(ground, metric) for metric in (SHARE, *TILES.values())}
    rows: list[Found] = []
    for monday in (end - WEEK * back for back in range(WEEKS, 0, -1)):
        week = week_name(monday)
        found = {metric: of[week] for metric, of in kept.items() if week in of}
        if found or rows:
            rows.append(_frozen(monday, found))
    return [*rows, _running(ground, end)] if ground.as_of >= end else rows


def _frozen(monday: date, kept: Mapping[str, Row]) -> Found:
    share = kept.get(SHARE, {})
    return {
        "week": week_name(monday),
        "start": monday,
        "is_frozen": True,
        "rule_version": share.get("rule_version"),
        "n": share.get("n"),
        "week_share": number(share.get("value")),
        "band_low": number(share.get("low")),
        "band_high": number(share.get("high")),
        **{id_: number(kept.get(metric, {}).get("value")) for id_, metric in TILES.items()},
    }


def _running(ground: Ground, monday: date) -> Found:
    """Return the week that is not over; its share once there are enough verdicts for one."""
    week = judge(ground, "week", monday, ground.as_of)
    is_enough = week.judged >= quality_share.enough_on(ground, ground.as_of)
    band = quality_share.band(ground, week)
    tiles = {row["id"]: row for row in five.report(ground)}
    tiles["manager_conversion"]["value"] = tiles["manager_conversion"]["median"]
    return {
        "week": week_name(monday),
        "start": monday,
        "is_frozen": False,
        "rule_version": rule_version(ground, ground.as_of),
        "n": week.judged,
        "week_share": week.share if is_enough else None,
        "band_low": band.low if is_enough else None,
        "band_high": band.high if is_enough else None,
        **{id_: tiles[id_]["value"] for id_ in TILES},
    }


def months(ground: Ground) -> list[Found]:
    """Return what a customer cost month by month; months that are not frozen yet, as of now."""
    kept = _kept(ground, COST)
    rows = []
    for month, sums in history.sums(ground).items():
        row = kept.get(week_name(next_month(month) - DAY))
        value, reason = _cost(sums)
        rows.append(
            {
                "month": month,
                "is_frozen": row is not None,
                "customers": sums["customers"] if row is None else row.get("n"),
                "customer_cost": value if row is None else number(row.get("value")),
                "reason": reason if row is None else row.get("reason"),
                "limit": ground.limit if row is None else number(row.get("plan")),
            }
        )
    return rows
