"""What every report stands on: rows, day, windows, and numbers that all of them need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from formulas.cycle import MIN_DEALS, Cycle
from formulas.registry import FORMULAS
from sheets_sync.metrics import answer
from sheets_sync.metrics.question import ask
from sheets_sync.reports.naming import colleague, names_of
from sheets_sync.store_insert import insert
from templates.reasons import Reasons, listed
from templates.words import load

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from formulas.questionnaire import Questionnaire
    from sheets_sync.metrics import Metric
    from sheets_sync.metrics.norms import Norm
    from sheets_sync.metrics.plans import Plans
    from sheets_sync.metrics.question import Question
    from sheets_sync.state import Run
    from templates.tab import Row, Value

Found = dict[str, Any]
"""A row of a result: column, value."""

BEGINNING = date(1900, 1, 1)
STALE_DAYS = 31
RECENT, YEAR = 90, 365
PARAMETER = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class Window:
    """Days that a report looks at, `last` included; `id` is `90 days`, `365 days` or `all`."""

    id: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Ground:
    """The store as of a day, and what people set."""

    connection: DuckDBPyConnection
    as_of: date
    today: date
    currency: str
    settings: Mapping[str, Value]
    runs: Sequence[Run]
    typed: Mapping[str, Sequence[Row]]  # by tab, the rows that people filled in
    history: Sequence[Row]  # what was known of past weeks
    questionnaire: Questionnaire
    recent: Window
    year: Window
    cycle: Cycle
    average_deal: float | None
    names: Mapping[str, str]
    told: Mapping[str, Metric]  # the metrics of the company, each of its natural period
    answers: dict[tuple[object, ...], list[Found]] = field(default_factory=dict, repr=False)
    questions: dict[date, Question] = field(default_factory=dict, repr=False)

    def asked(self, day: date) -> Question:
        """Return what metrics are computed from as of a day."""
        if day not in self.questions:
            self.questions[day] = self.questions[self.as_of].on(day)
        return self.questions[day]

    def rows(self, sql: str, **values: object) -> list[Found]:
        """Run a query once; `$as_of`, `$recent`, `$year` and `$mature` are known to all."""
        asked = (sql, tuple(sorted(values.items())))
        if asked not in self.answers:
            self.answers[asked] = self.new_rows(sql, **values)
        return [row.copy() for row in self.answers[asked]]

    def new_rows(self, sql: str, **values: object) -> list[Found]:
        """Run a statement, or a query whose many rows nobody asks for twice."""
        return select(self.connection, sql, **{**self.common, **values})

    def give(self, name: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Make a table of rows that a query is to read."""
        self.connection.execute(f"create or replace temp table {name} ({columns})")
        insert(self.connection, name, list(rows))

    def row(self, sql: str, **values: object) -> Found:
        """Run a query that gives exactly one row."""
        [found] = self.rows(sql, **values)
        return found

    def knows(self, measure: str) -> bool:
        """Tell whether the rows tell of a measure at all; if not, its zero is no number."""
        return self.told[measure].value is not None

    def dates(self, measure: str) -> bool:
        """Tell whether the rows say of a measure on which days; if not, no period knows it."""
        return measure not in self.asked(self.as_of).covered.undated

    @property
    def plans(self) -> Plans:
        """The plans, the calendar and what is learnt of the course of months."""
        return self.asked(self.as_of).plans

    @property
    def common(self) -> Mapping[str, object]:
        """The parameters that every query may name."""
        return {
            "as_of": self.as_of,
            "recent": self.recent.first,
            "year": self.year.first,
            "mature": self.mature_by(self.as_of),
        }

    @property
    def month(self) -> date:
        """The first day of the month that is looked at."""
        return self.as_of.replace(day=1)

    @property
    def fact_basis(self) -> str:
        """What makes a sale a fact: that it was won."""
        return "won"

    @property
    def is_early_end(self) -> bool:
        """Whether the rows end long before today: an old export."""
        return (self.today - self.as_of).days > STALE_DAYS

    @property
    def maturing(self) -> int:
        """How many days three of four won deals need, rounded up; 0 while that is unknown."""
        return -int(-(self.cycle.p75 or 0) // 1)

    def mature_by(self, day: date) -> date:
        """Return the last day on which a lead had to be qualified to be mature on `day`."""
        return day - timedelta(days=self.maturing)

    @property
    def n_min(self) -> int:
        """How many leads a person needs to be ranked."""
        own = self.norm("manager_conversion").n_min
        return int(str(self.settings["n_min"])) if own is None else own

    @property
    def limit(self) -> float | None:
        """What a customer may cost."""
        return number(self.told["customer_cost_limit"].value)

    @property
    def usual_limit(self) -> float | None:
        """What a customer may cost by the margin, whatever people set as the norm."""
        return self._limit_by(number(self.settings["margin_share"]))

    def _limit_by(self, margin: float | None) -> float | None:
        allowed = number(self.settings["allowed_share"])
        brought = (
            None if margin is None or self.average_deal is None else margin * self.average_deal
        )
        return compute("customer_cost_limit", margin=brought, allowed_share=allowed)

    def limit_of(self, channel: str | None) -> float | None:
        """Return what a customer of a channel may cost: as set for it, by its margin, as usual."""
        said = self.said_of(channel)
        own = number(said.get("cost_limit")) or self.norm("customer_cost", scope=channel).high
        by_margin = self._limit_by(number(said.get("margin")))
        return next((x for x in (own, by_margin) if x is not None), self.limit)

    def said_of(self, channel: str | None) -> Row:
        """Return what people say of a channel on the list; of equal names the first word counts."""
        key = (channel or "").casefold()
        found: Row = {}
        for row in self.typed.get("channel_list", ()):
            name = str(row.get("name") or "").strip() or str(row["channel_id"])
            if name.casefold() == key:
                found = {**{id_: x for id_, x in row.items() if x is not None}, **found}
        return found

    def norm(self, metric: str, day: date | None = None, scope: str | None = None) -> Norm:
        """Return what people set as the norm of a metric."""
        return self.asked(self.as_of).norms.of(metric, day or self.as_of, scope)

    @property
    def reasons(self) -> Reasons:
        """Why leads are rejected, as people call it."""
        return listed(self.typed.get("reasons", ()), load(str(self.settings["language"])))

    def name(self, person: str | None) -> str | None:
        """Return a person as reports may name them."""
        if person is None:
            return None
        return self.names.get(person) or colleague(person, self.settings)


def select(connection: DuckDBPyConnection, sql: str, **values: object) -> list[Found]:
    """Return what a query finds, giving it the values that it names."""
    asked = {name: values[name] for name in PARAMETER.findall(sql)}
    cursor = connection.execute(sql, asked)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, found, strict=True)) for found in cursor.fetchall()]


