"""The rows that feed the tabs of leads and deals: the open ones, and those of the last 200 days."""

from __future__ import annotations

from importlib.resources import files

from sheets_sync.reports.ground import Found, Ground

DAYS = 200
MOST = 20_000  # rows of a tab, so that it opens at once; rows that are there already stay


def leads(ground: Ground) -> list[Found]:
    """Return the leads, newest first; verdicts and states are ids."""
    text = files("sheets_sync.reports").joinpath("leads.sql").read_text(encoding="utf-8")
    return ground.new_rows(text.format(days=DAYS, most=MOST))


def deals(ground: Ground) -> list[Found]:
    """Return the deals, newest first; states and reasons to look are ids."""
    text = files("sheets_sync.reports").joinpath("deals.sql").read_text(encoding="utf-8")
    gone = f"""
        select deal_id, title, nullif(trim(manager), '') as owner, stage,
            cast(amount as double) as amount, 'gone' as row_state
        from deal
        where is_deleted and coalesce(created_on, closed_on, $as_of) > $as_of - {DAYS}
        order by coalesce(created_on, closed_on) desc nulls last, deal_id
        limit {MOST}
        """
    return [*ground.new_rows(text.format(days=DAYS, most=MOST)), *ground.new_rows(gone)]
