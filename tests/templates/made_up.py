"""Made-up facts: nothing at all, a little, and a whole firm."""

# ruff: noqa: DTZ001  (cells know no time zones)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from formulas.interval import norm_band, shrunk, wilson
from formulas.registry import FORMULAS
from sheets_sync.drawing import about
from templates.settings import DEFAULTS
from templates.tab import Facts, Row
from templates.tabs import TABS
from tests.templates import made_up_decisions
from tests.templates.made_up_trends import results, trend_months, trend_weeks

AS_OF = date(2026, 11, 12)
EMPTY = Facts({}, "Тёплый дом", "RUB", AS_OF, datetime(2026, 11, 13, 8, 5), dict(DEFAULTS))
STAGES = (
    "impression",
    "click",
    "visit",
    "lead",
    "contacted",
    "qualified",
    "proposal",
    "invoice",
    "won",
)


def of(formula: str, **known: float | None) -> float | None:
    """Compute a formula of the registry."""
    return FORMULAS[formula](**known)


def funnel() -> list[Row]:
    counts = (412_000, 9_350, None, 412, 371, 268, 141, 96, 61)
    sources = (
        "aggregate",
        "aggregate",
        None,
        "exact",
        "exact",
        "exact",
        "inferred",
        "inferred",
        "exact",
    )
    return [
        {
            "stage": stage,
            "side": "marketing" if place < 4 else "sales",
            "count": count,
            "source": source,
            "age_days": None if count is None else 1,
            "baseline": None if place in {2, 4} else 50 * (9 - place),
        }
        for place, (stage, count, source) in enumerate(zip(STAGES, counts, sources, strict=True))
    ]


def channels() -> list[Row]:
    told = (
        ("Яндекс Директ", 640_000.0, 130, 96, 20, 4, 10, 24, 2_880_000.0, 0.8, "works"),
        ("VK Реклама", 310_000.0, 118, 52, 50, 10, 6, 9, 990_000.0, 0.8, "traffic"),
        ("Авито", 120_000.0, 84, 61, 15, 2, 6, 8, 760_000.0, 0.9, "sales"),
        ("Telegram Ads", 90_000.0, 21, 6, 12, 1, 2, 0, 0.0, 0.4, "too_little_data"),
        ("Поиск (SEO)", None, 33, 28, 3, 0, 2, 12, 1_520_000.0, 0.7, "works"),
        (None, None, 26, 13, 8, 2, 3, 3, 240_000.0, 0.7, "too_little_data"),
    )
    rows = []
    for name, spend, leads, good, poor, spam, open_, customers, revenue, mature, diagnosis in told:
        share = wilson(good, good + poor + spam)
        rows.append({
            "channel": name, "is_paid": spend is not None, "spend": spend, "leads": leads,
            "qualified": good, "unqualified": poor, "spam": spam, "pending": open_,
            "customers": customers, "won": customers, "revenue": revenue, "share_low": share.low,
            "share_high": share.high, "conversion_low": 0.1, "conversion_high": 0.3,
            "limit": 36_000.0, "maturity": mature, "diagnosis": diagnosis, "spend_matched": 0.95,
        })  # fmt: skip
    return rows


def managers(basis: str = "cohort") -> list[Row]:
    told = (
        ("А. К.", 62, 21, 8, True), ("И. Л.", 70, 18, 12, True), ("М. С.", 55, 12, 14, False),
        ("П. Т.", 48, 5, 20, True), ("О. Е.", 9, 3, 1, False),
    )  # fmt: skip
    rows = []
    for name, n, won, lost, _ in told:
        found, closed = wilson(won, n), wilson(won, won + lost)
        rows.append({
            "manager": name, "n": n, "won": won, "low": found.low, "high": found.high,
            "shrunk": shrunk(won, n, 0.24), "expected": 0.23, "closed_won": won,
            "closed_lost": lost, "close_low": closed.low, "close_high": closed.high,
            "is_ranked": n >= 20, "is_different": name == "П. Т.", "response_median_hours": 1.4,
            "breaches": 7, "is_active": True, "spread_cost": 480_000.0 if won < 12 else 0.0,
            "basis": basis,
        })  # fmt: skip
    return rows


