"""What people typed, read as data: days, months and numbers, plans, verdicts, settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from templates.tabs.plan import OWNED

if TYPE_CHECKING:
    from sheets_sync.workbook import Inputs
    from templates.tab import Value

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


def parse_day(value: Value) -> date | None:
    """Return the day that a person meant; day, month, year unless the year comes first.

    >>> [str(parse_day(text)) for text in ("2026-11-30", "30.11.2026", "30/11/26")]
    ['2026-11-30', '2026-11-30', '2026-11-30']
    >>> parse_day("soon"), parse_day("31.02.2026")
    (None, None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    if match := re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", text):
        year, month, day = (int(part) for part in match.groups())
    elif match := re.fullmatch(r"(\d{1,2})[-./](\d{1,2})[-./](\d{2}|\d{4})", text):
        day, month, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0  # noqa: PLR2004
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


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


def plan_lines(inputs: Inputs) -> list[PlanLine]:
    """Read the plan tab, as far as it can be used; of equal lines the last one counts."""
    lines: dict[tuple[date, str, str, str], PlanLine] = {}
    for key, row in inputs.get("plan", {}).items():
        month, value = row.get("period"), row.get("value")
        scope, owner = str(row.get("scope") or "company"), str(row.get("owner") or "")
        if not isinstance(month, date) or not isinstance(value, float):
            continue
        line = PlanLine(key, month, str(row.get("metric") or "revenue"), scope, owner, value)
        if scope not in OWNED or owner:
            lines[month, line.metric, scope, owner] = line
    return list(lines.values())


def meanings(inputs: Inputs) -> dict[str, str]:
    """Read what people say that the stages of the CRM mean."""
    return {
        stage: str(row["canonical_stage"])
        for stage, row in inputs.get("stages", {}).items()
        if row.get("canonical_stage")
    }


def days(inputs: Inputs) -> list[tuple[date, bool]]:
    """Read on which days the company works, or not, against the country's calendar."""
    found = ((parse_day(key), row.get("is_working")) for key, row in _rows(inputs, "calendar"))
    return [(day, said == "workday") for day, said in found if day and said]


def rates(inputs: Inputs) -> list[tuple[date, str, float]]:
    """Read from which day on a unit of a currency is worth how much; of equal ones the last counts.

    >>> dollar = {"from_date": date(2026, 11, 2), "from_currency": "usd", "rate": 92.5}
    >>> rates({"fx": {"X-1": dollar}})
    [(datetime.date(2026, 11, 2), 'USD', 92.5)]
    """
    found: dict[tuple[date, str], float] = {}
    for _, row in _rows(inputs, "fx"):
        day, code, rate = row.get("from_date"), row.get("from_currency"), row.get("rate")
        if isinstance(day, date) and code and isinstance(rate, float):
            found[day, str(code).strip().upper()] = rate
    return [(day, code, rate) for (day, code), rate in found.items()]


def _rows(inputs: Inputs, tab: str) -> Iterable[tuple[str, Mapping[str, Value]]]:
    return inputs.get(tab, {}).items()


def merged(remembered: Inputs, typed: Inputs) -> Inputs:
    """Return what was typed, and for tabs that are gone what is remembered of them."""
    return {**remembered, **typed}


def typed_settings(inputs: Inputs) -> Mapping[str, Value]:
    """Return the settings that people typed, by id."""
    return {
        key: row["value"]
        for key, row in inputs.get("settings", {}).items()
        if row.get("value") is not None
    }
