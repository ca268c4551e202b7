"""The tabs of the workbook, one file each, in the order in which they stand."""

from __future__ import annotations

from templates.tab import Tab
from templates.tabs import (
    agenda,
    bonus_rules,
    channels,
    costs,
    deals,
    funnel,
    history,
    lead_plan,
    leads,
    managers,
    meeting,
    minutes,
    overview,
    pace,
    pipeline,
    plan,
    quality,
    scorecard,
    scorecard_result,
    settings,
    sync_log,
    tasks,
)

TABS: tuple[Tab, ...] = (
    overview.REPORT,
    funnel.REPORT,
    pace.REPORT,
    pipeline.REPORT,
    lead_plan.REPORT,
    channels.REPORT,
    managers.REPORT,
    scorecard_result.REPORT,
    meeting.REPORT,
    scorecard.TAB,
    leads.TAB,
    deals.TAB,
    tasks.TAB,
    minutes.TAB,
    plan.TAB,
    agenda.TAB,
    bonus_rules.TAB,
    costs.TAB,
    settings.TAB,
    history.TAB,
    quality.REPORT,
    sync_log.REPORT,
)