def weeks() -> list[Row]:
    rows = []
    for back in range(25, -1, -1):
        start = date(2026, 11, 9) - timedelta(weeks=back)
        good, poor, spam = 58 + back * 7 % 13, 24 + back * 5 % 11, back % 4
        band = norm_band(0.68, good + poor + spam)
        rows.append({
            "week": f"{start.isocalendar()[0]}-W{start.isocalendar()[1]:02d}", "start": start,
            "leads": good + poor + spam + 3, "qualified": good, "unqualified": poor,
            "spam": spam, "pending": 3, "band_low": band.low, "band_high": band.high,
        })  # fmt: skip
    rows[4] |= {"leads": 0, "qualified": 0, "unqualified": 0, "spam": 0, "pending": 0}
    return rows


def months() -> list[Row]:
    rows = []
    for back in range(13, -1, -1):
        month = date(2026 - (back > 10), (11 - back - 1) % 12 + 1, 1)
        spend, customers = 900_000.0 + 20_000 * (back % 5), 28 + back * 3 % 9
        rows.append({
            "month": month, "leads": 400, "qualified": 270, "spend": spend,
            "customers": customers, "revenue": 3_100_000.0, "won": customers, "limit": 36_000.0,
            "conversion_max": 0.33 + back % 3 / 50, "conversion_median": 0.24,
            "conversion_min": 0.12 + back % 4 / 60,
        })  # fmt: skip
    return rows


def pace() -> list[Row]:
    lines = (
        ("revenue", "company", "", 3_000_000.0, 1_200_000.0, 450_000.0),
        ("revenue", "manager", "А. К.", 900_000.0, 520_000.0, None),
        ("revenue", "manager", "П. Т.", 700_000.0, 130_000.0, None),
        ("qualified", "company", "", 100.0, 38.0, None),
        ("qualified", "channel", "VK Реклама", None, 9.0, None),
    )
    return [
        {"metric": metric, "scope": scope, "name": name, "plan": plan, "fact": fact, "elapsed": 8,
         "total": 20, "largest": largest}
        for metric, scope, name, plan, fact, largest in lines
    ]  # fmt: skip


def pace_daily() -> list[Row]:
    rows = []
    for metric, a_day, plan in (("revenue", 150_000.0, 3_000_000.0), ("qualified", 4.75, 100.0)):
        rows += [
            {"metric": metric, "day": date(2026, 11, day), "plan": plan * day / 30,
             "fact": round(a_day * day * 8 / 12, 2) if day <= 12 else None,
             "forecast": a_day * 8 + a_day * (day - 12) * 12 / 18 if day >= 12 else None}
            for day in range(1, 31)
        ]  # fmt: skip
    return rows


COVER: Row = {
    "month": date(2026, 11, 1), "plan": 3_000_000.0, "fact": 1_200_000.0,
    "open_amount": 6_100_000.0, "weighted": 1_450_000.0, "win_rate": 0.26, "win_rate_n": 214,
    "open_count": 74, "without_amount": 6, "overdue": 11, "stuck": 9, "cycle_median": 23,
    "cycle_p75": 41, "cycle_n": 188, "days_left": 18, "average_deal": 81_000.0,
}  # fmt: skip


