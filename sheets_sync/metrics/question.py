"""What is asked: of which days, split by what, as of when, under which settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from formulas.cycle import MIN_DEALS, Cycle
from sheets_sync.calendars import DAY
from sheets_sync.metrics.catalogue import DEAL
from sheets_sync.metrics.norms import Norms
from sheets_sync.metrics.plans import Plans, plans
from sheets_sync.metrics.ratios import Numbers, evaluate
from sheets_sync.metrics.sums import (
    Coverage,
    Days,
    Key,
    Known,
    Sums,
    coverage,
    explain,
    reasons,
    sums,
)
from sheets_sync.periods import ALL, Period, month, trailing
from sheets_sync.store_cube import PARTS, measures
from templates.settings import DEFAULTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from templates.tab import Value

YEAR = 365


@dataclass(frozen=True, slots=True)
class Question:
    """A request for metrics, and what all answers stand on."""

    connection: DuckDBPyConnection
    period: Period | None
    as_of: date
    by: tuple[str, ...]
    settings: Mapping[str, Value]
    covered: Coverage
    plans: Plans
    cycle: Cycle  # of the year before as_of
    norms: Norms
    _looked: dict[Days, dict[Key, Sums]] = field(default_factory=dict, repr=False)
    _splits: dict[tuple[str, ...], Question] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> Period:
        """The days that are asked of, as far as they have passed."""
        return (self.period or ALL).until(self.as_of)

    @property
    def usual_deal(self) -> Known:
        """What a deal brings: as people set it, else on average over the last year."""
        own = self.setting("average_deal")
        if own is not None:
            return Known(own)
        firm = self.split(())
        for period in (trailing(self.as_of, YEAR), ALL.until(self.as_of)):
            numbers = firm.numbers(period, "revenue", "won_with_amount")[()]
            found = replace(evaluate("average_deal", numbers, DEAL), period=period)
            if found.value is not None:
                break
        return found

    @property
    def anchor(self) -> date:
        """The day on which trailing windows end."""
        end = self.whole.end
        return self.as_of if end is None else end - DAY

    @property
    def mature(self) -> Period:
        """The days of qualification after which three of four deals had the time to be won."""
        days = timedelta(days=-int(-(self.cycle.p75 or 0) // 1))
        return self.whole.until(self.as_of - days)

    @property
    def pace_period(self) -> Period:
        """The period whose plan is asked for; a period without ends has none of its own."""
        return self.period if self.period and self.period.start else month(self.as_of)

    def setting(self, name: str) -> float | None:
        """Return a setting that is a number."""
        value = self.settings[name]
        return None if value is None else float(str(value))

    def on(self, day: date) -> Question:
        """Ask the same of another day."""
        return replace(self, as_of=day, cycle=cycle_of(self.connection, day), _splits={})

    def look(self, *periods: Period) -> None:
        """Sum over several periods at once, which is quicker than one after the other."""
        asked = dict.fromkeys((period.start, period.end) for period in periods)
        wanted = [days for days in asked if days not in self._looked]
        if wanted:
            self._looked.update(sums(self.connection, wanted, self.by))

    def numbers(self, period: Period, *names: str) -> dict[Key, Numbers]:
        """Return the measures of a period by group, those named or all."""
        self.look(period)
        unknown = reasons(self.covered, period, self.as_of)
        return {
            key: explain(found, unknown, self._parts(key), self.covered, names or measures())
            for key, found in self._looked[period.start, period.end].items()
        }

    def nothing(self, key: Key, period: Period) -> Numbers:
        """Return the measures of a group without rows in a period."""
        unknown = reasons(self.covered, period, self.as_of)
        nothing = dict.fromkeys(measures())
        return explain(nothing, unknown, self._parts(key), self.covered, measures())

    def _parts(self, key: Key) -> list[str]:
        return [
            each
            for each, value in zip(self.by, key, strict=True)
            if each in PARTS and value is not None
        ]

    def natural(self, days: int) -> Period:
        """Return the period that is asked for, else the last so many days."""
        return self.whole if self.period else self.trailing(days)

    def trailing(self, days: int, last: date | None = None) -> Period:
        """Return the last so many days."""
        return trailing(last or self.anchor, days)

    def split(self, by: Sequence[str]) -> Question:
        """Ask the same, split by something else."""
        parts = tuple(dict.fromkeys(by))
        if parts == self.by:
            return self
        self._splits.setdefault(self.by, self)
        if parts not in self._splits:
            self._splits[parts] = replace(self, by=parts, _looked={})
        return self._splits[parts]


def ask(
    connection: DuckDBPyConnection,
    *,
    period: Period | None,
    as_of: date,
    settings: Mapping[str, Value] | None = None,
) -> Question:
    """Look at what there is, and ask for the metrics of a period, of the company as a whole."""
    return Question(
        connection=connection,
        period=None if period == ALL else period,
        as_of=as_of,
        by=(),
        settings={**DEFAULTS, **(settings or {})},
        covered=coverage(connection),
        plans=plans(connection),
        cycle=cycle_of(connection, as_of),
        norms=Norms(typed(connection, "norms")),
    )


def typed(connection: DuckDBPyConnection, tab: str) -> list[dict[str, Value]]:
    """Return the rows that people filled in on a tab; none where the store is older than it."""
    known = connection.execute(
        "select 1 from information_schema.tables where table_name = ?", [f"typed_{tab}"]
    ).fetchone()
    if known is None:
        return []
    found = connection.execute(f'select * from "typed_{tab}"')
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def counted_quantile(counted: Sequence[tuple[int, int]], share: float) -> float:
    """Return a quantile of values given as (value, how often), as quantile_cont does.

    >>> counted_quantile([(10, 1), (20, 1), (40, 1)], 0.75)
    30.0
    """
    ordered = sorted(counted)
    place = (sum(n for _, n in ordered) - 1) * share
    below, above = _at(ordered, int(place)), _at(ordered, int(place) + 1)
    return below + (above - below) * (place - int(place))


def _at(ordered: Sequence[tuple[int, int]], place: int) -> int:
    passed = 0
    for value, n in ordered:
        passed += n
        if place < passed:
            return value
    return ordered[-1][0]


def cycle_of(connection: DuckDBPyConnection, as_of: date) -> Cycle:
    """Sum up the days of the deals won in the last year; of all, if these are few."""
    recent = trailing(as_of, YEAR)
    for start in (recent.start, date.min):
        found = connection.execute(
            "select days, count(*) from cycles where won_on between ? and ? group by days",
            [start, as_of],
        ).fetchall()
        n = sum(times for _, times in found)
        if n >= MIN_DEALS:
            median, p75, p90 = (counted_quantile(found, share) for share in (0.5, 0.75, 0.9))
            return Cycle(median, p75, p90, n, 0, None)
    return Cycle(None, None, None, n, 0, "too_few" if n else "no_data")
