"""All result tables by name, and all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sheets_sync.calendars import DAY
from sheets_sync.metrics import Metric, compute
from sheets_sync.reports import (
    bonus,
    bonus_guards,
    channel_list,
    channels,
    costs,
    days,
    experiments,
    five,
    forecast,
    funnel,
    gaps,
    habits,
    history,
    hypotheses,
    lead_plan,
    levers,
    managers,
    meeting,
    minutes,
    norms,
    occasions,
    pace,
    people,
    pipeline,
    quality,
    quality_share,
    response,
    results,
    rounds,
    rows,
    scorecard_measures,
    snapshot,
    stages,
    tasks,
    totals,
    trend,
    verdicts,
)
from sheets_sync.reports.ground import Found, Ground, survey
from templates.scorecard import load as scorecard
from templates.tab import Facts, Row, Value

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from formulas.questionnaire import Questionnaire
    from sheets_sync.periods import Period
    from sheets_sync.state import Run

REPORTS: Mapping[str, Callable[[Ground], list[Found]]] = {
    "five": five.report,
    "pace": pace.report,
    "pace_daily": pace.daily,
    "funnel": funnel.report,
    "channels": channels.report,
    "full_cost": costs.report,
    "bonus": bonus.report,
    "guards": bonus_guards.report,
    "guard_won": bonus_guards.won,
    "guard_sellers": bonus_guards.sellers,
    "guard_cutoffs": bonus_guards.cutoffs,
    "guard_recheck": bonus_guards.recheck,
    "guard_stepless": bonus_guards.stepless,
    "managers": managers.report,
    "slowness": response.slowness,
    "weeks": quality_share.report,
    "months": history.report,
    "results": results.report,
    "trend_weeks": trend.weeks,
    "trend_months": trend.months,
    "pipeline": pipeline.stages,
    "cover": pipeline.summary,
    "stuck": pipeline.stuck,
    "lead_plan": lead_plan.report,
    "lead_plan_channels": lead_plan.by_channel,
    "levers": levers.report,
    "lever_month": levers.summary,
    "meeting_channels": meeting.by_channel,
    "minutes": minutes.report,
    "quality_floors": quality.floors,
    "quality_counts": quality.counts,
    "unmapped": gaps.unmapped,
    "quality_weeks": gaps.weeks,
    "adjustments": gaps.adjustments,
    "sources": quality.sources,
    "rejections": quality.rejections,
    "log": quality.log,
    "stages": stages.report,
    "people": people.report,
    "channel_list": channel_list.report,
    "channel_rules": channel_list.rules,
    "days": days.report,
    "rates": days.rates,
    "rule_versions": verdicts.versions,
    "rule_answers": verdicts.answers,
    "rule_agreement": verdicts.agreement,
    "reasons_used": verdicts.reasons_used,
    "reasons_by_channel": verdicts.reasons_by_channel,
    "pending_leads": verdicts.pending,
    "disputes": verdicts.disputes,
    "leads": rows.leads,
    "deals": rows.deals,
    "tasks": tasks.report,
    "hypotheses": hypotheses.report,
    "open_hypotheses": hypotheses.open_hypotheses,
    "experiments": experiments.report,
    "running_experiments": experiments.running,
    "promos": occasions.promos,
    "events": occasions.events,
    "coming": occasions.coming,
    "work_alerts": occasions.alerts,
    "tasks_due": tasks.due_tasks,
    "measured": scorecard_measures.report,
    "one": totals.report,
    "norms": norms.report,
    "rounds": rounds.report,
    "forecast_errors": forecast.report,
    "history": snapshot.report,
}


def told(
    connection: DuckDBPyConnection,
    *,
    period: Period | None,
    as_of: date,
    today: date,
    currency: str,
    settings: Mapping[str, Value],
    typed: Mapping[str, Sequence[Row]],
    history: Sequence[Row],
) -> list[Metric]:
    """Return every metric of the company: of a period, or each of its natural one."""
    last = min(as_of, period.end - DAY) if period and period.end else as_of
    ground = _ready(
        survey(
            connection,
            as_of=last,
            today=today,
            currency=currency,
            settings=settings,
            runs=(),
            typed=typed,
            history=history,
            questionnaire=scorecard(),
        )
    )
    if not period:
        return list(ground.told.values())
    found = compute(connection, period=period, as_of=as_of, currency=currency, settings=settings)
    return [ground.told[m.metric] if m.metric in habits.HABITS else m for m in found]


def _ready(ground: Ground) -> Ground:
    """Make the tables that several reports read, and add what is told by what people typed."""
    for prepare in (pipeline.prepare, managers.prepare, response.prepare, verdicts.prepare):
        prepare(ground)
    return replace(ground, told={**ground.told, **habits.told(ground)})


def facts(  # noqa: PLR0913  (everything that the tables rest on)
    connection: DuckDBPyConnection,
    *,
    as_of: date,
    synced_at: datetime,
    company: str,
    currency: str,
    settings: Mapping[str, Value],
    runs: Sequence[Run] = (),
    typed: Mapping[str, Sequence[Row]] | None = None,
    history: Sequence[Row] = (),
    questionnaire: Questionnaire | None = None,
) -> Facts:
    """Compute every result table as of the end of a day; the store is only read.

    `typed` are the rows that people filled in, by tab; `history` what was known of past weeks. The
    table `history` has these, and the weeks that are over since, frozen at `synced_at`.
    """
    ground = _ready(
        survey(
            connection,
            as_of=as_of,
            today=synced_at.date(),
            currency=currency,
            settings=settings,
            runs=runs,
            typed=typed or {},
            history=history,
            questionnaire=questionnaire or scorecard(),
        )
    )
    frozen = [{**row, "frozen_at": synced_at} for row in snapshot.frozen(ground)]
    ground = replace(ground, history=[*ground.history, *frozen])
    tables = {name: report(ground) for name, report in REPORTS.items()}
    return Facts(tables, company, currency, as_of, synced_at, settings, ground.questionnaire)