def five(names: str = "initials") -> list[Row]:
    gap = {"plan": 3_000_000.0, "fact": 1_200_000.0}
    days = {"elapsed": 8, "total": 20}
    share = wilson(90, 130)
    return [
        {
            "id": "run_rate", "kind": "share", "metric": "revenue", **gap, **days, "reason": None,
            "value": of("run_rate", **gap, **days), "low": 1.0, "high": None, "n": 15,
            "previous": 0.93, "previous_period": "week", "status": "good", "basis": None,
            "forecast": of("forecast", fact=gap["fact"], **days),
            "need_per_day": of("need_per_day", **gap, **days), "pace_per_day": 150_000.0,
        },
        {
            "id": "coverage_raw", "kind": "ratio", "reason": None, "basis": None,
            "value": of("coverage_raw", open_amount=6_100_000.0, **gap), "low": 1 / 0.26,
            "high": None, "n": 74, "previous": 3.6, "previous_period": "week", "status": "warn",
            "open_amount": 6_100_000.0, "weighted": 1_450_000.0, "remaining": 1_800_000.0,
            "win_rate": 0.26, "win_rate_n": 214, "required": 1 / 0.26,
            "short_open": of("short_open", open_amount=6_100_000.0, win_rate=0.26, **gap),
        },
        {
            "id": "manager_conversion", "kind": "share", "value": 0.242, "reason": None,
            "low": None, "high": None, "n": 244, "previous": 0.231, "previous_period": "month",
            "status": "warn", "basis": None, "best": 21 / 62, "best_won": 21, "best_n": 62,
            "worst": 5 / 48, "worst_won": 5, "worst_n": 48, "median": 0.238, "is_proven": True,
            "best_name": "А. Королёва" if names == "full" else None,
            "worst_name": "П. Титов" if names == "full" else None,
        },
        {
            "id": "qualified_share", "kind": "share", "value": 90 / 130, "reason": None,
            "low": 0.6196, "high": 0.7804, "n": 130, "previous": 0.724, "previous_period": "week",
            "status": "good", "basis": None, "qualified": 90, "judged": 130, "pending": 7,
            "ci_low": share.low, "ci_high": share.high, "window": "week",
        },
        {
            "id": "customer_cost", "kind": "money", "value": 1_160_000 / 25, "reason": None,
            "low": None, "high": 36_000.0, "n": 25, "previous": 41_200.0,
            "previous_period": "month", "status": "bad", "basis": None, "spend": 1_160_000.0,
            "customers": 25, "leads": 412, "limit": 36_000.0, "period": "90 days",
        },
    ]  # fmt: skip


UNKNOWN_FIVE: Sequence[Row] = [
    {"id": id_, "kind": kind, "value": None, "reason": reason, "status": "unknown"}
    for id_, kind, reason in (
        ("run_rate", "share", "no_plan"),
        ("coverage_raw", "ratio", "no_plan"),
        ("manager_conversion", "share", "no_data"),
        ("qualified_share", "share", "no_data"),
        ("customer_cost", "money", "no_data"),
    )
]

SPARSE = replace(
    EMPTY,
    tables={
        "five": UNKNOWN_FIVE,
        "funnel": [
            {"stage": stage, "side": "marketing" if place < 4 else "sales", "source": None,
             "count": 7 if stage == "won" else None, "age_days": None}
            for place, stage in enumerate(STAGES)
        ],
        "channels": [
            {"channel": None, "spend": None, "leads": 3, "qualified": None, "diagnosis": None},
            {"channel": "VK", "spend": 5000.0, "leads": 0, "customers": 0, "diagnosis": None},
        ],
        "managers": [
            {"manager": None, "is_ranked": False, "basis": "closed", "closed_won": 1,
             "closed_lost": 0},
        ],
        "pace": [{"metric": "revenue", "scope": "company", "name": None, "plan": None,
                  "fact": None, "elapsed": 0, "total": 20, "largest": None}],
        "cover": [{"plan": None, "fact": None, "open_count": 0}],
        "pipeline": [{"stage": None, "count": 2, "amount": None, "probability": None}],
        "weeks": [{"week": "2026-W46", "qualified": None, "unqualified": None, "spam": None}],
        "months": [{"month": date(2026, 11, 1), "spend": None, "customers": None, "limit": None}],
        "trend_weeks": [{"week": "2026-W46", "start": date(2026, 11, 9), "is_frozen": False}],
        "trend_months": [{"month": date(2026, 11, 1), "is_frozen": False, "customers": None}],
        "sources": [{"source": "deals.csv", "object": "deal", "error": "source.file_missing",
                     "last_good": None}],
        "leads": [{"lead_id": "1"}],
        "deals": [{"deal_id": "1"}],
    },
)  # fmt: skip

