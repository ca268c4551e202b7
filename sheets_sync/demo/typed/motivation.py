"""What the made-up company agreed on with its marketers, and what else marketing costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from sheets_sync.demo.exports import lead_id
from sheets_sync.demo.story import MONTHS, found

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value
    from templates.words import Words

RATE, OLD_RATE = 450.0, 400.0
MONTHS_OF_RULE, ADJUSTED, LATE = 5, 4, 2
"""Months back: the first with a bonus, one with a correction, one with verdicts that came late."""

APPROVED = 12
"""The day of the next month on which a month is approved."""

COSTS = {"agency": 60_000, "tools": 18_000, "salary": 240_000}


def typed(last_day: date, words: Words) -> Inputs:
    """Return the rules of the bonus and the costs."""
    return {"bonus_rules": rules(last_day, words), "costs": dict(_costs(last_day))}


def diary(last_day: date, words: Words) -> Iterator[tuple[date, Inputs]]:
    """Yield late verdicts, and the approvals of the months that are over: the last is open."""
    first, second = (words(f"demo.marketer.{number}") for number in (1, 2))
    corrected: dict[str, Value] = {
        "adjust_manual": -1_500.0,
        "adjust_reason": words("demo.bonus.reason"),
    }
    for back in range(MONTHS_OF_RULE, 1, -1):
        month = f"{month_back(last_day, back):%Y-%m}"
        day = month_back(last_day, back - 1).replace(day=APPROVED)
        signed: dict[str, Value] = {"approved_by": words("demo.seller.1"), "approved_on": day}
        whole = signed | corrected if back == ADJUSTED else signed
        yield day, {"bonus": {f"{month}|{first}": whole, f"{month}|{second}": signed}}
    day = month_back(last_day, LATE - 1).replace(day=APPROVED + 1)
    judged = {"our_verdict": "qualified", "our_comment": words("demo.bonus.late")}
    yield day, {"leads": dict.fromkeys(_misjudged(last_day), judged)}


def _misjudged(last_day: date) -> list[str]:
    """Return the last leads of a month that the CRM rejects and people later took for good."""
    month, end = month_back(last_day, LATE), month_back(last_day, LATE - 1)
    rejected = [
        lead_id(lead)
        for lead in found(last_day).leads
        if month <= lead.created_at.date() < end and lead.verdict == "unqualified"
    ]
    return rejected[-3:]


def rules(last_day: date, words: Words) -> dict[str, dict[str, Value]]:
    """Return the rule of each marketer: a flat rate, and for one later a common goal as well."""
    began, changed = month_back(last_day, MONTHS_OF_RULE), month_back(last_day, 1)
    flat: dict[str, Value] = {"basis": "for_qualified", "rate": RATE, "old_rate": OLD_RATE}
    goal: dict[str, Value] = {"threshold": 0.7, "below_factor": 0.5, "cap": 1.3, "team_share": 0.2}
    first, second = (words(f"demo.marketer.{number}") for number in (1, 2))
    return {
        "B-0001": {"person": first, "valid_from": began, **flat},
        "B-0002": {"person": first, "valid_from": changed, **flat, **goal},
        "B-0003": {"person": second, "valid_from": began, **flat},
    }


def month_back(day: date, months: int) -> date:
    """Return the first day of the month so many months before that of a day.

    >>> month_back(date(2026, 2, 22), 3)
    datetime.date(2025, 11, 1)
    """
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _costs(last_day: date) -> Iterator[tuple[str, dict[str, Value]]]:
    number = 0
    for back in range(MONTHS - 1, -1, -1):
        for kind, amount in COSTS.items():
            number += 1
            month = month_back(last_day, back)
            yield (
                f"C-{number:04d}",
                {"month": month, "kind": kind, "amount": float(amount)},
            )
