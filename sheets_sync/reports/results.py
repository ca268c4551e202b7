"""What has come of it: results as they were written down at set-up, and as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheets_sync.reports import five, trend
from sheets_sync.reports.ground import Found, Ground, number

BASELINE, COMPANY = "baseline", "company"
KINDS: Mapping[str, str] = {
    "qualified_share": "share",
    "conversion_median": "share",
    "customer_cost": "money",
    "deal_cycle_median": "days",
    "plan_attainment_3m": "share",
}
TOLD = ("deal_cycle_median", "plan_attainment_3m")
"""Those that are no number of a tile."""


def frozen(ground: Ground) -> Iterator[Found]:
    """Yield what is kept of the results that are no number of a tile."""
    for metric in TOLD:
        found = ground.told[metric]
        yield {
            "metric": metric,
            "value": number(found.value),
            "reason": found.reason,
            "n": found.n,
        }


def report(ground: Ground) -> list[Found]:
    """Return the results that were written down at set-up, beside those of now.

    Shares of qualified leads under two versions of the rule do not compare.
    """
    kept = {
        str(row["metric"]): row
        for row in ground.history
        if row["week"] == BASELINE and row["scope"] == COMPANY
    }
    now = {row["metric"]: row for row in (*_tiles(ground), *frozen(ground))}
    version = trend.rule_version(ground, ground.as_of)
    return [
        {
            "metric": metric,
            "kind": kind,
            "before": number(kept[metric].get("value")),
            "before_n": kept[metric].get("n"),
            "now": now[metric]["value"],
            "now_n": now[metric]["n"],
            "is_comparable": metric != "qualified_share"
            or kept[metric].get("rule_version") in (None, version),
        }
        for metric, kind in KINDS.items()
        if metric in kept
    ]


def _tiles(ground: Ground) -> Iterator[Found]:
    for row in five.report(ground):
        is_conversion = row["id"] == "manager_conversion"
        yield {
            "metric": "conversion_median" if is_conversion else row["id"],
            "value": row["median" if is_conversion else "value"],
            "n": row["n"],
        }
