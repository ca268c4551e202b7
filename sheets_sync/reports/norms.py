"""What is usual for the firm itself, beside each norm that people may set by hand."""

from __future__ import annotations

from formulas.interval import norm_band
from sheets_sync.reports import bottleneck, quality_share
from sheets_sync.reports.ground import Found, Ground

Edges = tuple[float | None, float | None, int | None]
"""What is usual: not below, not above, and of how many weeks that is known."""


def report(ground: Ground) -> list[Found]:
    """Return what is usual for the number of each norm."""
    rows = []
    for line in ground.typed.get("norms", ()):
        scope = None if line.get("scope") is None else str(line["scope"])
        low, high, weeks = _usual(ground, str(line.get("metric")), scope)
        rows.append({
            "norm_id": line["norm_id"],
            "auto_low": low,
            "auto_high": high,
            "weeks_used": weeks,
        })  # fmt: skip
    return rows


def _usual(ground: Ground, metric: str, channel: str | None) -> Edges:
    if metric == "qualified_share":
        usual = quality_share.usual_share(ground, ground.as_of, channel)
        if usual is None:
            return None, None, None
        band = norm_band(usual.share, usual.a_week)
        return band.low, band.high, usual.weeks
    if metric == "manager_conversion":
        return bottleneck.usual_conversion(ground), None, None
    if metric == "customer_cost":
        return None, ground.usual_limit, None
    return None, None, None
