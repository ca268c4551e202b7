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
    "lever_month": [
        {"month": date(2026, 11, 1), "days": 30, "days_left": 18, "month_spend": 386_000.0,
         "month_revenue": None}
    ],
}  # fmt: skip
