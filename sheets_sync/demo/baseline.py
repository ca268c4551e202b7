"""The made-up company's funnel on the day when the workbook was set up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheets_sync.demo.story import Company, Lead
    from templates.tab import Row

WINDOW, MONTH = timedelta(days=90), timedelta(weeks=4)
UNTOLD = ("visit", "contacted")
"""Stages of which nobody wrote anything down then."""


def frozen(company: Company, day: date) -> Iterator[Row]:
    """Yield how many had reached each stage, as far as that was known."""
    first = day - WINDOW
    spent = [row for row in company.spend if first < row.day <= day]
    leads = [lead for lead in company.leads if first < lead.created_at.date() <= day]
    counts = {
        "impression": sum(row.impressions for row in spent),
        "click": sum(row.clicks for row in spent),
        "lead": len(leads),
        "qualified": sum(lead.verdict == "qualified" for lead in leads),
        "proposal": sum(_reached(lead, "proposal", day) for lead in leads),
        "invoice": sum(_reached(lead, "invoice", day) for lead in leads),
        "won": sum(_is_won(lead, day) for lead in leads),
    }
    kept: Row = {"week": "baseline", "metric": "stage_reached", "fact_basis": "won",
            "rule_version": 1}  # fmt: skip
    for stage, count in counts.items():
        yield {**kept, "scope": stage, "value": count}
    for metric, value, n in _results(company, day):
        yield {**kept, "metric": metric, "scope": "company", "value": value, "n": n}
    for stage in UNTOLD:
        yield {**kept, "scope": stage, "value": None, "reason": "no_data"}


def _results(company: Company, day: date) -> Iterator[tuple[str, float, int]]:
    """Yield what was known of the results: metric, value, of how many."""
    first, month = day - WINDOW, day - MONTH
    judged = [
        lead
        for lead in company.leads
        if month < lead.created_at.date() <= day and lead.verdict and not lead.is_test
    ]
    good = sum(lead.verdict == "qualified" for lead in judged)
    yield "qualified_share", good / len(judged), len(judged)
    won = [
        lead
        for lead in company.leads
        if _is_won(lead, day) and lead.closed_at and lead.closed_at.date() > first
    ]
    spent = sum(float(row.cost) for row in company.spend if first < row.day <= day)
    yield "customer_cost", spent / len(won), len(won)
    days = [
        (lead.closed_at.date() - lead.verdict_at.date()).days
        for lead in won
        if lead.closed_at and lead.verdict_at
    ]
    yield "deal_cycle_median", float(median(days)), len(days)


def _reached(lead: Lead, stage: str, day: date) -> bool:
    told = any(after == stage and at.date() <= day for at, _, after in lead.moves)
    return told or _is_won(lead, day)


def _is_won(lead: Lead, day: date) -> bool:
    return lead.status == "won" and lead.closed_at is not None and lead.closed_at.date() <= day
