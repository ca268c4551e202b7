"""The tabs of the workbook, one file each, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterable

from formulas.questionnaire import Scale
from templates.tab import Tab
from templates.tabs import (
    agenda,
    bonus,
    bonus_check,
    bonus_rules,
    calendar,
    channel_list,
    channel_rules,
    channels,
    costs,
    deals,
    disputes,
    events,
    experiments,
    funnel,
    fx,
    history,
    hypotheses,
    lead_plan,
    leads,
    managers,
    meeting,
    minutes,
    norms,
    overview,
    pace,
    people,
    pipeline,
    plan,
    promos,
    qualification,
    quality,
    reasons,
    rule_versions,
    scorecard,
    scorecard_result,
    settings,
    stages,
    sync_log,
    tasks,
)
from templates.tabs import (
    help as guide,
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
    bonus_check.REPORT,
    guide.REPORT,
    scorecard.TAB,
    leads.TAB,
    deals.TAB,
    tasks.TAB,
    disputes.TAB,
    hypotheses.TAB,
    experiments.TAB,
    promos.TAB,
    events.TAB,
    minutes.TAB,
    bonus.TAB,
    plan.TAB,
    norms.TAB,
    qualification.TAB,
    rule_versions.TAB,
    reasons.TAB,
    bonus_rules.TAB,
    channel_list.TAB,
    channel_rules.TAB,
    stages.TAB,
    people.TAB,
    agenda.TAB,
    costs.TAB,
    calendar.TAB,
    fx.TAB,
    settings.TAB,
    history.TAB,
    quality.REPORT,
    sync_log.REPORT,
)


def asking(signs: Iterable[tuple[str, str]], scale: Scale | None = None) -> tuple[Tab, ...]:
    """Return the tabs with what they ask people for.

    Leads ask for the signs of the rule, by row and question; the assessment for answers on a scale.
    """
    asked: dict[str, Tab] = {"leads": leads.with_signs(leads.TAB, signs)}
    if scale is not None:
        asked["scorecard"] = scorecard.table(scale)
    return tuple(asked.get(tab.name, tab) for tab in TABS)