RICH = replace(
    EMPTY,
    tables={
        "five": five(),
        "funnel": funnel(),
        "channels": channels(),
        "managers": managers(),
        "weeks": weeks(),
        "months": months(),
        "trend_weeks": trend_weeks(weeks()),
        "trend_months": trend_months(months()),
        "results": results(),
        "history": [{"week": "baseline", "metric": "stage_reached", "scope": "lead",
                     "value": 300, "frozen_at": datetime(2026, 9, 7, 8)}],
        "pace": pace(),
        "pace_daily": pace_daily(),
        "cover": [COVER],
        "pipeline": [
            {"stage": "Целевая", "sort": 6, "count": 31, "amount": 2_400_000.0,
             "probability": 0.22, "origin": "own", "n": 188, "weighted": 528_000.0},
            {"stage": "Предложение", "sort": 7, "count": 28, "amount": 2_300_000.0,
             "probability": 0.34, "origin": "own", "n": 120, "weighted": 782_000.0},
            {"stage": "Счёт", "sort": 8, "count": 15, "amount": 1_400_000.0, "probability": 0.7,
             "origin": "default", "n": 12, "weighted": 980_000.0},
        ],
        "stuck": [
            {"deal_id": "D-17", "title": "Котельная, Мытищи", "manager": "П. Т.",
             "stage": "Предложение", "amount": 640_000.0, "days_in_stage": 61,
             "expected_close": date(2026, 10, 20), "why": "overdue", "in_all": 11},
            {"deal_id": "D-21", "title": None, "manager": None, "stage": "Счёт", "amount": None,
             "days_in_stage": 33, "expected_close": None, "why": "no_amount", "in_all": 6},
        ],
        "quality_floors": [
            {"id": "source", "value": 0.94, "floor": 0.9, "n": 412, "affects": "channels"},
            {"id": "owner", "value": 0.99, "floor": 0.98, "n": 300, "affects": "managers"},
            {"id": "amount", "value": 0.74, "floor": 0.8, "n": 74, "affects": "pipeline"},
            {"id": "verdict", "value": None, "floor": 0.8, "n": 0, "affects": "qualified_share"},
        ],
        "quality_counts": [
            {"id": "duplicates", "count": 23, "example": "100045"},
            {"id": "won_before_created", "count": 1, "example": "D-9"},
        ],
        "sources": [
            {"source": "leads.csv", "object": "lead", "file": "leads.csv", "rows_read": 3120,
             "loaded": 3090, "quarantined": 30, "totals_dropped": 1, "error": None,
             "last_good": datetime(2026, 11, 13, 8, 5), "first_day": date(2025, 9, 15),
             "last_day": date(2026, 11, 12)},
        ],
        "rejections": [
            {"object": "deal", "file": "deals.csv", "line": 77, "column": "Сумма",
             "value": "=1+1", "reason": "not_money"},
        ],
        "log": [
            {"started": datetime(2026, 11, 13, 8, 5), "finished": datetime(2026, 11, 13, 8, 6),
             "source": "leads.csv", "read": 3120, "new": 40, "changed": 12, "rejected": 30,
             "gone": 0, "message": ""},
        ],
        "full_cost": [
            {"spend": 1_160_000.0, "agency": 120_000.0, "tools": 30_000.0, "salary": None,
             "customers": 56, "has_agency": True, "has_tools": True, "has_salary": False},
        ],
        "bonus": [
            {"bonus_id": "2026-11|Вера", "month": date(2026, 11, 1), "person": "Вера",
             "leads": 130.0, "q_paid": 90.0, "pending": 3, "disputed": 1, "plan": 100.0,
             "attainment": 0.9, "rate": 500.0, "base": 45_000.0, "accelerator": 0.0,
             "threshold_factor": 1.0, "brake_factor": 1.0, "team_factor": 1.0,
             "adjust_auto": 0.0, "computed": 45_000.0, "old_rule": 65_000.0,
             "cutoff_on": date(2026, 12, 7), "awaits": "running", "lacks": "goal", "late": 2},
            {"bonus_id": "2026-10|Вера", "month": date(2026, 10, 1), "person": "Вера",
             "computed": None, "awaits": "to_approve", "lacks": "channels", "unowned": 4},
        ],
        "guards": [
            {"id": "rejected_won", "cases": 1},
            {"id": "reject_share", "cases": 1, "p_value": 0.003},
            {"id": "mass_verdicts", "cases": 0},
            {"id": "recheck", "cases": 1},
            {"id": "no_next_step", "cases": None},
        ],
        "guard_won": [
            {"lead_id": "100003", "created_on": date(2026, 9, 1), "manager": "А. К.",
             "reason": "no_timing", "won_on": date(2026, 10, 8), "amount": 90_000.0},
        ],
        "guard_sellers": [
            {"manager": "А. К.", "n": 60, "rejected": 40, "p_value": 0.004,
             "is_different": True},
            {"manager": "И. Л.", "n": 9, "rejected": 2, "p_value": None, "is_different": False},
        ],
        "guard_cutoffs": [
            {"cutoff_on": date(2026, 11, 9), "verdicts": 31, "usual": 6.4, "is_mass": True},
        ],
        "guard_recheck": [
            {"lead_id": str(100_100 + number), "created_on": date(2026, 10, 5), "manager": None,
             "reason": "мнение продавца"}
            for number in range(40)
        ],
        "guard_stepless": [
            {"lead_id": "100007", "created_on": date(2026, 10, 5), "manager": "А. К.",
             "stage": "Счёт", "amount": None},
        ],
        "leads": [
            {"lead_id": "100001", "created_at": datetime(2026, 11, 12, 10, 0), "channel": "Авито",
             "owner": "Анна Королёва", "stage": "Связались", "crm_verdict": "unqualified",
             "crm_reason": "не наш регион", "row_state": "live"},
            {"lead_id": "100002", "created_at": datetime(2026, 11, 12, 9, 0), "channel": None,
             "crm_verdict": None, "row_state": "duplicate"},
        ],
        "deals": [
            {"deal_id": "500", "title": "=Котёл", "owner": "Игорь Лебедев", "stage": "Счёт",
             "amount": 120_000.0, "p": 0.7, "days_in_stage": 12, "stuck_why": "overdue",
             "created_at": datetime(2026, 9, 1, 9, 0), "row_state": "live"},
            {"deal_id": "501", "title": "Насос", "amount": None, "p": 0.2, "row_state": "gone"},
        ],
        **about(TABS, {tab.name for tab in TABS if tab.is_hidden}),
        "one": [{"window": "90 days", "window_people": "365 days"}],
        **made_up_decisions.TABLES,
        "measured": [
            {"criterion": "S1", "measured": 1, "value": "89 %", "n": 9},
            {"criterion": "S3", "measured": 2, "value": "99 %", "n": 300},
        ],
        "typed.scorecard": [
            {"criterion": f"{letter}{place}", "sales": side, "marketing": place % 3}
            for letter, side in zip("MCSQR", (0, 1, 2, "unknown", 1), strict=True)
            for place in range(1, 5)
        ],
    },
)  # fmt: skip


def with_tables(**tables: Sequence[Row]) -> Facts:
    """Return the whole firm with other tables."""
    return replace(RICH, tables={**RICH.tables, **tables})
