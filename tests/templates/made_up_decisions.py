"""Made-up facts of what decisions are taken from: levers, the lead plan, the price of slowness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from templates.tab import Row


def lever(name: str, now: float, norm: float | None, best: float | None, **more: object) -> Row:
    return {"lever": name, "now": now, "n": 412, "norm": norm, "best": best, "best_n": 84,
            "in_time": 0.6, "best_kind": None, "best_name": None, **more}  # fmt: skip


TABLES: Mapping[str, Sequence[Row]] = {
    "levers": [
        lever("conversion", 0.242, 0.21, 0.34, best_kind="manager"),
        lever("average_deal", 81_000.0, None, 94_000.0, best_kind="manager", best_name="А. К."),
        lever("customer_cost", 46_400.0, 36_000.0, 15_000.0, best_kind="channel",
              best_name="Авито"),
        lever("qualified_share", 0.68, 0.62, 0.9, best_kind="channel", in_time=0.02),
        lever("leads", 137.3, 145.0, None, in_time=None),
    ],
    "lead_plan": [
        {"month": date(2026, 11, 1), "amount": 3_000_000.0, "average_deal": 150_000.0,
         "conversion": 0.2, "qualified_share": 0.69, "planned_qualified": 110.0,
         "planned_leads": None, "qualified": 38, "leads": 57, "expected_total": 1_775_000.0},
        {"month": date(2026, 12, 1), "amount": None, "average_deal": 150_000.0,
         "conversion": 0.2, "qualified_share": 0.69, "planned_qualified": None,
         "planned_leads": None, "qualified": None, "leads": None, "expected_total": None},
    ],
    "lead_plan_channels": [
        {"month": date(2026, 11, 1), "channel": "Авито", "mix": 0.6, "qualified_share": 0.75,
         "is_own_share": True, "planned_qualified": 60.0, "qualified": 21},
        {"month": date(2026, 11, 1), "channel": None, "mix": 0.4, "qualified_share": 0.69,
         "is_own_share": False, "planned_qualified": None, "qualified": 17},
    ],
    "slowness": [
        {"in_time": 1508, "in_time_won": 239, "in_time_low": 0.1409, "in_time_high": 0.1778,
         "late": 669, "late_won": 78, "late_low": 0.0944, "late_high": 0.1431,
         "difference": 0.0419, "difference_low": 0.0101, "difference_high": 0.0713,
         "is_enough": True, "is_proven": True, "average_deal": 142_546.82, "sla_hours": 1.0,
         "cost_low": 960_720.0, "cost_high": 6_797_524.0},
    ],
    "unmapped": [
        {"kind": "stage", "tab": "stages", "name": "Думает", "n": 31},
        {"kind": "lead_source", "tab": "channel_rules", "name": "=1+1", "n": 4},
        {"kind": "spend", "tab": "channel_rules", "name": "brand", "n": 2},
        {"kind": "person", "tab": "people", "name": "Олег Ершов", "n": 9},
    ],
    "adjustments": [
        {"week": "2026-W44", "metric": "leads", "was": 58.0, "now": 56.0, "by": -2.0},
        {"week": "2026-W44", "metric": "revenue", "was": 900_000.0, "now": 1_020_000.0,
         "by": 120_000.0},
    ],
    "quality_weeks": [
        {"start": date(2026, 10, 26), "n": 56, "source": 1.0, "owner": 0.98, "verdict": 0.91},
        {"start": date(2026, 11, 2), "n": 67, "source": 0.97, "owner": 1.0, "verdict": None},
    ],
    "lever_month": [
        {"month": date(2026, 11, 1), "days": 30, "days_left": 18, "month_spend": 386_000.0,
         "month_revenue": None}
    ],
}  # fmt: skip