def compute(formula: str, **known: float | None) -> float | None:
    """Return the value of a formula, None when it is unknown."""
    return why(formula, **known)[0]


def why(formula: str, **known: float | None) -> tuple[float | None, str | None]:
    """Return the value of a formula and the reason why it is unknown."""
    result = FORMULAS[formula].why(**known)
    return result.value, result.reason


def number(value: object) -> float | None:
    """Return a setting as a number, if it is set."""
    return None if value is None else float(str(value))


def survey(
    connection: DuckDBPyConnection,
    *,
    as_of: date,
    today: date,
    currency: str,
    settings: Mapping[str, Value],
    runs: Sequence[Run],
    typed: Mapping[str, Sequence[Row]],
    history: Sequence[Row],
    questionnaire: Questionnaire,
) -> Ground:
    """Look once at what all reports need."""
    is_early_end = (today - as_of).days > STALE_DAYS
    recent, year = (
        Window("all", BEGINNING, as_of) if is_early_end else _last(days, as_of)
        for days in (RECENT, YEAR)
    )
    asked = ask(connection, period=None, as_of=as_of, settings=settings)
    told = answer(asked, currency)
    return Ground(
        connection=connection,
        as_of=as_of,
        today=today,
        currency=currency,
        settings=settings,
        runs=runs,
        typed=typed,
        history=history,
        questionnaire=questionnaire,
        recent=recent,
        year=year,
        cycle=asked.cycle,
        average_deal=number(asked.usual_deal.value),
        names=names_of(_people(connection), settings, _given(typed.get("people", ()))),
        told={metric.metric: metric for metric in told},
        questions={as_of: asked},
    )


def _last(days: int, as_of: date) -> Window:
    return Window(f"{days} days", as_of - timedelta(days=days - 1), as_of)


def cycle(
    connection: DuckDBPyConnection, first: date, last: date, *, is_widened: bool = True
) -> Cycle:
    """Sum up the days from the creation of won deals to their end; of all, if these are few."""
    sql = """
        select
            quantile_cont(cycle_days, 0.50) filter (where cycle_days > 0) as median,
            quantile_cont(cycle_days, 0.75) filter (where cycle_days > 0) as p75,
            quantile_cont(cycle_days, 0.90) filter (where cycle_days > 0) as p90,
            count(*) filter (where cycle_days > 0) as n,
            count(*) filter (where cycle_days <= 0) as excluded
        from deals_now
        where status = 'won' and won_on between $first and $last and cycle_days is not null
        """
    [found] = select(connection, sql, first=first, last=last)
    if found["n"] < MIN_DEALS and first > BEGINNING and is_widened:
        return cycle(connection, BEGINNING, last)
    if found["n"] < MIN_DEALS:
        reason = "too_few" if found["n"] else "no_data"
        return Cycle(None, None, None, found["n"], found["excluded"], reason)
    return Cycle(**found, reason=None)


def _given(rows: Sequence[Row]) -> dict[str, str]:
    return {str(row["person"]): str(row["name"]).strip() for row in rows if row.get("name")}


def _people(connection: DuckDBPyConnection) -> list[str]:
    sql = """
        select manager
        from (
            select manager, created_on from leads_now
            union all
            select manager, coalesce(created_on, closed_on) from deals_now
        )
        where manager is not null
        group by manager
        order by min(created_on) nulls last, manager
        """
    return [found["manager"] for found in select(connection, sql)]
