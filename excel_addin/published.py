"""The numbers of the last sync, for cells and for the pane: read beside a sync that is writing.

What was read is kept until the next sync publishes; a copy is open only while it is read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from threading import Lock
from typing import TYPE_CHECKING, Any

from formulas.functions import Said
from formulas.functions.arguments import Cell, refusal
from formulas.functions.function import Rows
from formulas.functions.periods import EPOCH
from sheets_sync.calendars import DAY
from sheets_sync.errors import FixConfig
from sheets_sync.metrics import Metric
from sheets_sync.metrics.catalogue import METRICS
from sheets_sync.periods import parse_period
from sheets_sync.reading import Reading, open_reading
from sheets_sync.reports import REPORTS
from sheets_sync.store_published import version
from sheets_sync.workspace import Workspace
from templates.words import LANGUAGES, load

if TYPE_CHECKING:
    from templates.tab import Facts

SPLITS = ("channel", "campaign", "manager", "day", "week", "month")
MOST_CELLS = 50_000
KEPT = {"metrics": 64, "facts": 2}
"""Answers of each kind that are kept until the next sync."""

Found = Mapping[tuple[str, str | None], Metric]


@dataclass(slots=True)
class Published:
    """The last sync of a workspace, as `formulas.functions.function.Numbers`."""

    workspace: Workspace
    now: Callable[[], datetime]
    _kept: dict[str, OrderedDict[tuple[str | None, ...], Any]] = field(default_factory=dict)
    _of: tuple[str, date] | None = None  # the copy and the day of what is kept
    _lock: Lock = field(default_factory=Lock)

    @property
    def version(self) -> str:
        """Name the copy that is published now; empty before the first sync."""
        return version(self.workspace.hidden)

    def metric(self, metric: str, period: str, by: str | None, part: str | None) -> Cell | Said:
        """Return a metric of a period, of the company or of one part of it."""
        id_ = NAMES.get(folded(metric))
        if id_ is None:
            raise refusal("no_such_metric", value=metric, near=_near(metric, METRICS))
        if by is not None and by.lower() not in SPLITS:
            raise refusal("no_such_split", value=by, choices=", ".join(SPLITS))
        split = by and by.lower()
        found: Found = self._look(
            "metrics", (period, split), lambda reading: _by_part(reading, period, split)
        )
        named = {folded(each): each for _, each in found if each is not None}
        if part is not None and folded(part) not in named:
            raise refusal("no_such_part", value=part, near=_near(part, named.values()))
        told = found.get((id_, None if part is None else named[folded(part)]))
        if told is None:
            raise refusal("no_such_metric", value=metric, near=_near(metric, METRICS))
        return _value(told)

    def table(self, report: str, period: str) -> Rows:
        """Return a report as of the end of a period, with a row of headers."""
        name = report.lower()
        if name not in REPORTS:
            raise refusal("no_such_report", value=report, near=_near(report, REPORTS))
        rows = self.facts(period).tables[name]
        if not rows:
            raise refusal("no_data", argument="report")
        headers = list(dict.fromkeys(column for row in rows for column in row))
        if (len(rows) + 1) * len(headers) > MOST_CELLS:
            raise refusal("too_many_cells", count=MOST_CELLS)
        shown: Rows = [[_cell(row.get(column)) for column in headers] for row in rows]
        return [[_header(column) for column in headers], *shown]

    def facts(self, period: str = "all") -> Facts:
        """Return all result tables as of the end of a period."""
        found: Facts = self._look("facts", (period,), lambda reading: _facts(reading, period))
        return found

    def _look(
        self, kind: str, asked: tuple[str | None, ...], compute: Callable[[Reading], Any]
    ) -> Any:
        """Return what is kept of the copy that is published now, or read it."""
        with self._lock:
            of = self.version, self.now().date()
            if of != self._of:
                self._of, self._kept = of, {each: OrderedDict() for each in KEPT}
            kept = self._kept[kind]
            if asked not in kept:
                kept[asked] = self._read(compute)
            kept.move_to_end(asked)
            if len(kept) > KEPT[kind]:
                kept.popitem(last=False)
            return kept[asked]

    def _read(self, compute: Callable[[Reading], Any]) -> Any:
        try:
            with open_reading(self.workspace, self.now(), None) as reading:
                return compute(reading)
        except FixConfig as error:
            if error.id == "never_synced":
                raise refusal("not_synced") from None
            raise


def folded(name: str) -> str:
    """Return a name without what people write differently.

    >>> folded(" Цена  заявки ")
    'цена заявки'
    """
    return " ".join(name.casefold().split())


def _names() -> dict[str, str]:
    """Return the metrics by what people call them: their ids, and their names in each language."""
    words = [load(language) for language in LANGUAGES]
    called = {
        folded(each(f"{kind}.{id_}")): id_
        for id_ in METRICS
        for each in words
        for kind in ("measure", "metric")
        if each.has(f"{kind}.{id_}")
    }
    return {**called, **{id_: id_ for id_ in METRICS}}


NAMES = _names()


def _near(name: str, known: Any) -> str:
    found = get_close_matches(name, list(known), n=3, cutoff=0.3)
    return ", ".join(found or sorted(known)[:3]) or "—"


def _by_part(reading: Reading, period: str, split: str | None) -> Found:
    """Return the metrics of a period by their name and the part of the split."""
    found = reading.metrics(period, (split,) if split else ())
    return {(each.metric, each.by.get(split) if split else None): each for each in found}


def _facts(reading: Reading, period: str) -> Facts:
    days = parse_period(period)
    if not days.is_started(reading.as_of):
        raise refusal("period_not_started")
    if days.end is not None and days.end - DAY < reading.as_of:
        return replace(reading, as_of=days.end - DAY).facts()
    return reading.facts()


def _value(told: Metric) -> Cell | Said:
    """Return what a cell shows of a metric."""
    if told.value is None:
        raise refusal("not_known", reason=Said(f"reason.{told.reason or 'no_data'}"))
    if isinstance(told.value, str):
        return Said(f"{told.metric}.{told.value}")
    return float(told.value)


def _header(column: str) -> Said | str:
    return Said(f"column.{column}") if load("en").has(f"column.{column}") else column


def _cell(value: Any) -> Cell:
    """Return a value of a report as a cell holds it: a day is a serial number."""
    if isinstance(value, datetime):
        of_day = (value - datetime.combine(value.date(), datetime.min.time(), value.tzinfo)) / DAY
        return (value.date() - EPOCH).days + of_day
    if isinstance(value, date):
        return (value - EPOCH).days
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
