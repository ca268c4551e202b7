"""What was planned for a period, and how much of the period has passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sheets_sync.calendars import Days, days, month_start, next_month, spent, worked
from sheets_sync.metrics.schedule import profile
from sheets_sync.periods import Period

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DEPARTMENTS: Mapping[str, str] = {"revenue": "sales", "won": "sales", "customers": "sales"}
"""Whose work a metric counts; what is not sales' is marketing's."""


def company_scopes(metric: str) -> tuple[str, ...]:
    """Return the scopes whose plan of a metric is the company's; the first planned one counts.

    The department that does the work plans for all, unless there is a plan of both.

    >>> company_scopes("revenue"), company_scopes("qualified")
    (('company', 'both', 'sales'), ('company', 'both', 'marketing'))
    """
    return "company", "both", DEPARTMENTS.get(metric, "marketing")


FEWEST_MONTHS, MOST_MONTHS = 3, 12


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans by month, metric, scope and owner in lower case, and the calendar."""

    lines: Mapping[tuple[date, str, str, str], float]
    connection: DuckDBPyConnection
    _worked: dict[tuple[date, date], dict[date, bool]] = field(default_factory=dict)
    _profiles: dict[tuple[str, date], dict[int, float]] = field(default_factory=dict)

    def of(
        self, metric: str, period: Period, scope: str = "company", owner: str = ""
    ) -> float | None:
        """Return the plan of a period; a part of a month has its part by working days."""
        if period.start is None or period.end is None:
            return None
        total, is_planned = 0.0, False
        month = month_start(period.start)
        while month < period.end:
            line = self._line(month, metric, scope, owner)
            if line is not None:
                is_planned = True
                total += line * self._part(month, period)
            month = next_month(month)
        return total if is_planned else None

    def _line(self, month: date, metric: str, scope: str, owner: str) -> float | None:
        if scope != "company":
            return self.lines.get((month, metric, scope, owner.strip().casefold()))
        for each in company_scopes(metric):
            if (month, metric, each, "") in self.lines:
                return self.lines[month, metric, each, ""]
        return None

    def _part(self, month: date, period: Period) -> float:
        assert period.start is not None and period.end is not None  # noqa: PT018, S101
        end = next_month(month)
        if period.start <= month and end <= period.end:
            return 1.0
        whole = self.days(Period("", month, end), end)
        part = Period("", max(month, period.start), min(end, period.end))
        return self.days(part, end).total / whole.total if whole.total else 0.0

    def days(self, period: Period, as_of: date, *, mode: str = "working") -> Days:
        """Count the days of a period, and those that have passed."""
        return spent(
            self.worked(period), as_of, mode="calendar" if mode == "calendar" else "working"
        )

    def worked(self, period: Period) -> dict[date, bool]:
        """Return the days of a period, True for working ones."""
        assert period.start is not None and period.end is not None  # noqa: PT018, S101
        if (period.start, period.end) not in self._worked:
            self._worked[period.start, period.end] = self._look(period.start, period.end)
        return self._worked[period.start, period.end]

    def profile(self, metric: str, month: date) -> dict[int, float]:
        """Return how much of a month its n-th working day brings, learnt from earlier months."""
        if (metric, month) not in self._profiles:
            self._profiles[metric, month] = profile(self.connection, metric, month)
        return self._profiles[metric, month]

    def _look(self, start: date, end: date) -> dict[date, bool]:
        known = dict(
            self.connection.execute(
                "select day, is_working from calendar where day >= ? and day < ?", [start, end]
            ).fetchall()
        )
        return worked(days(start, end), known)


def plans(connection: DuckDBPyConnection) -> Plans:
    """Read the plans and the calendar."""
    lines: dict[tuple[date, str, str, str], float] = {}
    for month, metric, scope, owner, value in connection.execute(
        "select month, metric, scope, owner, value from plan order by month, metric, scope, value"
    ).fetchall():
        name = "" if scope in company_scopes(metric) else (owner or "").strip().casefold()
        lines[month, metric, scope, name] = value
    return Plans(lines, connection)
