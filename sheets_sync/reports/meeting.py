"""What the meeting looks at: the newest share of qualified leads by channel."""

from __future__ import annotations

from formulas.interval import wilson
from sheets_sync.reports import quality_share
from sheets_sync.reports.ground import Found, Ground


def by_channel(ground: Ground) -> list[Found]:
    """Return qualified and judged leads by channel, in the days of the third number."""
    window, _ = quality_share.newest(ground, ground.as_of)
    sql = f"""
        select channel, {quality_share.COUNTS} from leads_now
        where created_on between $first and $last
        group by channel
        order by count(*) desc, channel
        """
    is_counted = bool(ground.settings["spam_counts"])
    rows = []
    for row in ground.rows(sql, first=window.first, last=window.last):
        qualified, judged = quality_share.judged(row, is_spam_counted=is_counted)
        interval = wilson(qualified, judged)
        rows.append({
            "channel": row["channel"],
            "qualified": qualified,
            "judged": judged,
            "low": interval.low,
            "high": interval.high,
        })  # fmt: skip
    return rows
