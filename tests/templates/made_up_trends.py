"""Made-up weeks and months as they were frozen."""

from __future__ import annotations

from datetime import date

from templates.tab import Row


def trend_weeks(weeks: list[Row]) -> list[Row]:
    """Tell of the same weeks as they were frozen; the rule changed, and a week is not over."""
    rows: list[Row] = []
    for place, week in enumerate(weeks):
        judged = week["qualified"] + week["unqualified"] + week["spam"]
        rows.append({
            "week": week["week"], "start": week["start"], "is_frozen": place < 25,
            "rule_version": 1 + (place > 17), "n": judged,
            "week_share": week["qualified"] / judged if judged else None,
            "band_low": week["band_low"], "band_high": week["band_high"],
            **(five_then(place) if place > 11 else {}),
        })  # fmt: skip
    return rows


def five_then(place: int) -> Row:
    """Tell the five numbers of a week."""
    return {
        "run_rate": 0.8 + place % 5 / 10, "coverage_raw": 3.0 - place % 3,
        "manager_conversion": 0.2 + place % 4 / 100, "qualified_share": 0.7,
        "customer_cost": 30_000.0 + 500 * place,
    }  # fmt: skip


def trend_months(months: list[Row]) -> list[Row]:
    """Tell what customers cost in the same months; the last is not over."""
    return [
        {"month": row["month"], "is_frozen": row["month"] < date(2026, 11, 1), "reason": None,
         "customers": row["customers"], "customer_cost": row["spend"] / row["customers"],
         "limit": row["limit"]}
        for row in months
    ]  # fmt: skip


def results() -> list[Row]:
    """Tell of results at set-up and now: known, unknown now, under another rule."""
    told = (
        ("qualified_share", "share", 0.61, 88, 0.68, 120, False),
        ("conversion_median", "share", 0.19, 240, 0.24, 300, True),
        ("customer_cost", "money", 41_000.0, 25, 33_500.0, 31, True),
        ("deal_cycle_median", "days", 31.0, 40, None, None, True),
        ("plan_attainment_3m", "share", None, None, 0.97, 3, True),
    )
    names = ("metric", "kind", "before", "before_n", "now", "now_n", "is_comparable")
    return [dict(zip(names, row, strict=True)) for row in told]
