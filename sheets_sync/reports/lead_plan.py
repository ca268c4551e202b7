"""The lead plan: from the money of a month back to the leads it takes, in all and by channel."""

from __future__ import annotations

from datetime import date

from sheets_sync.calendars import next_month
from sheets_sync.reports import channels, pace, quality_share
from sheets_sync.reports.ground import Found, Ground, number

RATES = {
    "average_deal": "average_deal",
    "conversion": "manager_conversion",
    "qualified_share": "qualified_share",
}
"""What the chain divides by, as the metrics of the company know it."""


def report(ground: Ground) -> list[Found]:
    """Return this month and the next: the money planned, the leads planned, and what came."""
    rates = _rates(ground)
    came = _came(ground)
    rows = []
    for month in (ground.month, next_month(ground.month)):
        plans = pace.plans_of(ground, month)
        is_now = month == ground.month
        rows.append({
            "month": month,
            "amount": plans.get(("revenue", "company", "")),
            **rates,
            "planned_qualified": plans.get(("qualified", "company", "")),
            "planned_leads": plans.get(("leads", "company", "")),
            "qualified": _sum(came, "qualified") if is_now else None,
            "leads": _sum(came, "leads") if is_now else None,
            "expected_total": number(ground.told["expected_total"].value) if is_now else None,
        })  # fmt: skip
    return rows


def by_channel(ground: Ground) -> list[Found]:
    """Return the same months by channel, each with its part in the qualified leads so far.

    A channel with few verdicts is reckoned with the share of the whole company.
    """
    is_spam_counted = bool(ground.settings["spam_counts"])
    found = ground.rows(channels.LEADS)
    all_qualified = sum(row["qualified"] for row in found)
    if not all_qualified:
        return []
    usual, came = _rates(ground)["qualified_share"], _came(ground)
    rows = []
    for month in (ground.month, next_month(ground.month)):
        plans = pace.plans_of(ground, month)
        for row in sorted(found, key=lambda row: (row["key"] is None, -row["qualified"])):
            good, n = quality_share.judged(row, is_spam_counted=is_spam_counted)
            own = good / n if n >= ground.n_min and good else None
            rows.append({
                "month": month,
                "channel": row["channel"],
                "mix": row["qualified"] / all_qualified,
                "qualified_share": usual if own is None else own,
                "is_own_share": own is not None,
                "planned_qualified": plans.get(("qualified", "channel", row["key"] or "")),
                "qualified": came.get(row["key"], {}).get("qualified", 0)
                if month == ground.month
                else None,
            })  # fmt: skip
    return rows


def _rates(ground: Ground) -> Found:
    return {name: number(ground.told[metric].value) for name, metric in RATES.items()}


def _came(ground: Ground) -> dict[str | None, Found]:
    """Count the leads of the month so far, by channel."""
    sql = f"""
        select lower(channel) as key, {quality_share.COUNTS}
        from leads_now
        where created_on between $month and $as_of
        group by 1
        """
    month: date = ground.month
    return {row["key"]: row for row in ground.rows(sql, month=month)}


def _sum(came: dict[str | None, Found], name: str) -> int | None:
    return sum(row[name] for row in came.values()) if came else None
