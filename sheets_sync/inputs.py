"""What people typed, read as data: plans, verdicts, scorecard answers.

A wrong value is named in words beside its row and otherwise ignored; it is never overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Row, Value

MONTHS = (
    ("янв", "jan"), ("фев", "feb"), ("мар", "mar"), ("апр", "apr"), ("ма", "may"), ("июн", "jun"),
    ("июл", "jul"), ("авг", "aug"), ("сен", "sep"), ("окт", "oct"), ("ноя", "nov"), ("дек", "dec"),
)  # fmt: skip
"""How the names of the months begin; March stands before May, whose beginning is shorter."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan of one month: for the company, or for the manager or channel `owner`."""

    key: str
    month: date
    metric: str
    scope: str
    owner: str
    value: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What people say of a lead, which outranks what the CRM says."""

    lead_id: str
    verdict: str  # qualified, unqualified, spam
    reason: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A typed value that cannot be used: the text `problem.<id>`."""

    tab: str
    key: str
    column: str
    id: str
    value: Value


def parse_month(value: Value) -> date | None:
    """Return the first day of the month that a person meant.

    >>> [parse_month(text) for text in ("2026-11", "11.2026", "ноябрь 2026", "May 2026")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [datetime.date(2026, 11, 1), datetime.date(2026, 11, 1), datetime.date(2026, 11, 1),
     datetime.date(2026, 5, 1)]
    >>> parse_month("soon")
    """
    if isinstance(value, datetime):
        return value.date().replace(day=1)
    if isinstance(value, date):
        return value.replace(day=1)
    text = str(value or "").strip().lower()
    if match := re.fullmatch(r"(\d{4})[-./](\d{1,2})(?:[-./]\d{1,2})?", text):
        year, month = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"(?:\d{1,2}[-./])?(\d{1,2})[-./](\d{4})", text):
        year, month = int(match[2]), int(match[1])
    elif match := re.fullmatch(r"([a-zа-я]+)\.?\s+(\d{4})(?:\s*г\.?)?", text):
        year, month = int(match[2]), _named_month(match[1])
    else:
        return None
    return date(year, month, 1) if 1 <= month <= 12 and 1900 < year < 2200 else None  # noqa: PLR2004


def _named_month(name: str) -> int:
    for number, beginnings in enumerate(MONTHS, start=1):
        if name.startswith(beginnings):
            return number
    return 0


def parse_number(value: Value) -> float | None:
    """Return the number that a person typed, however they separate thousands.

    >>> parse_number("3 000 000,50 ₽"), parse_number(100), parse_number("many")
    (3000000.5, 100.0, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    text = re.sub(r"[\s\u00a0\u202f'₽$€]|руб\.?", "", str(value)).replace(",", ".")
    try:
        return float(text) if re.fullmatch(r"[-+]?\d+(\.\d+)?", text) else None
    except ValueError:  # pragma: no cover  (the pattern admits nothing that float refuses)
        return None


def plan_lines(inputs: Inputs) -> tuple[list[PlanLine], list[Problem]]:
    """Read the plan tab; of equal lines the last one counts."""
    lines: dict[tuple[date, str, str, str], PlanLine] = {}
    problems: list[Problem] = []
    for key, row in inputs.get("plan", {}).items():
        if not any(row.get(column) is not None for column in ("period", "metric", "value")):
            continue
        month, value = parse_month(row.get("period")), parse_number(row.get("value"))
        metric, scope = row.get("metric") or "revenue", str(row.get("scope") or "company")
        owner = str(row.get("owner") or "").strip()
        wrong = _wrong_plan(month, value, scope, owner)
        if wrong:
            problems.append(Problem("plan", key, wrong[0], wrong[1], row.get(wrong[0])))
        elif month and value is not None:
            line = PlanLine(key, month, str(metric), scope, owner, value)
            lines[month, line.metric, scope, owner] = line
    return list(lines.values()), problems


def _wrong_plan(
    month: date | None, value: float | None, scope: str, owner: str
) -> tuple[str, str] | None:
    if month is None:
        return "period", "not_a_month"
    if value is None or value < 0:
        return "value", "not_a_plan"
    if scope in {"manager", "channel"} and not owner:
        return "owner", "no_owner"
    return None


def verdicts(inputs: Inputs) -> list[Verdict]:
    """Read the verdicts typed on the leads tab."""
    return [
        Verdict(key, str(row["our_verdict"]), _text(row.get("our_reason")))
        for key, row in inputs.get("leads", {}).items()
        if row.get("our_verdict") in {"qualified", "unqualified", "spam"}
    ]


def answers(inputs: Inputs) -> list[Row]:
    """Read the scorecard: a row a criterion with both opinions, and what was decided and why."""
    said = ("sales", "marketing", "override", "override_note")
    return [
        {"criterion": key, **{column: row.get(column) for column in said}}
        for key, row in inputs.get("scorecard", {}).items()
    ]


def merged(remembered: Inputs, typed: Inputs) -> Inputs:
    """Return what was typed, and for tabs that are gone what is remembered of them."""
    return {**remembered, **typed}


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def rows(inputs: Inputs, tab: str, key: str) -> list[Row]:
    """Return the typed rows of a tab, each with its key in the column `key`."""
    return [{key: name, **row} for name, row in inputs.get(tab, {}).items()]


def typed_settings(inputs: Inputs) -> Mapping[str, Value]:
    """Return the settings that people typed, by id."""
    return {
        key: row["value"]
        for key, row in inputs.get("settings", {}).items()
        if row.get("value") is not None
    }
